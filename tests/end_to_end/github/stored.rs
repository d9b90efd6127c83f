//! Tokens that somebody has logged in with.

use shorepass_tests::cloud::github::{GitHub, TokenKind};

use super::{assert_not_found, assert_reason, cloud, get, identify, install_gh, owner, store, stranger};

#[test]
fn a_login_of_a_client_comes_back_and_goes() {
    let cloud = cloud();
    let bed = stranger(&cloud);
    store(&bed, "ghcr.io", "alice", &classic(&cloud, "alice"));

    assert_eq!(owner(&cloud, &get(&bed)), "alice");

    assert_eq!(bed.helper("erase", "ghcr.io").code, 0);
    assert_not_found(&get(&bed));
}

#[test]
fn a_token_of_the_environment_goes_before_it() {
    let cloud = cloud();
    let bed = stranger(&cloud);
    store(&bed, "ghcr.io", "alice", &classic(&cloud, "alice"));

    let said = bed.helper_in(&[("GITHUB_TOKEN", &classic(&cloud, "bob"))], "get", "ghcr.io");

    assert_eq!(owner(&cloud, &said), "bob");
    assert_eq!(owner(&cloud, &get(&bed)), "alice");
}

#[test]
fn only_the_stored_one_is_asked_for_when_that_is_the_source() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    bed.set("GITHUB_TOKEN", "canary");
    identify(&bed, &cloud, "", "source = \"stored\"");

    assert_reason(&get(&bed), &["no login is stored for it", "`docker login ghcr.io`"]);
    store(&bed, "ghcr.io", "alice", &classic(&cloud, "alice"));
    assert_eq!(owner(&cloud, &get(&bed)), "alice");
}

#[test]
fn a_fine_grained_token_that_the_registry_refuses_is_explained() {
    let cloud = cloud();
    let bed = stranger(&cloud);
    store(&bed, "ghcr.io", "alice", &token(&cloud, "alice", TokenKind::FineGrained));

    assert_reason(
        &get(&bed),
        &["does not take the token that is stored", "it is a fine-grained one", "`docker login ghcr.io`"],
    );
}

#[test]
fn a_fine_grained_token_of_a_shell_leads_on_to_a_stored_login() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    bed.set("GH_TOKEN", &token(&cloud, "alice", TokenKind::FineGrained));

    assert_not_found(&get(&bed));
    store(&bed, "ghcr.io", "bob", &classic(&cloud, "bob"));
    assert_eq!(owner(&cloud, &get(&bed)), "bob");
}

#[test]
fn a_fine_grained_token_of_a_shell_is_named_when_an_identity_finds_no_other() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    bed.set("GH_TOKEN", &token(&cloud, "alice", TokenKind::FineGrained));
    identify(&bed, &cloud, "", "");

    assert_reason(
        &get(&bed),
        &[
            "the registry does not take the token in `GH_TOKEN`, a fine-grained one",
            "no login is stored for it",
        ],
    );
}

#[test]
fn a_fine_grained_token_is_an_error_where_it_is_the_only_source() {
    let cloud = cloud();
    let fine_grained = token(&cloud, "alice", TokenKind::FineGrained);
    let mut bed = stranger(&cloud);
    bed.set("GITHUB_TOKEN", &fine_grained);
    install_gh(&mut bed, &format!("#!/bin/sh\necho {fine_grained}\n"));
    store(&bed, "ghcr.io", "bob", &classic(&cloud, "bob"));

    identify(&bed, &cloud, "", "source = \"environment\"");
    assert_reason(
        &get(&bed),
        &["does not take the token in `GITHUB_TOKEN`: it is a fine-grained one", "unset `GITHUB_TOKEN`"],
    );
    identify(&bed, &cloud, "", "source = \"gh\"");
    assert_reason(
        &get(&bed),
        &[
            "`ghcr.io` does not take the token of `gh`: it is a fine-grained one",
            "`gh auth login --hostname github.com --scopes read:packages`",
        ],
    );
}

#[test]
fn a_fine_grained_token_of_gh_leads_on_to_a_stored_login() {
    let cloud = cloud();
    let fine_grained = token(&cloud, "alice", TokenKind::FineGrained);
    let mut bed = stranger(&cloud);
    install_gh(&mut bed, &format!("#!/bin/sh\necho {fine_grained}\n"));
    identify(&bed, &cloud, "", "");
    store(&bed, "ghcr.io", "bob", &classic(&cloud, "bob"));

    assert_eq!(owner(&cloud, &get(&bed)), "bob");
}

pub(super) fn classic(cloud: &GitHub, login: &str) -> String {
    token(cloud, login, TokenKind::Classic)
}

fn token(cloud: &GitHub, login: &str, kind: TokenKind) -> String {
    cloud.with_world(|world| {
        let mut tokens = world.find_person(login).unwrap().tokens.iter();
        tokens.find(|token| token.kind == kind).unwrap().secret.expose().to_owned()
    })
}
