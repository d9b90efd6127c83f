//! Who gives tokens for a registry, by its answer to a stranger.
//!
//! A password goes there, so it must be the registry's own host or one that the rule names.

use shorepass_core::{
    bearer::authority, challenge::Challenge, exchange::ExchangeError, kind::Oauth2RegistryTarget as Target,
};

use super::{REGISTRY, refusal};
use crate::{
    http::{Client, call::Call},
    registry::token_service::TokenService,
};

/// Asks the registry.
pub(super) async fn find(client: &Client, target: &Target) -> Result<TokenService, ExchangeError> {
    let root = target.endpoint.clone().unwrap_or_else(|| format!("https://{}", target.host));
    let root = root.trim_end_matches('/').to_owned();
    let answer = Call::get(REGISTRY, format!("{root}/v2/")).send(client).await?;
    if let Some(error) = answer.general_fault() {
        return Err(error);
    }
    let challenges = Challenge::of_headers(answer.headers.get_all("www-authenticate"));
    if answer.status != 401 {
        return Err(refusal::of_stranger(target, answer.status));
    }
    check(target, &root, &challenges)
}

fn check(target: &Target, root: &str, challenges: &[Challenge]) -> Result<TokenService, ExchangeError> {
    let Some(bearer) = Challenge::bearer(challenges) else {
        return Err(refusal::of_plain_login(
            target,
            challenges.iter().any(|challenge| challenge.is("basic")),
        ));
    };
    let own = [Some(target.host.as_str()), Some(authority(root)), target.realm_host.as_deref()];
    let own: Vec<&str> = own.into_iter().flatten().collect();
    TokenService::of_challenge(bearer, &target.host, &own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_s_own_token_service_is_trusted() {
        for realm in ["https://r.example/token", "https://R.example:443/token?x=y"] {
            let found = check_realm(&target(None), realm).unwrap();
            assert_eq!((found.realm.authority(), found.name.as_str()), ("r.example", "registry"));
        }
    }

    #[test]
    fn another_host_is_trusted_when_the_rule_names_it() {
        let realm = "https://auth.r.example/token";

        let refused = check_realm(&target(None), realm).unwrap_err();
        let named = check_realm(&target(Some("auth.r.example")), realm);

        assert_eq!(refused.code, "realm_foreign");
        assert!(refused.hint.unwrap().contains("`realm_host = \"auth.r.example\"`"));
        assert!(named.is_ok());
    }

    #[test]
    fn nothing_goes_to_anybody_else() {
        for realm in [
            "https://evil.example/token",
            "https://r.example.evil.example/token",
            "https://r.example:8443/token",
            "https://sub.r.example/token",
            "http://127.0.0.1/token",
            "http://localhost:8080/token",
        ] {
            let refused = check_realm(&target(Some("auth.r.example")), realm).unwrap_err();
            assert_eq!(refused.code, "realm_foreign", "{realm}");
        }
        for realm in [
            "http://r.example/token",
            "https://r.example@evil.example/token",
            "https://user:password@r.example/token",
            "http://169.254.169.254/latest",
            "r.example/token",
        ] {
            let refused = check_realm(&target(Some("auth.r.example")), realm).unwrap_err();
            assert_eq!(refused.code, "realm_unsafe", "{realm}");
        }
    }

    #[test]
    fn a_registry_without_tokens_is_for_another_kind() {
        let code = |header: &str| {
            check(&target(None), "https://r.example", &Challenge::of_headers([header])).unwrap_err().code
        };

        assert_eq!(code("Basic realm=\"x\""), "registry_without_tokens");
        assert_eq!(code("Bearer scope=\"x\""), "registry_without_tokens");
        assert_eq!(code("\u{1}"), "registry_without_tokens");
    }

    fn check_realm(target: &Target, realm: &str) -> Result<TokenService, ExchangeError> {
        let header = format!("Bearer realm=\"{realm}\",service=\"registry\"");
        check(target, "https://r.example", &Challenge::of_headers([header.as_str()]))
    }

    fn target(realm_host: Option<&str>) -> Target {
        let realm_host = realm_host.map(str::to_owned);
        Target { host: "r.example".into(), endpoint: None, realm_host, life: None }
    }
}
