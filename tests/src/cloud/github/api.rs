//! `api.github.com`: what an app may ask with its own signature, and who a token's owner is.
//!
//! Every request must say what it is, which version it speaks and what it accepts; every answer to somebody
//! known says how many requests are left.

mod installations;
mod rates;
mod signature;
mod tokens;

use serde_json::json;

pub(super) use self::rates::Rates;
pub use self::tokens::Installed;
use super::{House, Service, error, logins, logins::Login};
use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    http::{Reply, Request},
    stand::{Answer, Site},
};

/// `POST /app/installations/ID/access_tokens`
pub(super) fn create_token(site: &Site<House>, request: &Request) -> Answer {
    of_app(site, request, "POST", |app| tokens::create(site, request, app))
}

/// `GET /repos/OWNER/NAME/installation` and its sisters.
pub(super) fn find_installation(site: &Site<House>, request: &Request) -> Answer {
    of_app(site, request, "GET", |app| installations::find(site, request, app))
}

/// `GET /user`
pub(super) fn user(site: &Site<House>, request: &Request) -> Answer {
    let known = check(request, "GET").and_then(|()| {
        let shown = request.header("authorization").and_then(|header| header.split_once(' '));
        let shown = shown.map(|(_, token)| token).unwrap_or_default();
        match logins::of_secret(site, shown) {
            Some(Login::Person(token)) => Ok((token.login, Some(token.scopes))),
            Some(_) => Err(error::api(403, "Resource not accessible by integration")),
            None => match logins::by_fine_grained(site, shown) {
                Some(login) => Ok((login, None)),
                None => Err(error::api(401, "Bad credentials")),
            },
        }
    });
    match known {
        Ok((login, scopes)) => {
            let reply = Reply::json(200, &json!({ "login": login, "type": "User" }));
            let reply = match scopes {
                Some(scopes) => reply.with_header("x-oauth-scopes", scopes.join(", ")),
                None => reply,
            };
            counted(site, &login, || Ok(reply))
        }
        Err(error) => Answer::refused(error),
    }
}

fn of_app(
    site: &Site<House>,
    request: &Request,
    method: &str,
    act: impl FnOnce(u64) -> Result<Reply, ApiError>,
) -> Answer {
    match check(request, method).and_then(|()| signature::app(site, request)) {
        Ok(app) => counted(site, &format!("app/{app}"), || act(app)),
        Err(error) => Answer::refused(error),
    }
}

fn counted(site: &Site<House>, principal: &str, act: impl FnOnce() -> Result<Reply, ApiError>) -> Answer {
    let count =
        site.rates.count(principal, site.knobs.current().requests_per_hour, whole_seconds(site.now()));
    if count.left.is_none() {
        // The headers are what tells this refusal from the others.
        let refusal = error::reply(Service::Api, &error::api(403, "API rate limit exceeded"));
        return Answer::for_principal(Ok(count.head(refusal)), principal);
    }
    Answer::for_principal(act().map(|reply| count.head(reply)), principal)
}

fn check(request: &Request, method: &str) -> Result<(), ApiError> {
    if request.method != method {
        return Err(error::api(404, "Not Found"));
    }
    if request.header("user-agent").is_none_or(str::is_empty) {
        let message = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header";
        return Err(error::api(403, message));
    }
    if request.header("accept") != Some("application/vnd.github+json") {
        return Err(error::api(415, "Must accept 'application/vnd.github+json'"));
    }
    if request.header("x-github-api-version") != Some("2022-11-28") {
        return Err(error::api(400, "The requested version of the API is not supported"));
    }
    Ok(())
}
