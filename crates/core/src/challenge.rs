//! What a registry asks of a stranger: the challenges in its `WWW-Authenticate` headers (RFC 9110, 11.6.1).
//!
//! The text is an upstream's and may be hostile: a header that breaks the grammar, names a parameter twice or
//! is longer than any registry needs is refused as a whole. Whether a realm may be trusted is `realm`'s duty.

mod cursor;
mod realm;

use cursor::{Cursor, Element};

pub use realm::{Realm, RealmError};

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    scheme: String,
    token: Option<String>,
    parameters: Vec<(String, String)>,
}

impl Challenge {
    /// The challenges of all the headers of an answer, in their order. One that cannot be read says nothing.
    pub fn of_headers<'a>(headers: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        headers.into_iter().take(MOST).flat_map(|header| Self::parse(header).unwrap_or_default()).collect()
    }

    /// The challenges of one header.
    ///
    /// # Errors
    /// When it is none; the error never repeats the text.
    pub fn parse(header: &str) -> Result<Vec<Self>, ChallengeError> {
        if header.len() > LONGEST {
            return Err(ChallengeError("it is longer than 8 KiB"));
        }
        let mut cursor = Cursor::new(header);
        let mut challenges: Vec<Self> = Vec::new();
        while let Some(element) = cursor.element(challenges.last().is_some_and(Self::takes_parameters))? {
            match (element, challenges.last_mut()) {
                (Element::Scheme(name), _) => challenges.push(Self::new(name)),
                (Element::Token(token), Some(open)) => open.token = Some(token.to_owned()),
                (Element::Parameter(name, value), Some(open)) => open.add(name, value)?,
                (_, None) => return Err(ChallengeError("a scheme is missing")),
            }
            if challenges.len() > MOST {
                return Err(ChallengeError("it holds too many challenges"));
            }
        }
        Ok(challenges)
    }

    /// The first that asks for a token and says where it is to be had.
    #[must_use]
    pub fn bearer(challenges: &[Self]) -> Option<&Self> {
        challenges.iter().find(|challenge| challenge.is("bearer") && challenge.parameter("realm").is_some())
    }

    /// Whether it is of this scheme, which is given in lower case.
    #[must_use]
    pub fn is(&self, scheme: &str) -> bool {
        self.scheme == scheme
    }

    /// In lower case.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// What some schemes have in place of parameters.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The value of a parameter, whose name is given in lower case; an empty one is none.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// All of them, their names in lower case.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn new(scheme: &str) -> Self {
        Self { scheme: scheme.to_ascii_lowercase(), token: None, parameters: Vec::new() }
    }

    fn takes_parameters(&self) -> bool {
        self.token.is_none()
    }

    fn add(&mut self, name: &str, value: String) -> Result<(), ChallengeError> {
        let name = name.to_ascii_lowercase();
        if self.parameters.iter().any(|(known, _)| *known == name) {
            return Err(ChallengeError("it names a parameter twice"));
        }
        if self.parameters.len() == MOST {
            return Err(ChallengeError("it holds too many parameters"));
        }
        self.parameters.push((name, value));
        Ok(())
    }
}

/// Why a text is no challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a challenge: {0}")]
pub struct ChallengeError(&'static str);

/// Headers, challenges in one, and parameters of one.
const MOST: usize = 16;
const LONGEST: usize = 8 * 1024;

#[cfg(test)]
mod tests;
