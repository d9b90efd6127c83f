//! Whose login it is: of which home, for which names, and when it ends.

use super::{credential, login, not_found, pair, silence, somebody, store, with_vault};

#[test]
fn two_homes_of_one_user_share_neither_vault_nor_cache() {
    let bed = somebody();
    let other = bed.path("other-state").display().to_string();
    let there = [("XDG_STATE_HOME", other.as_str())];
    store(&bed, "r.example", "alice", "here");
    assert_eq!(credential(&bed, "r.example"), pair("alice", "here"));

    assert_eq!(bed.helper_in(&there, "get", "r.example"), not_found());
    assert_eq!(bed.helper_in(&there, "store", &login("r.example", "bob", "there")), silence());

    assert_eq!(bed.helper_in(&there, "get", "r.example").credential(), ("bob".into(), "there".into()));
    assert_eq!(credential(&bed, "r.example"), pair("alice", "here"));
}

#[test]
fn a_new_login_counts_at_once_for_every_repository() {
    let bed = somebody();
    store(&bed, "ghcr.io", "alice", "ghp_first");
    assert_eq!(credential(&bed, "ghcr.io/team/app"), pair("alice", "ghp_first"));
    assert_eq!(credential(&bed, "ghcr.io"), pair("alice", "ghp_first"));

    store(&bed, "ghcr.io", "alice", "ghp_second");

    assert_eq!(credential(&bed, "ghcr.io/team/app"), pair("alice", "ghp_second"));
    assert_eq!(credential(&bed, "ghcr.io"), pair("alice", "ghp_second"));
}

#[test]
fn a_logout_ends_a_login_that_a_rule_has_put_aside() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "old");
    with_vault(
        &bed,
        "[identity.ci]\ntype = \"stored\"\nlogin = \"robot\"\n\n\
         [[registry]]\nmatch = \"r.example\"\nkind = \"stored\"\nidentity = \"ci\"\n",
    );

    assert_eq!(bed.helper("erase", "r.example"), silence());
    with_vault(&bed, "");

    assert_eq!(credential(&bed, "r.example"), None);
}

#[test]
fn a_logout_under_a_broken_configuration_says_so() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "old");
    let _ = bed.shorepass(&["broker", "stop"]);
    let good = std::fs::read_to_string(bed.path("home/.config/shorepass/config.toml")).unwrap();
    bed.configure(&format!("{good}\n[brokre]\n"));

    let said = bed.helper("erase", "r.example");
    bed.configure(&good);

    // Where logins are meant to be is not known, and what cannot be done must not look done.
    assert!(said.code == 1 && said.stdout.contains("the configuration is broken"), "{said:?}");
    assert_eq!(bed.helper("erase", "r.example"), silence());
    assert_eq!(credential(&bed, "r.example"), None);
}

#[test]
fn an_identity_that_is_called_default_is_somebody_s_choice() {
    let bed = somebody();
    with_vault(
        &bed,
        "[identity.default]\ntype = \"stored\"\nlogin = \"robot\"\n\n\
         [[registry]]\nmatch = \"r.example\"\nkind = \"stored\"\nidentity = \"default\"\n",
    );

    let said = bed.helper("get", "r.example");

    assert!(said.stdout.contains("no login is stored for it"), "{said:?}");
}
