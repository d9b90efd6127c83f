//! Both ways to an access token, and to a refresh token for those who ask for one.

use serde_json::{Value, json};

use super::{
    State,
    challenge::{self, SERVICE},
    knobs::Post,
    operation::{only_get_and_post, unauthorized},
};
use crate::cloud::{
    ApiError,
    clock::iso,
    http::{Reply, Request, form::Fields},
    random,
    stand::{
        Answer,
        bearer::Order,
        oauth::{invalid_grant, invalid_request},
    },
};

/// `GET realm?service=…&scope=…&offline_token=true` with Basic.
pub(super) fn by_login(state: &State, request: &Request) -> Answer {
    let fields = request.fields();
    if !challenge::is_kept(state, request) || fields.get("service") != Some(SERVICE) {
        return Answer::refused(ApiError::new(400, "UNSUPPORTED", "the service is not known here"));
    }
    let login = request.basic().filter(|(name, password)| state.world().is_login(name, password));
    let Some((name, _)) = login else {
        return Answer::refused(unauthorized()).with_challenge("Basic realm=\"oauth2-registry\"");
    };
    let mut body = access(state, &name, &fields);
    body["token"] = body["access_token"].clone();
    if fields.get("offline_token") == Some("true") {
        body["refresh_token"] = refresh(state, &name).into();
    }
    Answer::for_principal(Ok(Reply::json(200, &body)), name)
}

/// `POST realm` with a form.
pub(super) fn by_grant(state: &State, request: &Request) -> Answer {
    match state.knobs.current().post {
        Post::Answered => {}
        Post::NotFound => {
            return Answer::refused(ApiError::new(404, "NOT_FOUND", "404 page not found"));
        }
        Post::NotAllowed => return Answer::refused(only_get_and_post()),
    }
    match granted(state, request) {
        Ok((name, reply)) => Answer::for_principal(Ok(reply), name),
        Err(error) => Answer::refused(error),
    }
}

fn granted(state: &State, request: &Request) -> Result<(String, Reply), ApiError> {
    if !request.header("content-type").is_some_and(|kind| kind.starts_with(FORM)) {
        return Err(invalid_request("the body is no form"));
    }
    if !challenge::is_kept(state, request) {
        return Err(invalid_request("the realm's own query is missing"));
    }
    let fields = Fields::parse(&String::from_utf8_lossy(&request.body));
    let given = |name: &str| fields.get(name).unwrap_or_default();
    if given("service") != SERVICE || given("client_id").is_empty() {
        return Err(invalid_request("'service' or 'client_id' is missing or not known here"));
    }
    if fields.all("scope").count() > 1 {
        return Err(invalid_request("scopes stand in one parameter, with spaces between them"));
    }

    let (name, refresh_token) = match given("grant_type") {
        "password" => {
            let name = given("username");
            if !state.world().is_login(name, given("password")) {
                return Err(ApiError { status: 401, ..invalid_grant("the login is not known") });
            }
            let wants = given("access_type") == "offline";
            (name.to_owned(), wants.then(|| refresh(state, name)))
        }
        "refresh_token" => {
            let token = given("refresh_token");
            let name = state.refresh.find_live(token).filter(|name| state.world().find_user(name).is_some());
            let refused = || ApiError { status: 401, ..invalid_grant("the refresh token is not good") };
            (name.ok_or_else(refused)?, Some(token.to_owned()))
        }
        "" => return Err(invalid_request("'grant_type' is missing")),
        _ => return Err(ApiError::new(400, "unsupported_grant_type", "only logins and refresh tokens")),
    };
    let mut body = access(state, &name, &fields);
    body["scope"] = given("scope").into();
    if let Some(token) = refresh_token {
        body["refresh_token"] = token.into();
    }
    Ok((name, Reply::json(200, &body)))
}

fn access(state: &State, name: &str, fields: &Fields) -> Value {
    let (now, settings) = (state.now(), state.knobs.current());
    let life = settings.current_token_life();
    let token = state.bearer.sign(&Order { subject: name, fields, now, life }, |repository, action| {
        state.world().find_user(name).is_some_and(|user| user.allows(repository, action))
    });
    let mut body = json!({ "access_token": token, "issued_at": iso(now) });
    if !settings.omits_life {
        body["expires_in"] = life.as_secs().into();
    }
    body
}

fn refresh(state: &State, name: &str) -> String {
    let token = random::base64_text(64);
    state.refresh.note(&token, name.to_owned(), state.now() + state.knobs.current().refresh_token_life);
    token
}

const FORM: &str = "application/x-www-form-urlencoded";
