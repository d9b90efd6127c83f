//! A token that somebody does not trust: the error shows what it claims and how to mend it.
//!
//! The proof is in the mending: what the hint says is read out of it and done in the fake's world, and the next
//! `get` works.

mod amazon;
mod artifactory;
mod azure;
mod docker_hub;
mod google;
mod quay;
mod token_exchange;

use std::time::Duration;

use shorepass_tests::bed::{Bed, Said};

/// Somebody whose OIDC token stands in a file, which `[token.ci]` names.
fn holder_of(token: &str, tables: &str) -> Bed {
    let bed = Bed::new();
    show(&bed, token);
    let path = bed.path("home/id-token");
    bed.configure(&format!("[token.ci]\nfrom = \"file\"\npath = \"{}\"\n\n{tables}\n", path.display()));
    bed
}

/// From now on with this token.
fn show(bed: &Bed, token: &str) {
    bed.write("home/id-token", token);
}

/// The one line of a `get` that fails, which says all this and holds no part of the token.
fn reason(bed: &Bed, server: &str, parts: &[&str]) -> String {
    let said = bed.helper("get", server);
    let line = said.stdout.trim_end().to_owned();
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "{said:?}");
    assert!(line.starts_with("shorepass: ") && line.lines().count() == 1, "{said:?}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    let token = std::fs::read_to_string(bed.path("home/id-token")).unwrap();
    for part in token.split('.') {
        assert!(!line.contains(part), "it shows a part of the token: {line}");
    }
    line
}

/// A `get` that does not remember that it was refused a moment ago.
fn get_anew(bed: &Bed, server: &str) -> Said {
    forget(bed);
    bed.helper("get", server)
}

/// So that the next `get` asks again.
fn forget(bed: &Bed) {
    let _ = bed.shorepass(&["broker", "stop"]);
}

/// What stands between these two, the first time that it does.
fn between<'a>(line: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = line.split_once(before).unwrap_or_else(|| panic!("`{before}` is missing: {line}"));
    rest.split_once(after).unwrap_or_else(|| panic!("`{after}` is missing: {line}")).0
}

/// Of a repository that GitHub has given ids.
const NEW_SUBJECT: &str = "repo:octo@12/app@34:ref:refs/heads/main";
const OLD_FORM: &str =
    "a policy in GitHub's old form, `repo:octo/app:ref:refs/heads/main`, does not match it";
const HOUR: Duration = Duration::from_secs(3600);
