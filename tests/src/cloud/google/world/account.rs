//! Service accounts and people: their keys and sign-ins, and who may ask for a service account's tokens.

use shorepass_secret::Secret;

use crate::cloud::{Issuer, aws::policy::matches, random};

/// A service account.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    pub(in crate::cloud) email: String,
    pub(in crate::cloud) keys: Vec<Issuer>,
    pub(in crate::cloud) token_creators: Vec<String>,
    pub(in crate::cloud) has_long_tokens: bool,
}

impl ServiceAccount {
    /// A service account without a key, whose tokens nobody may ask for.
    #[must_use]
    pub fn new(email: &str) -> Self {
        Self { email: email.into(), keys: Vec::new(), token_creators: Vec::new(), has_long_tokens: false }
    }

    /// With a key, made by `Issuer::rs256`.
    #[must_use]
    pub fn key(mut self, key: Issuer) -> Self {
        self.keys.push(key);
        self
    }

    /// A member that may ask for its tokens, such as `serviceAccount:…`, `user:…` or `principal://…`; stars
    /// match anything.
    #[must_use]
    pub fn token_creator(mut self, member: &str) -> Self {
        self.allow_token_creator(member);
        self
    }

    /// As the organization's `iam.allowServiceAccountCredentialLifetimeExtension` allows: tokens of twelve
    /// hours.
    #[must_use]
    pub fn long_tokens(mut self) -> Self {
        self.has_long_tokens = true;
        self
    }

    /// From now on this member may ask for its tokens.
    pub fn allow_token_creator(&mut self, member: &str) {
        self.token_creators.push(member.into());
    }

    /// From now on nobody may ask for its tokens.
    pub fn distrust(&mut self) {
        self.token_creators.clear();
    }

    /// From now on none of its keys counts.
    pub fn delete_keys(&mut self) {
        self.keys.clear();
    }

    /// How IAM names it as a member.
    #[must_use]
    pub fn member(&self) -> String {
        format!("serviceAccount:{}", self.email)
    }

    pub(in crate::cloud) fn trusts(&self, member: &str) -> bool {
        self.token_creators.iter().any(|pattern| matches(pattern, member))
    }
}

/// A person who has signed in with an OAuth client.
#[derive(Debug, Clone)]
pub struct AuthorizedUser {
    pub(in crate::cloud) email: String,
    pub(in crate::cloud) client_id: String,
    pub(in crate::cloud) client_secret: Secret,
    pub(in crate::cloud) refresh_token: Secret,
    pub(in crate::cloud) scopes: Vec<String>,
    pub(in crate::cloud) sign_in: SignIn,
}

/// What has become of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cloud) enum SignIn {
    Good,
    Revoked,
    WantsReauthentication,
}

impl AuthorizedUser {
    /// A person with a fresh sign-in for these scopes.
    #[must_use]
    pub fn new(email: &str, scopes: &[&str]) -> Self {
        let letters = random::request_id();
        Self {
            email: email.into(),
            client_id: format!("123456789-{letters}.apps.googleusercontent.com"),
            client_secret: Secret::new(format!("GOCSPX-{}", random::identifier("s"))),
            refresh_token: Secret::new(format!("1//0{}", random::request_id())),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            sign_in: SignIn::Good,
        }
    }

    /// From now on the refresh token does not count.
    pub fn revoke(&mut self) {
        self.sign_in = SignIn::Revoked;
    }

    /// From now on the organization wants the person to sign in once more.
    pub fn want_reauthentication(&mut self) {
        self.sign_in = SignIn::WantsReauthentication;
    }

    /// The refresh token.
    #[must_use]
    pub fn refresh_token(&self) -> &Secret {
        &self.refresh_token
    }

    /// How IAM names the person as a member.
    #[must_use]
    pub fn member(&self) -> String {
        format!("user:{}", self.email)
    }
}
