//! Sonatype Nexus Repository: a user, or a user token whose two halves are name and password.
//!
//! It has no exchange of its own and names that are the operator's, so it is like any registry that takes a
//! stored login; its name in the configuration says what it is, and its page how it is set up.

pub use super::stored::Target;
pub(super) use super::stored::{ANONYMOUS, IDENTITIES, KEYS, SAMPLES, configure, recognise};
