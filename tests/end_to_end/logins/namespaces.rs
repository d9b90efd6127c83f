//! One host, several identities: the most specific stored login answers.

use super::{credential, pair, silence, somebody, store, with_vault};

#[test]
fn the_most_specific_login_answers() {
    let bed = somebody();
    store(&bed, "r.example", "all", "1");
    store(&bed, "r.example/team", "team", "2");
    store(&bed, "r.example/team/app", "app", "3");

    for (asked, username, secret) in [
        ("r.example", "all", "1"),
        ("r.example/other/app", "all", "1"),
        ("r.example/team", "team", "2"),
        ("r.example/team/other", "team", "2"),
        ("r.example/team/app", "app", "3"),
        ("r.example/team/app/deep", "app", "3"),
        ("r.example/teams", "all", "1"),
    ] {
        assert_eq!(credential(&bed, asked), pair(username, secret), "{asked}");
    }
}

#[test]
fn a_namespace_s_login_is_not_the_host_s() {
    let bed = somebody();
    store(&bed, "r.example/team", "team", "2");

    assert_eq!(credential(&bed, "r.example"), None);
    assert_eq!(bed.helper("erase", "r.example"), silence());
    assert_eq!(credential(&bed, "r.example/team/app"), pair("team", "2"));
}

#[test]
fn a_login_by_name_is_used_where_a_rule_names_it_and_nowhere_else() {
    let bed = somebody();
    with_vault(
        &bed,
        "[identity.ci]\ntype = \"stored\"\nlogin = \"robot\"\n\n\
         [[registry]]\nmatch = \"r.example\"\nkind = \"stored\"\nidentity = \"ci\"\n",
    );
    let missing = bed.helper("get", "r.example");
    assert!(missing.stdout.contains("no login is stored for it"), "{missing:?}");

    let put = bed.run(
        "shorepass",
        &["vault", "put", "robot", "--username", "robot$ci", "--password-stdin"],
        "s3cret",
        &[],
    );
    assert_eq!(put.code, 0, "{put:?}");

    assert_eq!(credential(&bed, "r.example"), pair("robot$ci", "s3cret"));
    assert_eq!(credential(&bed, "robot"), None);
    // A client's own login is not kept there: the rule says who we are.
    store(&bed, "r.example", "me", "mine");
    assert_eq!(credential(&bed, "r.example"), pair("robot$ci", "s3cret"));
}

#[test]
fn the_list_names_each_with_its_own_user() {
    let bed = somebody();
    store(&bed, "r.example:5000", "alice", "1");
    store(&bed, "r.example:5000/team", "bob", "2");
    assert!(credential(&bed, "r.example:5000").is_some());
    assert!(credential(&bed, "r.example:5000/team/app").is_some());

    let listed = bed.helper("list", "unused").stdout;

    assert_eq!(listed, "{\"r.example:5000\":\"alice\",\"r.example:5000/team\":\"bob\"}\n");
}
