//! `vault`: logins put, listed, shown to clients and erased.

use serde_json::{Value, json};
use shorepass_tests::bed::Bed;

use super::with_vault;

#[test]
fn a_login_that_is_put_is_what_clients_get() {
    let bed = with_vault();

    let put = bed.run(
        "shorepass",
        &["vault", "put", "r.example", "-u", "ann", "--password-stdin"],
        "canary\n",
        &[],
    );
    let listed = bed.shorepass(&["vault", "list"]);
    let got = bed.helper("get", "https://r.example/v2/");

    assert_eq!(
        (put.code, put.stdout.as_str()),
        (0, "the login of `ann` is stored for the registry `r.example`\n")
    );
    assert!(listed.stdout.contains("r.example  ann"), "{listed:?}");
    assert_eq!(got.credential(), ("ann".into(), "canary".into()));

    let erased = bed.shorepass(&["vault", "erase", "r.example"]);
    let again = bed.shorepass(&["vault", "erase", "r.example", "--json"]);

    assert_eq!(erased.stdout, "the registry `r.example` is erased\n");
    assert_eq!(again.json()["was_there"], false);
    assert_eq!(bed.helper("get", "r.example").code, 1);
}

#[test]
fn a_plain_name_is_a_login_for_an_identity() {
    let bed = with_vault();

    let put = bed.run(
        "shorepass",
        &["vault", "put", "admin", "-u", "ann", "--password-stdin", "--json"],
        "pw",
        &[],
    );

    assert_eq!(put.json()["key"], "name:admin");
    assert_eq!(bed.shorepass(&["vault", "list", "--json"]).json()["registries"]["name:admin"], "ann");
    assert_eq!(serde_json::from_str::<Value>(&bed.helper("list", "").stdout).unwrap(), json!({}));
}

#[test]
fn the_store_is_told_with_why() {
    let bed = with_vault();

    let shown = bed.shorepass(&["vault"]);
    let status = bed.shorepass(&["status"]);

    assert_eq!(shown.code, 0, "{shown:?}");
    assert!(shown.stdout.starts_with("store  file\nwhy    "), "{shown:?}");
    assert!(status.stdout.contains("vault     file, 0 logins"), "{status:?}");
    assert_eq!(bed.shorepass(&["vault", "--json"]).json()["store"], "file");
}

#[test]
fn no_password_is_taken_from_anywhere_but_terminal_and_stdin() {
    let bed = with_vault();

    let empty =
        bed.run("shorepass", &["vault", "put", "r.example", "-u", "ann", "--password-stdin"], "", &[]);
    let argument = bed.shorepass(&["vault", "put", "r.example", "-u", "ann", "--password", "x"]);

    assert_eq!((empty.code, argument.code), (2, 2), "{empty:?} {argument:?}");
    assert!(empty.stderr.contains("nothing came in on stdin"), "{empty:?}");
}

#[test]
fn where_nobody_can_be_asked_a_user_name_must_be_passed() {
    let bed = with_vault();

    let asked = bed.shorepass(&["vault", "put", "r.example"]);
    let piped = bed.run("shorepass", &["vault", "put", "r.example", "--password-stdin"], "canary", &[]);

    for said in [asked, piped] {
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stderr.contains("`--username NAME`") && !said.stderr.contains("canary"), "{said:?}");
    }
    assert_eq!(bed.shorepass(&["vault", "list"]).stdout, "no login is stored\n");
}

#[test]
fn what_a_passphrase_opens_is_said() {
    let bed = Bed::new();
    bed.configure("[vault]\nstore = \"file\"\n");
    let unlock = |words: &[&str], passphrase| {
        bed.run("shorepass", &[&["vault", "unlock", "--passphrase-stdin"], words].concat(), passphrase, &[])
    };
    let put = ["vault", "put", "r.example", "-u", "ann", "--password-stdin"];

    let first = unlock(&[], "a passphrase");
    assert_eq!(bed.run("shorepass", &put, "pw", &[]).code, 0);
    let again = unlock(&["--json"], "a passphrase");
    assert_eq!(bed.shorepass(&["broker", "stop"]).code, 0);
    let wrong = unlock(&[], "another one");

    assert_eq!(
        first.stdout, "the store `file` takes logins for as long as the broker runs; it has none yet\n",
        "{first:?}"
    );
    assert_eq!(again.json(), json!({ "unlocked": true, "store": "file", "logins": 1 }));
    assert_eq!(wrong.code, 4, "{wrong:?}");
    assert!(wrong.stdout.is_empty(), "{wrong:?}");
}
