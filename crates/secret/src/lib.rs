//! A string that must not be seen: no `Display`, no `Serialize`, zeroed on drop, one door out.
//!
//! Every floor of the house uses this one type, so that "who reads a secret" is answered by
//! searching for `expose()`. Nothing here encrypts or locks memory.

use std::fmt;

use zeroize::Zeroizing;

/// A password, token or key.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the string over; the caller's copy is moved, not cloned.
    #[must_use]
    pub fn new(value: impl Into<String>) -> Self {
        Self(Zeroizing::new(value.into()))
    }

    /// The one way to read it. The caller must not log, format or store what it gets.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_name_only() {
        let secret = Secret::new("canary-7f3a");

        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(…) Some(Secret(…))");
    }
}
