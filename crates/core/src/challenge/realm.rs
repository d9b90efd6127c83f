//! Where a challenge sends its clients for tokens.
//!
//! A login goes there, so the address must be of one meaning to every reader of URLs: HTTPS, or plain HTTP on
//! this machine, one host, no user, no fragment. Whether that host is trusted is the caller's question.

use crate::{kind::checked_endpoint, registry::Registry};

/// A realm that a login could be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Realm {
    url: String,
    authority: String,
}

impl Realm {
    /// Reads the `realm` of a challenge.
    ///
    /// # Errors
    /// When it is no such address; the error never repeats the text.
    pub fn parse(text: &str) -> Result<Self, RealmError> {
        if text.len() > LONGEST {
            return Err(RealmError("it is longer than 2,048 bytes"));
        }
        if !text.bytes().all(|b| b.is_ascii_graphic() && !AMBIGUOUS.contains(&b)) {
            return Err(RealmError("it holds characters that an address has not"));
        }
        let (scheme, rest) = text.split_once("://").ok_or(RealmError("it is no URL"))?;
        let url = format!("{}://{rest}", scheme.to_ascii_lowercase());
        checked_endpoint(&url)
            .map_err(|_| RealmError("it is neither HTTPS nor on this machine, or it holds a user name"))?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let authority = Registry::parse(authority).map_err(|_| RealmError("its host is none"))?.authority();
        Ok(Self { url, authority })
    }

    /// As it is to be asked; it may have a query already.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its host, with its port unless that is the one that HTTPS means.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether it is at this host, given as `HOST` or `HOST:PORT`.
    #[must_use]
    pub fn is_at(&self, host: &str) -> bool {
        Registry::parse(host).is_ok_and(|own| own.path().is_none() && own.authority() == self.authority)
    }
}

/// Why a login must not go to a realm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a realm to be trusted: {0}")]
pub struct RealmError(&'static str);

/// What one reader of URLs takes for a part of the host and another does not, and the fragment.
const AMBIGUOUS: &[u8] = b"\\\"<>^`{|}#@";
const LONGEST: usize = 2048;
