//! Tokens that somebody has logged in with.

use shorepass_tests::cloud::github::{GitHub, TokenKind};

use super::{assert_not_found, assert_reason, cloud, get, identify, owner, store, stranger};

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

pub(super) fn classic(cloud: &GitHub, login: &str) -> String {
    token(cloud, login, TokenKind::Classic)
}

fn token(cloud: &GitHub, login: &str, kind: TokenKind) -> String {
    cloud.with_world(|world| {
        let mut tokens = world.find_person(login).unwrap().tokens.iter();
        tokens.find(|token| token.kind == kind).unwrap().secret.expose().to_owned()
    })
}
