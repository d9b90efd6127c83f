//! `/jwt/auth`: a login or nobody in, a signed bearer token out for what that one may do.

use serde_json::{Value, json};

use super::{Bearer, House, logins};
use crate::cloud::{
    ApiError,
    access::{self, Access},
    clock::whole_seconds,
    http::{Reply, Request},
    random,
    stand::{Answer, Site},
};

pub(super) fn answer(site: &Site<House>, request: &Request) -> Result<Answer, ApiError> {
    if request.method != "GET" {
        return Err(ApiError::new(404, "NOT_FOUND", "not found"));
    }
    let fields = request.fields();
    if fields.get("service") != Some(SERVICE) {
        return Err(ApiError::new(404, "UNAVAILABLE", "there is no such service"));
    }
    let login = match request.header("authorization") {
        None => None,
        Some(_) => {
            let (username, password) = request.basic().unwrap_or_default();
            Some(logins::of(site, &username, &password)?)
        }
    };
    let wanted = access::wanted(&fields);
    let wanted = wanted.ok_or_else(|| ApiError::new(400, "NAME_INVALID", "the scope is malformed"))?;
    let world = site.world();
    let access =
        access::narrowed(wanted, |name, action| logins::allows(&world, login.as_ref(), name, action));
    drop(world);
    if login.is_none() && access.is_empty() {
        return Err(ApiError::new(403, "DENIED", "access forbidden"));
    }

    let principal = login.map(|login| login.name());
    let body = json!({ "token": issue(site, principal.clone(), access) });
    let outcome = Ok(Reply::json(200, &body));
    Ok(match principal {
        Some(principal) => Answer::for_principal(outcome, principal),
        None => Answer::nameless(outcome),
    })
}

fn issue(site: &Site<House>, principal: Option<String>, access: Vec<Access>) -> String {
    let (now, life) = (site.now(), site.knobs.current().bearer_life);
    let claims: Vec<Value> = access.iter().map(Access::claim).collect();
    let token = site.signer.sign(&json!({
        "iss": site.signer.url(),
        "aud": SERVICE,
        "sub": principal.as_deref().unwrap_or_default(),
        "jti": random::request_id(),
        "iat": whole_seconds(now),
        "nbf": whole_seconds(now) - 5,
        "exp": whole_seconds(now + life),
        "access": claims,
    }));
    site.bearers.note(&token, Bearer { principal, access }, now + life);
    token
}

pub(super) const SERVICE: &str = "container_registry";
