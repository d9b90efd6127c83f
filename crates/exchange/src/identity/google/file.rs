//! Credential files: what stands in them, and whom they would make us talk to.
//!
//! A file is read with a bound and checked before anything is done with it. Of its contents only names of
//! fields and hosts ever get into an error.

use std::path::Path;

use serde::Deserialize;
use shorepass_core::exchange::ExchangeError;

use super::{
    Google,
    authorized_user::AuthorizedUser,
    external::{External, RawExternal},
    hosts::{Hosts, Place, Purpose},
    impersonation::{RawImpersonated, Step},
    misconfigured,
    service_account::ServiceAccount,
};
use crate::file::bytes;

/// What a credential file asks for: a first token, and the service accounts to be impersonated with it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) base: Base,
    pub(super) steps: Vec<Step>,
}

/// How the first token is got.
#[derive(Debug)]
pub(super) enum Base {
    ServiceAccount(ServiceAccount),
    AuthorizedUser(AuthorizedUser),
    External(Box<External>),
}

/// A file while it is being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    /// Its path, for people.
    pub(super) file: &'a str,
    pub(super) hosts: Hosts<'a>,
}

/// Reads a credential file.
pub(super) fn read(google: &Google<'_>, path: &Path) -> Result<Plan, ExchangeError> {
    let shown = path.display().to_string();
    let hosts = Hosts { universe: &google.settings.universe, listed: &google.identity.trusted_hosts };
    let context = Context { file: &shown, hosts };
    let text = bytes(path, LONGEST).map_err(|why| context.broken(&format!("cannot be used: {why}")))?;
    parse(&text, context)
}

fn parse(text: &[u8], context: Context<'_>) -> Result<Plan, ExchangeError> {
    let raw: Raw = serde_json::from_slice(text).map_err(|error| {
        let words = error.to_string();
        let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        match missing {
            Some(field) => context.broken(&format!("lacks `{field}`")),
            None if error.is_data() => context.broken("has a field of another form than Google's"),
            None => context.broken("is no JSON"),
        }
    })?;
    plan(raw, context, MOST_NESTED)
}

fn plan(raw: Raw, context: Context<'_>, nested: usize) -> Result<Plan, ExchangeError> {
    let alone = |base| Plan { base, steps: Vec::new() };
    match raw {
        Raw::ServiceAccount(account) => Ok(alone(Base::ServiceAccount(account.checked(context)?))),
        Raw::AuthorizedUser(user) => Ok(alone(Base::AuthorizedUser(user.checked(context)?))),
        Raw::ExternalAccount(raw) => {
            let (external, step) = External::of_file(*raw, context)?;
            Ok(Plan { base: Base::External(Box::new(external)), steps: step.into_iter().collect() })
        }
        Raw::ImpersonatedServiceAccount(raw) => {
            if nested == 0 {
                return Err(context.broken("impersonates more often than anybody needs"));
            }
            let (step, source) = raw.split(context)?;
            let mut plan = plan(source, context, nested - 1)?;
            plan.steps.push(step);
            Ok(plan)
        }
        Raw::Other => Err(misconfigured(
            "credential_type_unsupported",
            format!("the credential file `{}` is of a type that is not supported", context.file),
        )
        .with_hint(
            "use `service_account`, `authorized_user`, `external_account` or `impersonated_service_account`",
        )),
    }
}

/// As it stands in the file.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Raw {
    ServiceAccount(ServiceAccount),
    AuthorizedUser(AuthorizedUser),
    ExternalAccount(Box<RawExternal>),
    ImpersonatedServiceAccount(Box<RawImpersonated>),
    #[serde(other)]
    Other,
}

impl Context<'_> {
    /// The file cannot be used; why is a fragment that reads after its name.
    pub(super) fn broken(&self, why: &str) -> ExchangeError {
        misconfigured("credential_file_broken", format!("the credential file `{}` {why}", self.file))
            .with_hint("make the file anew where it came from, and check `GOOGLE_APPLICATION_CREDENTIALS`")
    }

    /// Whether a URL of the file may be asked.
    pub(super) fn check(&self, url: &str, purpose: Purpose, field: &str) -> Result<(), ExchangeError> {
        self.hosts.check(url, purpose, Place { file: self.file, field })
    }

    /// Where a service of Google's is, if the file does not say: `https://sts.googleapis.com/v1/token`.
    pub(super) fn default_url(&self, service: &str, path: &str, universe: Option<&str>) -> String {
        format!("https://{service}.{}{path}", universe.unwrap_or(self.hosts.universe))
    }
}

const LONGEST: u64 = 64 * 1024;
const MOST_NESTED: usize = 4;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_type_is_understood() {
        let user = json!({
            "type": "authorized_user", "client_id": "c", "client_secret": "canary", "refresh_token": "canary",
        });

        let chain = read_value(&impersonated(&impersonated(&user, "a@x"), "b@x")).unwrap();

        assert!(matches!(chain.base, Base::AuthorizedUser(_)));
        let accounts: Vec<_> = chain.steps.iter().map(|step| step.account.as_str()).collect();
        assert_eq!(accounts, ["a@x", "b@x"]);
        assert!(!format!("{chain:?}").contains("canary"));
    }

    #[test]
    fn a_file_that_cannot_be_used_says_why_without_repeating_it() {
        let deep = (0..6).fold(json!({ "type": "canary" }), |inner, _| impersonated(&inner, "a@x"));
        for (text, code, why) in [
            ("canary".to_owned(), "credential_file_broken", "is no JSON"),
            (
                r#"{"type":"service_account","client_email":"canary"}"#.into(),
                "credential_file_broken",
                "lacks `private_key`",
            ),
            (
                r#"{"type":"authorized_user","client_id":{"canary":1}}"#.into(),
                "credential_file_broken",
                "another form",
            ),
            (r#"{"client_id":"canary"}"#.into(), "credential_file_broken", "lacks `type`"),
            (r#"{"type":"canary"}"#.into(), "credential_type_unsupported", "is of a type"),
            (deep.to_string(), "credential_file_broken", "more often"),
        ] {
            let error = parse(text.as_bytes(), context()).unwrap_err();

            assert_eq!(error.code, code, "{text}");
            assert!(error.message.contains(why), "{}", error.message);
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn a_universe_of_the_file_s_own_is_not_trusted() {
        let error = read_value(&json!({
            "type": "service_account", "client_email": "a@x", "private_key": "canary",
            "universe_domain": "evil.example",
        }))
        .unwrap_err();

        assert_eq!(error.code, "untrusted_host");
        assert!(error.message.contains("`oauth2.evil.example`"), "{}", error.message);
    }

    fn impersonated(source: &Value, email: &str) -> Value {
        let accounts = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts";
        json!({
            "type": "impersonated_service_account",
            "service_account_impersonation_url": format!("{accounts}/{email}:generateAccessToken"),
            "source_credentials": source,
        })
    }

    fn read_value(value: &Value) -> Result<Plan, ExchangeError> {
        parse(value.to_string().as_bytes(), context())
    }

    fn context() -> Context<'static> {
        Context { file: "/c.json", hosts: Hosts { universe: "googleapis.com", listed: &[] } }
    }
}
