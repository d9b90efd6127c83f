//! OAuth scopes: which exist, and what they let a token do at a registry.

/// Whether every scope exists; Google refuses a request with one that does not.
pub(super) fn are_known(scopes: &[String]) -> bool {
    scopes.iter().all(|scope| {
        let named = scope.strip_prefix("https://www.googleapis.com/auth/").unwrap_or(scope);
        KNOWN.contains(&named) && (named != scope || PLAIN.contains(&named))
    })
}

/// Whether a token with these scopes may `pull` or `push`.
pub(super) fn allow(scopes: &[String], action: &str) -> bool {
    let has = |wanted: &str| scopes.iter().any(|scope| scope == wanted);
    let may_push = has(CLOUD_PLATFORM) || has(READ_WRITE);
    match action {
        "pull" => may_push || has(READ_ONLY),
        "push" => may_push,
        _ => false,
    }
}

/// Whether scopes that were granted hold a scope that is wanted.
pub(super) fn cover(granted: &[String], wanted: &str) -> bool {
    granted.iter().any(|scope| scope == wanted || scope == CLOUD_PLATFORM)
}

/// The scopes of a text in which spaces part them.
pub(super) fn split(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Everything that the identity may do.
pub const CLOUD_PLATFORM: &str = "https://www.googleapis.com/auth/cloud-platform";
/// Enough to pull.
pub const READ_ONLY: &str = "https://www.googleapis.com/auth/devstorage.read_only";
/// Enough to pull and push.
pub const READ_WRITE: &str = "https://www.googleapis.com/auth/devstorage.read_write";
/// Enough to ask for another account's tokens.
pub(super) const IAM: &str = "https://www.googleapis.com/auth/iam";

const PLAIN: [&str; 3] = ["openid", "email", "profile"];

const KNOWN: [&str; 14] = [
    "openid",
    "email",
    "profile",
    "cloud-platform",
    "cloud-platform.read-only",
    "compute",
    "compute.readonly",
    "devstorage.full_control",
    "devstorage.read_only",
    "devstorage.read_write",
    "iam",
    "logging.write",
    "monitoring.write",
    "userinfo.email",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_allows_pull_or_both() {
        for (scope, pull, push) in [
            (CLOUD_PLATFORM, true, true),
            (READ_WRITE, true, true),
            (READ_ONLY, true, false),
            ("openid", false, false),
        ] {
            let scopes = [scope.to_owned()];

            assert_eq!((allow(&scopes, "pull"), allow(&scopes, "push")), (pull, push), "{scope}");
        }
    }

    #[test]
    fn a_scope_that_does_not_exist_is_unknown() {
        assert!(are_known(&split(&format!("{CLOUD_PLATFORM} openid {READ_ONLY}"))));
        for text in ["cloud-platform", "https://www.googleapis.com/auth/nonsense", "https://evil.example/x"] {
            assert!(!are_known(&split(text)), "{text}");
        }
    }
}
