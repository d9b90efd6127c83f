//! What teaches somebody to mend a refused trust: the claims that were shown, and how to ask for others.
//!
//! What each cloud has to be told stands with the cloud. `paste` decides which foreign text a command may
//! hold; where it may not, an error keeps to general words.

mod audience;
mod github;
pub(crate) mod paste;

use crate::jwt::Claims;

pub(crate) use audience::ask_for;
pub(crate) use github::note;

/// The claims, and what is known to mislead whoever compares them with a policy.
pub(crate) fn words(claims: &Claims) -> String {
    let subject = claims.subject.as_ref();
    format!("{}{}", claims.words(), subject.map(note).unwrap_or_default())
}
