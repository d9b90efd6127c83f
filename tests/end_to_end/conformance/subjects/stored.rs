//! `stored`: a registry that nobody knows, with one login for all of it and one for a namespace.

use super::{super::hand_out::HandOut, logins::log_in};

pub(in super::super) fn start() -> HandOut {
    HandOut {
        kind: "stored",
        host: "registry.example:5000",
        rules: "",
        second: |bed, username, secret| log_in(bed, "registry.example:5000/mates", username, secret),
    }
}
