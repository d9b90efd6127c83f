//! Logins that subjects put into the bed's vault, as the Docker CLI and people do.

use serde_json::json;
use shorepass_tests::bed::{Bed, Said};

use super::super::subject::Caller;

/// As clients do it; whoever then asks for the server is somebody.
pub(in super::super) fn log_in(bed: &Bed, server: &'static str, username: &str, secret: &str) -> Caller {
    let login = json!({ "ServerURL": server, "Username": username, "Secret": secret });
    expect_silence(&bed.helper("store", &format!("{login}\n")));
    Caller::logged_in(server)
}

/// Under a name that rules and identities know.
pub(super) fn put(bed: &Bed, name: &str, username: &str, secret: &str) {
    let words = ["vault", "put", name, "--username", username, "--password-stdin"];
    let said = bed.run("shorepass", &words, secret, &[]);
    assert_eq!(said.code, 0, "{said:?}");
}

fn expect_silence(said: &Said) {
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "", ""));
}
