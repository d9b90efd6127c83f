//! Docker Hub: an OIDC token is exchanged for a login of the organization that has made the connection.
//!
//! A stored login needs no exchange and never comes here. How many pulls are left is asked apart.

mod pull_limit;
mod refusal;

use serde::Deserialize;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged, Made},
    identity::Identity,
    kind::DockerHubTarget as Target,
};
use shorepass_secret::Secret;

use super::wrong_identity;
use crate::{
    deadline::Progress,
    failure::garbled,
    http::{self, call::Call},
    token,
};

pub(crate) use pull_limit::read as pull_limit;

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Oidc(identity) = &request.identity else { return Err(wrong_identity()) };
    let connection = Connection::of(target)?;
    progress.waits_for("the token");
    let source = identity.token.as_ref().ok_or_else(wrong_identity)?;
    let token = token::fetch(source, progress).await?;

    progress.waits_for(IDENTITY);
    login(&connection, &token).await
}

/// An organization's trust in somebody's OIDC tokens.
struct Connection<'a> {
    organization: &'a str,
    id: &'a str,
    /// Of who exchanges tokens.
    root: &'a str,
    life_s: u64,
}

impl<'a> Connection<'a> {
    fn of(target: &'a Target) -> Result<Self, ExchangeError> {
        let (Some(organization), Some(id)) = (&target.organization, &target.connection_id) else {
            let message = "the rule names no OIDC connection of an organization at Docker Hub";
            return Err(ExchangeError::new(ErrorKind::Misconfigured, "hub_no_connection", message).with_hint(
                "add `organization` and `connection_id` to the rule; both stand under \"Identity & auth\", \"OIDC \
                 connections\" at https://app.docker.com",
            ));
        };
        let root = target.endpoint.as_deref().unwrap_or(ROOT).trim_end_matches('/');
        Ok(Self { organization, id, root, life_s: target.token_life().as_secs() })
    }
}

async fn login(connection: &Connection<'_>, token: &Secret) -> Result<Exchanged, ExchangeError> {
    let life = connection.life_s.to_string();
    let call = Call::post(IDENTITY, format!("{}/oauth/token", connection.root)).form(&[
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:id_token"),
        ("subject_token", token.expose()),
        ("connection_id", connection.id),
        ("expires_in", &life),
    ]);
    let answer = call.send(&http::Client::outward(http::trust(None)?)).await?;
    if !answer.is_success() {
        return Err(refusal::of_exchange(connection, token, &answer));
    }
    let Granted { access_token, expires_in } = answer.json()?;
    let life_s = life_s(connection.life_s, expires_in)?;
    if access_token.is_empty() {
        return Err(garbled(IDENTITY));
    }
    let mut made = Made::new(connection.organization, Secret::new(access_token), life_s * 1000);
    made.clock_ahead_ms = answer.clocks.ahead_ms();
    Ok(Exchanged::Credential(made))
}

/// Docker promises the token alone; the life is as asked for unless it says less.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

fn life_s(asked: u64, granted: Option<u64>) -> Result<u64, ExchangeError> {
    match granted {
        Some(0) => {
            let message = format!("the token that {IDENTITY} gave has no life");
            Err(ExchangeError::new(ErrorKind::Unexpected, "already_expired", message)
                .with_hint("try again: `shorepass refresh HOST`"))
        }
        granted => Ok(granted.map_or(asked, |granted| granted.min(asked))),
    }
}

const IDENTITY: &str = "Docker's identity service";
const ROOT: &str = "https://identity.docker.com";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_as_asked_for_unless_docker_says_less() {
        assert_eq!(life_s(3600, None).unwrap(), 3600);
        assert_eq!(life_s(3600, Some(300)).unwrap(), 300);
        assert_eq!(life_s(3600, Some(86_400)).unwrap(), 3600);
        assert_eq!(life_s(3600, Some(0)).unwrap_err().code, "already_expired");
    }
}
