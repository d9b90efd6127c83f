//! Credential files for clients of the fake, in the forms that Google's tools write.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde_json::{Value, json};

use super::{operation::ACCOUNTS, world::World};

/// Writes credential files whose URLs lead to the fake.
pub struct CredentialFiles {
    url: String,
    world: World,
}

/// Where an external account finds its subject token.
#[derive(Debug, Clone)]
pub enum SubjectSource {
    /// A file that holds the token, or JSON with the token in this field.
    File(PathBuf, Option<String>),
    /// An address that answers with the token, or with JSON that has it in this field.
    Url(String, BTreeMap<String, String>, Option<String>),
    /// A program with its arguments.
    Executable(String),
    /// The variables of AWS, or a metadata service of an instance at this address.
    Aws(Option<String>),
}

impl CredentialFiles {
    pub(super) fn new(url: &str, world: World) -> Self {
        Self { url: url.into(), world }
    }

    /// `service_account`, with the account's first key.
    ///
    /// # Panics
    /// When there is no such account or it has no key.
    #[must_use]
    pub fn service_account(&self, email: &str) -> Value {
        let account = self.world.find_account(email).expect("the account is part of the world");
        let key = account.keys.first().expect("the account has a key");
        json!({
            "type": "service_account",
            "project_id": self.world.projects.last(),
            "private_key_id": key.key_id(),
            "private_key": key.private_key().expose(),
            "client_email": email,
            "client_id": "100000000000000000001",
            "token_uri": format!("{}/token", self.url),
            "universe_domain": self.world.universe,
        })
    }

    /// `authorized_user`, as `gcloud auth application-default login` writes it, and `token_uri`, which the
    /// real form lacks: a client that does not read it asks `oauth2.googleapis.com`.
    ///
    /// # Panics
    /// When there is no such person.
    #[must_use]
    pub fn authorized_user(&self, email: &str) -> Value {
        let user = self.world.find_user(email).expect("the person is part of the world");
        json!({
            "type": "authorized_user",
            "client_id": user.client_id,
            "client_secret": user.client_secret.expose(),
            "refresh_token": user.refresh_token.expose(),
            "token_uri": format!("{}/token", self.url),
            "universe_domain": self.world.universe,
        })
    }

    /// `external_account` for a provider by its full resource name.
    #[must_use]
    pub fn external_account(&self, provider: &str, source: &SubjectSource) -> Value {
        let kind = match source {
            SubjectSource::Aws(_) => "urn:ietf:params:aws:token-type:aws4_request",
            _ => "urn:ietf:params:oauth:token-type:jwt",
        };
        json!({
            "type": "external_account",
            "audience": provider,
            "subject_token_type": kind,
            "token_url": format!("{}/v1/token", self.url),
            "credential_source": credential_source(source),
            "universe_domain": self.world.universe,
        })
    }

    /// An external account that asks for a service account's token in turn, for so long if that is said.
    #[must_use]
    pub fn impersonating(&self, mut external: Value, email: &str, life: Option<Duration>) -> Value {
        external["service_account_impersonation_url"] = self.impersonation_url(email).into();
        if let Some(life) = life {
            external["service_account_impersonation"] = json!({ "token_lifetime_seconds": life.as_secs() });
        }
        external
    }

    /// `impersonated_service_account`: from a source, by way of delegates, to an account.
    #[must_use]
    pub fn impersonated_service_account(&self, source: &Value, delegates: &[&str], email: &str) -> Value {
        json!({
            "type": "impersonated_service_account",
            "service_account_impersonation_url": self.impersonation_url(email),
            "delegates": delegates.iter().map(|email| format!("projects/-/serviceAccounts/{email}")).collect::<Vec<_>>(),
            "source_credentials": source,
        })
    }

    /// Where an account's tokens are asked for.
    #[must_use]
    pub fn impersonation_url(&self, email: &str) -> String {
        format!("{}{ACCOUNTS}{email}:generateAccessToken", self.url)
    }
}

fn credential_source(source: &SubjectSource) -> Value {
    let format = |field: &Option<String>| match field {
        Some(field) => json!({ "type": "json", "subject_token_field_name": field }),
        None => json!({ "type": "text" }),
    };
    match source {
        SubjectSource::File(path, field) => json!({ "file": path, "format": format(field) }),
        SubjectSource::Url(url, headers, field) => {
            json!({ "url": url, "headers": headers, "format": format(field) })
        }
        SubjectSource::Executable(command) => {
            json!({ "executable": { "command": command, "timeout_millis": 5000 } })
        }
        SubjectSource::Aws(metadata) => {
            let mut source = json!({
                "environment_id": "aws1",
                "regional_cred_verification_url":
                    "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
            });
            if let Some(metadata) = metadata {
                let below = |path: &str| Value::from(format!("{metadata}/latest/{path}"));
                source["region_url"] = below("meta-data/placement/availability-zone");
                source["url"] = below("meta-data/iam/security-credentials");
                source["imdsv2_session_token_url"] = below("api/token");
            }
            source
        }
    }
}
