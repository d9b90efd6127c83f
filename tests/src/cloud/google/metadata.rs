//! The metadata server of an instance: a header instead of a login, and tokens out of a cache.

mod cache;
mod identity;

use serde_json::{Value, json};

pub(super) use self::cache::Cache;
pub use self::identity::INSTANCE_SUBJECT;
use super::{answer::Answer, error, scope, state::State};
use crate::cloud::{
    ApiError,
    http::{
        Reply, Request,
        form::{Fields, decode},
    },
};

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let path = request.path.as_str();
    let forbidden = |why: &str| {
        let message = format!(
            "Your client does not have permission to get URL <code>{path}</code> from this server. {why}"
        );
        Answer::refused(ApiError::new(403, "PERMISSION_DENIED", message))
    };
    if request.header("x-forwarded-for").is_some() {
        return forbidden("The X-Forwarded-For header is not allowed.");
    }
    if request.method != "GET" {
        return Answer::refused(ApiError::new(
            405,
            "METHOD_NOT_ALLOWED",
            "The request method is not allowed.",
        ));
    }
    if path == "/" {
        return text("0.1/\ncomputeMetadata/\n");
    }
    if request.header("metadata-flavor") != Some("Google") {
        return forbidden("Missing Metadata-Flavor:Google header.");
    }

    let query = Fields::parse(&request.query);
    let wanted = decode(path.strip_prefix("/computeMetadata/v1/").unwrap_or(path));
    let answered = match wanted.strip_prefix("instance/service-accounts/") {
        Some(below) => account(state, below, &query),
        None => general(state, &wanted),
    };
    answered.unwrap_or_else(|| Answer::refused(error::not_found(path)))
}

fn general(state: &State, path: &str) -> Option<Answer> {
    let world = state.world();
    match path {
        "" => Some(text("instance/\noslogin/\nproject/\n")),
        "instance/" => Some(text("service-accounts/\n")),
        "project/project-id" => world.projects.iter().find(|id| !is_number(id)).map(|id| text(id)),
        "project/numeric-project-id" => world.projects.iter().find(|id| is_number(id)).map(|id| text(id)),
        "universe/universe-domain" | "universe/universe_domain" => Some(text(&world.universe)),
        _ => None,
    }
}

/// What is below `service-accounts/`; `None` is what the instance does not have.
fn account(state: &State, below: &str, query: &Fields) -> Option<Answer> {
    let (email, scopes) = {
        let world = state.world();
        (world.instance_account.clone(), world.instance_scopes.clone())
    };
    let is_recursive = query.get("recursive") == Some("true");
    let facts = |email: &str| json!({ "aliases": ["default"], "email": email, "scopes": scopes });
    let Some((name, what)) = below.split_once('/') else {
        return match email {
            _ if !below.is_empty() => None,
            Some(email) if is_recursive => {
                Some(json_answer(&json!({ "default": facts(&email), (email.clone()): facts(&email) })))
            }
            Some(email) => Some(text(&format!("{email}/\ndefault/\n"))),
            None => Some(if is_recursive { json_answer(&json!({})) } else { text("") }),
        };
    };

    let email = email.filter(|email| name == "default" || name == email)?;
    match what {
        "" if is_recursive => Some(json_answer(&facts(&email))),
        "" => Some(text("aliases\nemail\nidentity\nscopes\ntoken\n")),
        "aliases" => Some(text("default\n")),
        "email" => Some(text(&email)),
        "scopes" => Some(text(&scopes.iter().map(|scope| format!("{scope}\n")).collect::<String>())),
        "identity" => Some(identity::answer(state, &email, query)),
        "token" => Some(token(state, &email, &scopes, query.get("scopes"))),
        _ => None,
    }
}

fn token(state: &State, email: &str, granted: &[String], asked: Option<&str>) -> Answer {
    let asked: Vec<String> =
        asked.unwrap_or_default().split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    let is_covered = scope::are_known(&asked) && asked.iter().all(|scope| scope::cover(granted, scope));
    if !is_covered {
        let error = ApiError::new(400, "invalid_scope", "The instance does not have these scopes.");
        return Answer::refused(error);
    }

    let scopes = if asked.is_empty() { granted.to_vec() } else { asked };
    let principal = format!("serviceAccount:{email}");
    let (token, expires_in) = state.metadata.token(state, &principal, &scopes);
    let body = json!({ "access_token": token, "expires_in": expires_in, "token_type": "Bearer" });
    Answer::of(Ok((Reply::json(200, &body), principal)))
}

fn text(body: &str) -> Answer {
    Answer { outcome: Ok(Reply::new(200, "application/text", body)), principal: None }
}

fn json_answer(body: &Value) -> Answer {
    Answer { outcome: Ok(Reply::json(200, body)), principal: None }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
