//! People with their access tokens, and organisations.

use std::time::SystemTime;

use shorepass_secret::Secret;

use crate::cloud::random;

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The user name.
    pub login: String,
    /// Personal access tokens.
    pub tokens: Vec<PersonalToken>,
}

/// A personal access token.
#[derive(Debug, Clone)]
pub struct PersonalToken {
    /// `ghp_…` or `github_pat_…`.
    pub secret: Secret,
    /// Which of the two.
    pub kind: TokenKind,
    /// Such as `read:packages`.
    pub scopes: Vec<String>,
    /// When it ends, if ever.
    pub expires_at: Option<SystemTime>,
    /// Organisations with single sign-on for which its owner has authorised it.
    pub authorised_for: Vec<String>,
}

/// The two generations of personal access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// With scopes.
    Classic,
    /// With permissions; the registry takes none of them.
    FineGrained,
}

/// An organisation.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Its name.
    pub login: String,
    /// The people in it.
    pub members: Vec<String>,
    /// Whether tokens must be authorised for it.
    pub has_sso: bool,
}

impl Person {
    /// A person without tokens.
    #[must_use]
    pub fn new(login: &str) -> Self {
        Self { login: login.into(), tokens: vec![] }
    }

    /// With a classic token of these scopes.
    #[must_use]
    pub fn classic(mut self, scopes: &[&str]) -> Self {
        self.tokens.push(PersonalToken::new("ghp_", TokenKind::Classic, scopes));
        self
    }

    /// With a fine-grained token.
    #[must_use]
    pub fn fine_grained(mut self) -> Self {
        self.tokens.push(PersonalToken::new("github_pat_", TokenKind::FineGrained, &[]));
        self
    }
}

impl PersonalToken {
    fn new(prefix: &str, kind: TokenKind, scopes: &[&str]) -> Self {
        let secret = Secret::new(format!("{prefix}{}", random::base64_text(36).replace(['+', '/'], "x")));
        let scopes = scopes.iter().map(ToString::to_string).collect();
        Self { secret, kind, scopes, expires_at: None, authorised_for: vec![] }
    }
}

impl Organisation {
    /// An organisation of these people.
    #[must_use]
    pub fn new(login: &str, members: &[&str]) -> Self {
        let members = members.iter().map(ToString::to_string).collect();
        Self { login: login.into(), members, has_sso: false }
    }
}
