//! A token for some repositories instead of all that the identity may reach.

use serde::Deserialize;
use shorepass_core::{
    access::Access,
    exchange::{ErrorKind, ExchangeError},
};
use shorepass_secret::Secret;

use super::{Bearer, REGISTRY, challenge::TokenService, refusal, registry_token::RegistryToken};
use crate::{
    failure::garbled,
    http::{Client, call::Call},
    jwt::Rights,
};

/// What may be done in one repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    repository: String,
    actions: &'static [&'static str],
}

/// What the route asks for; nothing when it names no repositories.
pub(super) fn wanted(access: Access, repositories: &[String]) -> Result<Vec<Wanted>, ExchangeError> {
    if let Some(pattern) = repositories.iter().find(|name| name.contains('*')) {
        return Err(ExchangeError::new(
            ErrorKind::Misconfigured,
            "repositories_unsupported",
            format!("a token of this registry is for repositories by name, and `{pattern}` is a pattern"),
        )
        .with_hint(
            "list the repositories one by one, or leave `repositories` out and narrow the identity's role",
        ));
    }
    let actions: &[&str] = if access == Access::Pull { &["pull"] } else { &["pull", "push"] };
    Ok(repositories.iter().map(|name| Wanted { repository: name.clone(), actions }).collect())
}

/// Asks for it. The registry leaves out what the identity may not do, so its answer is compared.
pub(super) async fn narrow(
    client: &Client,
    service: &TokenService,
    bearer: &Bearer,
    refresh: &RegistryToken,
    wanted: &[Wanted],
) -> Result<RegistryToken, ExchangeError> {
    let scopes: Vec<String> = wanted.iter().map(Wanted::scope).collect();
    let mut form = vec![
        ("grant_type", "refresh_token"),
        ("service", service.name.as_str()),
        ("refresh_token", refresh.secret.expose()),
    ];
    form.extend(scopes.iter().map(|scope| ("scope", scope.as_str())));
    let call = Call::post(REGISTRY, format!("{}/oauth2/token", service.root)).form(&form);
    let answer = call.send(client).await?;
    if !answer.is_success() {
        return Err(refusal::of_scope(service, bearer, &answer));
    }
    let Made { access_token } = answer.json()?;
    let missing = missing(&access_token, wanted).ok_or_else(|| garbled(REGISTRY))?;
    if !missing.is_empty() {
        return Err(refusal::of_what_is_missing(&service.host, bearer, &missing.join(", ")));
    }
    RegistryToken::read(Secret::new(access_token), answer.clocks)
}

/// Which of the wanted rights the token does not hold; `None` when it cannot be read.
fn missing(token: &str, wanted: &[Wanted]) -> Option<Vec<String>> {
    let rights = Rights::of(token)?;
    let lacks = |wanted: &Wanted| -> Vec<String> {
        let lacking = wanted.actions.iter().filter(|action| !rights.hold(&wanted.repository, action));
        lacking.map(|action| format!("{action} in `{}`", wanted.repository)).collect()
    };
    Some(wanted.iter().flat_map(lacks).collect())
}

impl Wanted {
    fn scope(&self) -> String {
        format!("repository:{}:{}", self.repository, self.actions.join(","))
    }
}

#[derive(Deserialize)]
struct Made {
    access_token: String,
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn every_repository_is_a_scope() {
        let names = ["team/app".to_owned(), "base".to_owned()];
        let scopes = |access| wanted(access, &names).unwrap().iter().map(Wanted::scope).collect::<Vec<_>>();

        assert_eq!(scopes(Access::Pull), ["repository:team/app:pull", "repository:base:pull"]);
        for access in [Access::Push, Access::Full] {
            assert_eq!(scopes(access), ["repository:team/app:pull,push", "repository:base:pull,push"]);
        }
        assert_eq!(wanted(Access::Pull, &[]).unwrap(), []);
    }

    #[test]
    fn patterns_are_refused() {
        let refused = wanted(Access::Pull, &["team/*".to_owned()]).unwrap_err();

        assert_eq!(
            (refused.kind, refused.code.as_str()),
            (ErrorKind::Misconfigured, "repositories_unsupported")
        );
        assert!(refused.message.contains("`team/*`"), "{}", refused.message);
    }

    #[test]
    fn what_the_token_does_not_hold_is_named() {
        let wanted = wanted(Access::Push, &["team/app".to_owned(), "base".to_owned()]).unwrap();
        let token = |access: &str| {
            let payload = format!(r#"{{"access":{access}}}"#);
            format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
        };
        let app = r#"{"type":"repository","name":"team/app","actions":["pull","push"]}"#;
        let base = r#"{"type":"repository","name":"base","actions":["pull"]}"#;
        let other = r#"{"type":"registry","name":"base","actions":["push"]}"#;

        let lacking = missing(&token(&format!("[{app},{base},{other}]")), &wanted).unwrap();

        assert_eq!(lacking, ["push in `base`"]);
        assert_eq!(missing(&token("[]"), &wanted).unwrap().len(), 4);
        assert_eq!(missing("canary", &wanted), None);
    }
}
