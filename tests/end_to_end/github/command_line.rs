//! A sign-in to `gh`.

use shorepass_tests::cloud::github::GitHub;

use super::{assert_not_found, assert_reason, cloud, get, identify, install_gh, owner, store, stranger};

#[test]
fn a_sign_in_with_the_right_scope_is_used_under_its_owners_name() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, &cloud.gh_script("github.com", "alice", &["repo", "read:packages"]));
    identify(&bed, &cloud, "", "");

    let said = get(&bed);

    assert_eq!((owner(&cloud, &said).as_str(), said.credential().0.as_str()), ("alice", "alice"));
}

#[test]
fn a_silent_api_is_no_reason_to_withhold_a_token() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, &cloud.gh_script("github.com", "alice", &["read:packages"]));

    let said = get(&bed);

    assert_eq!((owner(&cloud, &said).as_str(), said.credential().0.as_str()), ("alice", "x-access-token"));
}

#[test]
fn a_sign_in_without_the_scope_leads_on_to_a_stored_login() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, &cloud.gh_script("github.com", "alice", &["repo"]));
    identify(&bed, &cloud, "", "");

    assert_reason(
        &get(&bed),
        &["the sign-in of `gh` lacks the scope `read:packages`", "no login is stored for it"],
    );
    let token = super::stored::classic(&cloud, "bob");
    store(&bed, "ghcr.io", "bob", &token);
    assert_eq!(owner(&cloud, &get(&bed)), "bob");
}

#[test]
fn a_sign_in_that_is_the_only_source_must_have_the_scope() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, &cloud.gh_script("github.com", "alice", &["read:packages"]));

    identify(&bed, &cloud, "access = \"push\"", "source = \"gh\"");
    assert_reason(
        &get(&bed),
        &["lacks the scope `write:packages`", "`gh auth refresh --hostname github.com"],
    );

    identify(&bed, &cloud, "access = \"pull\"", "source = \"gh\"");
    assert_eq!(owner(&cloud, &get(&bed)), "alice");
}

#[test]
fn variables_are_not_taken_for_a_sign_in() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    let echoing = cloud.gh_script("github.com", "alice", &["read:packages"]);
    install_gh(&mut bed, &echoing.replacen('\n', "\n[ -z \"$GH_TOKEN$GITHUB_TOKEN\" ] || exit 3\n", 1));
    identify(&bed, &cloud, "", "source = \"gh\"");
    bed.set("GH_TOKEN", "canary").set("GITHUB_TOKEN", "canary");

    assert_eq!(owner(&cloud, &get(&bed)), "alice");
}

#[test]
fn nobody_signed_in_goes_on_anonymously() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, GitHub::signed_out_gh_script());

    assert_not_found(&get(&bed));
}

#[test]
fn a_sign_in_that_brings_no_token_is_an_error() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, GitHub::signed_out_gh_script());
    bed.write("home/.config/gh/hosts.yml", "github.com:\n    user: alice\n");

    assert_reason(&get(&bed), &["the GitHub CLI, `gh`, ended with exit status 1", "`gh auth login"]);
}

#[test]
fn a_token_that_was_taken_back_is_said_to_be() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, "#!/bin/sh\necho gho_canary\n");
    identify(&bed, &cloud, "", "");

    assert_reason(&get(&bed), &["`github.com` does not take the token of `gh` any more"]);
}

#[test]
fn what_gh_writes_is_never_repeated() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, "#!/bin/sh\necho canary canary\necho canary >&2\n");

    assert_reason(&get(&bed), &["`gh`, wrote something else than a token"]);
}
