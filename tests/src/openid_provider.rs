//! An OpenID provider that nobody here wrote, as a process of its own: oauth2-mock-server, from npm.
//!
//! `tests/issuer` holds what is ours around it: orders for tokens, good and bad, and GitHub's token endpoint.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    bed::read_from,
    cloud::{Issuer, http::ask},
};

/// A running provider; dropping it stops it.
#[derive(Debug)]
pub struct OpenIdProvider {
    process: Child,
    url: String,
}

/// What a token is signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedBy {
    /// The provider's current key.
    Key,
    /// Somebody's key under the name of the current one.
    Stranger,
    /// Nothing: `alg` is `none`.
    Nobody,
    /// The published key, as if it were a shared secret.
    Secret,
}

impl OpenIdProvider {
    /// With one key, at a free port of 127.0.0.1.
    ///
    /// # Panics
    /// When it is not installed or does not start.
    #[must_use]
    pub fn start() -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let node = tests.join(".bed/node/node");
        assert!(
            node.is_file(),
            "the OpenID provider is missing; to install it, run `sh tests/install/run.sh`"
        );
        let mut process = Command::new(node)
            .arg(tests.join("issuer/issuer.mjs"))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let mut stdout = BufReader::new(process.stdout.take().expect("it is piped"));
        let read = move || {
            let mut line = String::new();
            let _ = stdout.read_line(&mut line);
            line
        };
        let line = read_from(&mut process, "the OpenID provider", read);
        let ready: Value = serde_json::from_str(&line).expect("the provider says where it listens");
        let url = ready["url"].as_str().expect("a URL").to_owned();
        Self { process, url }
    }

    /// The value of `iss`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// For a world that shall trust it: its keys are fetched over HTTP.
    #[must_use]
    pub fn issuer(&self) -> Issuer {
        Issuer::discovered(&self.url)
    }

    /// A token that lasts for five minutes.
    #[must_use]
    pub fn token(&self, subject: &str, audience: &str) -> String {
        self.sign(&json!({ "sub": subject, "aud": audience }), 300, SignedBy::Key)
    }

    /// A token with these claims beside the provider's own; its life may have ended so many seconds ago.
    #[must_use]
    pub fn sign(&self, claims: &Value, life: i64, by: SignedBy) -> String {
        let by = match by {
            SignedBy::Key => "key",
            SignedBy::Stranger => "stranger",
            SignedBy::Nobody => "nobody",
            SignedBy::Secret => "secret",
        };
        let answer = self.order("sign", &json!({ "claims": claims, "life": life, "by": by }));
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// From now on a new key signs; what the others signed still counts.
    pub fn add_key(&self) {
        self.order("add", &json!({}));
    }

    /// From now on a new key signs, and no other is published.
    pub fn replace_keys(&self) {
        self.order("replace", &json!({}));
    }

    /// A job of GitHub Actions in a repository, as its two variables: URL and request token.
    #[must_use]
    pub fn github_job(&self, repository: &str) -> [(&'static str, String); 2] {
        let variables = self.order("job", &json!({ "repository": repository }));
        ["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
            .map(|name| (name, variables[name].as_str().expect("a variable").to_owned()))
    }

    /// How often jobs of GitHub Actions have asked for a token.
    #[must_use]
    pub fn asked_by_jobs(&self) -> u64 {
        self.order("asked", &json!({}))["count"].as_u64().expect("a number")
    }

    fn order(&self, order: &str, body: &Value) -> Value {
        ask::post(&format!("{}/control/{order}", self.url), body).expect("the provider answers")
    }
}

impl Drop for OpenIdProvider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
