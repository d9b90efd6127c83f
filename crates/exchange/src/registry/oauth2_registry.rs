//! A registry whose token service gives a refresh token for a stored login.
//!
//! The login goes to that service alone. What clients get, under the user name `<token>`, can be revoked
//! there and opens nothing but the registry.

mod refusal;
mod service;

use std::time::Duration;

use serde::Deserialize;
use shorepass_core::{
    exchange::{ExchangeError, ExchangeRequest, Exchanged, Made, StoredLogin},
    kind::Oauth2RegistryTarget as Target,
    vault::{Login, REFRESH_TOKEN},
};

use super::{given_token::GivenToken, wrong_identity};
use crate::{
    deadline::Progress,
    failure::PATIENCE,
    http::{
        self, Client,
        call::{Answer, Call, encode},
    },
    registry::token_service::TokenService,
};

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let login = match &request.login {
        StoredLogin::None => return Err(ExchangeError::no_login()),
        StoredLogin::At { .. } => return Err(wrong_identity()),
        StoredLogin::Unread { error, .. } => return Err(error.clone()),
        StoredLogin::Read { found, .. } => found,
    };
    if login.username == REFRESH_TOKEN {
        // Somebody has stored what would be asked for.
        return Ok(Exchanged::Credential(Made::lasting(REFRESH_TOKEN, login.secret.clone())));
    }
    let client = Client::outward(http::trust(None)?);
    progress.waits_for(REGISTRY);
    let service = service::find(&client, target).await?;

    progress.waits_for(SERVICE);
    let answer = log_in(&client, &service, login).await?;
    if !answer.is_success() {
        return Err(refusal::of_login(target, &service, &answer));
    }
    let Given { refresh_token } = answer.json()?;
    let token = refresh_token.filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| refusal::of_what_is_missing(target))?;
    let given = GivenToken::read(SERVICE, token, answer.clocks)?;
    match shorter(target.life, given.own_life()) {
        Some(life) => given.good_for(REFRESH_TOKEN, life),
        None => Ok(given.lasting(REFRESH_TOKEN, ASKED_AGAIN_AFTER)),
    }
}

/// By the newer way, and where the service has none of it, by the older one. Each is tried once only: what was
/// lost on the way may have left a refresh token over there.
async fn log_in(client: &Client, service: &TokenService, login: &Login) -> Result<Answer, ExchangeError> {
    let answer = by_grant(service, login).send(client).await?;
    let Refused { error } = answer.json().unwrap_or_default();
    if matches!(answer.status, 404 | 405) || error == "unsupported_grant_type" {
        return by_header(service, login).send(client).await;
    }
    Ok(answer)
}

fn by_grant(service: &TokenService, login: &Login) -> Call {
    let call = Call::post(SERVICE, service.realm.url()).form(&[
        ("grant_type", "password"),
        ("service", &service.name),
        ("client_id", CLIENT),
        ("access_type", "offline"),
        ("username", &login.username),
        ("password", login.secret.expose()),
    ]);
    call.within(PATIENCE, 1)
}

fn by_header(service: &TokenService, login: &Login) -> Call {
    let Login { username, secret } = login;
    let realm = service.realm.url();
    let joint = if realm.contains('?') { '&' } else { '?' };
    let url = format!(
        "{realm}{joint}service={}&offline_token=true&client_id={CLIENT}&account={}",
        encode(&service.name),
        encode(username)
    );
    Call::get(SERVICE, url).basic(username, secret.expose()).within(PATIENCE, 1)
}

#[derive(Deserialize)]
struct Given {
    refresh_token: Option<String>,
}

#[derive(Default, Deserialize)]
struct Refused {
    error: String,
}

fn shorter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    one.into_iter().chain(other).min()
}

const REGISTRY: &str = "the registry";
const SERVICE: &str = "the registry's token service";

/// Each time leaves one more refresh token over there, which nobody ends.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(8 * 3600);

const CLIENT: &str = "shorepass";
