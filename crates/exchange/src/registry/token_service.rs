//! The token service that a registry's challenge names, once it is settled that a login may go there.
//!
//! It must be at a host of the registry's own, or at one that somebody has named.

use shorepass_core::{
    challenge::{Challenge, Realm},
    exchange::{ErrorKind::Misconfigured, ExchangeError},
};

/// The registry's token service.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TokenService {
    pub(crate) realm: Realm,
    /// What tokens are for, in the registry's own words.
    pub(crate) name: String,
}

impl TokenService {
    /// Of a challenge for tokens by `host`, whose logins may go to `own`.
    pub(crate) fn of_challenge(bearer: &Challenge, host: &str, own: &[&str]) -> Result<Self, ExchangeError> {
        let realm = bearer.parameter("realm").and_then(|realm| Realm::parse(realm).ok());
        let realm = realm.ok_or_else(|| unsafe_realm(host))?;
        if !own.iter().any(|host| realm.is_at(host)) {
            return Err(foreign_realm(host, &realm));
        }
        Ok(Self { realm, name: bearer.parameter("service").unwrap_or_default().to_owned() })
    }
}

fn unsafe_realm(host: &str) -> ExchangeError {
    ExchangeError::new(
        Misconfigured,
        "realm_unsafe",
        format!(
            "`{host}` names a token service that no login may go to: it must be at an HTTPS address without a \
             user name; nothing was sent there"
        ),
    )
    .with_hint("have whoever runs the registry correct its realm")
}

fn foreign_realm(host: &str, realm: &Realm) -> ExchangeError {
    let realm = realm.authority();
    ExchangeError::new(
        Misconfigured,
        "realm_foreign",
        format!("`{host}` sends its clients to another host for tokens, `{realm}`; nothing was sent there"),
    )
    .with_hint(format!("if that host may see the login, name it in the rule: `realm_host = \"{realm}\"`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_that_is_not_the_registry_s_sees_no_login() {
        let code = |realm: &str, own: &[&str]| {
            let challenges = Challenge::parse(&format!("Bearer realm=\"{realm}\",service=\"s\"")).unwrap();
            let service = TokenService::of_challenge(&challenges[0], "r.example", own);
            service.map_err(|error| error.code).err()
        };
        let docker = &["r.example", "auth.docker.io"];

        assert_eq!(code("https://r.example/token", &["r.example"]), None);
        assert_eq!(code("https://auth.docker.io/token", docker), None);
        for (realm, own) in [
            ("https://auth.docker.io/token", &docker[..1]),
            ("https://auth.docker.io.evil.example/token", docker),
            ("https://auth.docker.io:8443/token", docker),
            ("https://evil-auth.docker.io/token", docker),
        ] {
            assert_eq!(code(realm, own).as_deref(), Some("realm_foreign"), "{realm}");
        }
        assert_eq!(code("http://r.example/token", docker).as_deref(), Some("realm_unsafe"));
    }
}
