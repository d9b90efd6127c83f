//! Somebody with one rule, whose logins are kept in a file and whose OIDC token stands in another.

use std::{os::unix::fs::PermissionsExt, time::Duration};

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::bed::{Bed, Said};

/// With these lines as the rule's.
pub(crate) fn bed(rule: &str) -> Bed {
    let bed = Bed::new();
    let key = bed.write("home/vault-key", &"k".repeat(32));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    configure(&bed, rule);
    bed
}

/// From now on with this rule.
pub(crate) fn configure(bed: &Bed, rule: &str) {
    let (key, token) = (bed.path("home/vault-key"), bed.path("home/id-token"));
    bed.configure(&format!(
        "[vault]\nstore = \"file\"\nkey_file = \"{}\"\n\n[token.ci]\nfrom = \"file\"\npath = \"{}\"\n\n\
         [identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\n[[registry]]\n{rule}\n",
        key.display(),
        token.display()
    ));
}

/// Puts a token where the identity `ci` has its own.
pub(crate) fn show(bed: &Bed, token: &str) {
    bed.write("home/id-token", token);
}

/// As `docker login` does it.
pub(crate) fn store(bed: &Bed, server: &str, username: &str, secret: &str) {
    let login = serde_json::json!({ "ServerURL": server, "Username": username, "Secret": secret });
    let said = bed.helper("store", &format!("{login}\n"));
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (0, "", ""));
}

/// Whether a `get` has found nobody's fault and nothing.
pub(crate) fn is_not_found(said: &Said) -> bool {
    (said.code, said.stdout.as_str()) == (1, "credentials not found in native keychain\n")
}

/// How long the credential of a registry lives from now on, in seconds.
pub(crate) fn life(bed: &Bed, server: &str) -> u64 {
    let said = bed.shorepass(&["get", "--json", server]).json();
    let ends = said["expires_at"].as_str().unwrap_or_else(|| panic!("it has no end: {said}"));
    let ends = humantime::parse_rfc3339(ends).unwrap();
    ends.duration_since(SystemClock::new().now().wall).unwrap_or(Duration::ZERO).as_secs()
}

/// Asserts that a `get` has failed in one line, and that this line says all this and gives no secret away.
pub(crate) fn assert_reason(said: &Said, parts: &[&str]) {
    let line = said.stdout.strip_suffix('\n').unwrap_or_default();
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "{said:?}");
    assert!(line.lines().count() == 1 && line.starts_with("shorepass: "), "{said:?}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    assert!(!line.contains("canary") && !line.contains("eyJ"), "it gives a secret away: {line}");
}
