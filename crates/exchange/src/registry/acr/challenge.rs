//! Who gives tokens for a registry, by its answer to a stranger.

use shorepass_core::{
    bearer::authority,
    challenge::{Challenge, Realm},
    exchange::{ErrorKind, ExchangeError},
    kind::AcrTarget as Target,
};

use super::{REGISTRY, refusal};
use crate::http::{Client, call::Call};

/// The registry's token service: the registry itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TokenService {
    /// The URL that its paths are appended to.
    pub(super) root: String,
    /// What tokens are for, in the registry's own words.
    pub(super) name: String,
    /// As people know it.
    pub(super) host: String,
}

/// Asks the registry.
pub(super) async fn find(client: &Client, target: &Target) -> Result<TokenService, ExchangeError> {
    let root = target.endpoint.clone().unwrap_or_else(|| format!("https://{}", target.host));
    let root = root.trim_end_matches('/').to_owned();
    let answer = Call::get(REGISTRY, format!("{root}/v2/")).send(client).await?;
    if let Some(error) = answer.general_fault() {
        return Err(error);
    }
    if answer.status == 403 {
        return Err(refusal::of_firewall(&target.host, &answer));
    }
    if answer.status != 401 {
        return Err(stranger(&target.host));
    }
    check(target, root, &Challenge::of_headers(answer.headers.get_all("www-authenticate")))
}

/// Realm and service must be the registry's own.
fn check(target: &Target, root: String, challenges: &[Challenge]) -> Result<TokenService, ExchangeError> {
    let bearer = Challenge::bearer(challenges);
    let parameter = |name| bearer.and_then(|bearer| bearer.parameter(name));
    let (Some(realm), Some(service)) = (parameter("realm"), parameter("service")) else {
        return Err(stranger(&target.host));
    };
    let own = [target.host.as_str(), authority(&root)];
    let is_there = Realm::parse(realm).is_ok_and(|realm| own.iter().any(|host| realm.is_at(host)));
    if !is_there || !own.iter().any(|host| host.eq_ignore_ascii_case(service)) {
        return Err(ExchangeError::new(
            ErrorKind::Misconfigured,
            "acr_foreign_realm",
            format!(
                "`{}` sends its clients to another host for tokens, so nothing was sent there",
                target.host
            ),
        )
        .with_hint("name the registry's own URL as the `endpoint` of the rule"));
    }
    Ok(TokenService { name: service.to_owned(), host: target.host.clone(), root })
}

fn stranger(host: &str) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "acr_not_a_registry",
        format!("`{host}` does not answer as an Azure container registry does"),
    )
    .with_hint(
        "check the registry's name, the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_gives_its_own_tokens() {
        let named = "Bearer realm=\"https://shore.azurecr.io/oauth2/token\",service=\"shore.azurecr.io\"";
        let local = "Bearer realm=\"http://127.0.0.1:8080/oauth2/token\",service=\"127.0.0.1:8080\"";

        let found = check(&target(), "https://shore.azurecr.io".into(), &challenges(named)).unwrap();
        let behind = check(&target(), "http://127.0.0.1:8080".into(), &challenges(local)).unwrap();

        assert_eq!(
            (found.name.as_str(), found.root.as_str()),
            ("shore.azurecr.io", "https://shore.azurecr.io")
        );
        assert_eq!(behind.name, "127.0.0.1:8080");
    }

    #[test]
    fn nothing_goes_to_anybody_else() {
        for (realm, service) in [
            ("https://evil.example/oauth2/token", "shore.azurecr.io"),
            ("https://shore.azurecr.io.evil.example/oauth2/token", "shore.azurecr.io"),
            ("https://shore.azurecr.io@evil.example/", "shore.azurecr.io"),
            ("https://shore.azurecr.io:8443/oauth2/token", "shore.azurecr.io"),
            ("http://shore.azurecr.io/oauth2/token", "shore.azurecr.io"),
            ("https://shore.azurecr.io/oauth2/token", "other.azurecr.io"),
            ("shore.azurecr.io/oauth2/token", "shore.azurecr.io"),
        ] {
            let challenge = format!("Bearer realm=\"{realm}\",service=\"{service}\"");
            let refused =
                check(&target(), "https://shore.azurecr.io".into(), &challenges(&challenge)).unwrap_err();
            assert_eq!(refused.code, "acr_foreign_realm", "{realm} {service}");
        }
    }

    #[test]
    fn what_does_not_ask_for_tokens_is_no_registry() {
        for challenge in
            ["Basic realm=\"x\"", "Bearer", "Bearer realm=\"https://shore.azurecr.io\"", "Bearer x=y"]
        {
            let refused =
                check(&target(), "https://shore.azurecr.io".into(), &challenges(challenge)).unwrap_err();
            assert_eq!(refused.code, "acr_not_a_registry", "{challenge}");
        }
    }

    fn challenges(header: &str) -> Vec<Challenge> {
        Challenge::of_headers([header])
    }

    fn target() -> Target {
        let cloud = shorepass_core::kind::AcrCloud::Public;
        Target { host: "shore.azurecr.io".into(), cloud, endpoint: None }
    }
}
