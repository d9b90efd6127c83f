//! What a registry asks of a stranger, and who gives its tokens.

use shorepass_core::{
    bearer::{BearerRequest, authority},
    challenge::Challenge,
    exchange::ExchangeError,
};

use super::{REGISTRY, refusal};
use crate::{
    http::{
        self, Client,
        call::{Answer, Call},
    },
    registry::token_service::TokenService,
};

/// What a registry asks of a stranger.
pub(super) enum Challenged {
    Bearer(TokenService),
    Basic,
    Nobody,
}

/// A registry on this machine may do without TLS.
pub(super) async fn ask(client: &Client, request: &BearerRequest) -> Result<Challenged, ExchangeError> {
    let plain = format!("http://{}", request.host);
    match &request.root {
        Some(root) => challenge_at(client, request, root.trim_end_matches('/')).await,
        None if http::is_loopback(&plain) => match probe(client, &plain).await {
            Ok(answer) => understand(request, &plain, &answer),
            Err(_) => challenge_at(client, request, &format!("https://{}", request.host)).await,
        },
        None => challenge_at(client, request, &format!("https://{}", request.host)).await,
    }
}

async fn challenge_at(
    client: &Client,
    request: &BearerRequest,
    root: &str,
) -> Result<Challenged, ExchangeError> {
    understand(request, root, &probe(client, root).await?)
}

async fn probe(client: &Client, root: &str) -> Result<Answer, ExchangeError> {
    Call::get(REGISTRY, format!("{root}/v2/")).send(client).await
}

fn understand(request: &BearerRequest, root: &str, answer: &Answer) -> Result<Challenged, ExchangeError> {
    if let Some(error) = answer.general_fault() {
        return Err(error);
    }
    if answer.is_success() {
        return Ok(Challenged::Nobody);
    }
    let challenges = Challenge::of_headers(answer.headers.get_all("www-authenticate"));
    if answer.status != 401 || challenges.is_empty() {
        return Err(refusal::of_stranger(request, answer.status));
    }
    if let Some(bearer) = Challenge::bearer(&challenges) {
        let named = request.realm_hosts.iter().map(String::as_str);
        let own: Vec<&str> = [request.host.as_str(), authority(root)].into_iter().chain(named).collect();
        return TokenService::of_challenge(bearer, &request.host, &own).map(Challenged::Bearer);
    }
    match challenges.iter().any(|challenge| challenge.is("basic")) {
        true => Ok(Challenged::Basic),
        false => Err(refusal::of_stranger(request, answer.status)),
    }
}
