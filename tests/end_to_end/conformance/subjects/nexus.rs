//! `nexus`: a repository's own port, with one user token for all of it and one for a namespace.

use super::{super::hand_out::HandOut, logins::log_in};

pub(in super::super) fn start() -> HandOut {
    HandOut {
        kind: "nexus",
        host: "nexus.example:8083",
        rules: "[[registry]]\nmatch = \"nexus.example:8083\"\nkind = \"nexus\"\n",
        second: |bed, username, secret| log_in(bed, "nexus.example:8083/mates", username, secret),
    }
}
