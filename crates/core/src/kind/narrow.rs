//! Why a credential is wider than a rule asks for, in the words that several kinds share.
//!
//! `explain` notes them, and where the rule says `narrow = "require"` they are the fault.

use crate::{
    access::{Access, Asked},
    identity::Identity,
};

/// For a kind whose credentials carry all that the identity may do.
pub(super) fn not_narrowed(kind: &str, asked: &Asked<'_>) -> Vec<String> {
    let access = (asked.access != Access::Full).then(|| {
        format!(
            "`access = \"{}\"` is not enforced for {kind}: a token carries whatever the identity allows",
            asked.access
        )
    });
    access.into_iter().chain(repositories_not_narrowed(kind, asked)).collect()
}

/// For a kind whose credentials are good for every repository.
pub(super) fn repositories_not_narrowed(kind: &str, asked: &Asked<'_>) -> Option<String> {
    (!asked.repositories.is_empty()).then(|| {
        format!(
            "`repositories` is not enforced for {kind}: a token is good for all that the identity may reach"
        )
    })
}

/// For AWS, where nobody can tell beforehand whether the caller's own settings lead to a role.
pub(super) fn narrowed_by_roles(asked: &Asked<'_>) -> Vec<String> {
    let names_a_role = match asked.identity {
        Identity::Aws(identity) => !identity.roles.is_empty() || identity.token.is_some(),
        _ => false,
    };
    if names_a_role || !asked.is_narrow() {
        return Vec::new();
    }
    let what = match asked.access {
        Access::Full => "`repositories` is".to_owned(),
        access if asked.repositories.is_empty() => format!("`access = \"{access}\"` is"),
        access => format!("`access = \"{access}\"` and `repositories` are"),
    };
    vec![format!(
        "{what} not enforced unless the caller's profile or web identity leads to a role: {ONLY_ROLES}, and this \
         identity names none"
    )]
}

/// Why credentials of AWS may be wider than they are asked to be.
pub const ONLY_ROLES: &str = "AWS narrows only a session of a role that is assumed for it";
