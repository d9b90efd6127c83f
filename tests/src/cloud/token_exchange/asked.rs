//! The form of RFC 8693 §2.1, read strictly.

use crate::cloud::{
    ApiError,
    http::{Request, form::Fields},
    stand::oauth::invalid_request,
};

/// What a client wants.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) subject_token: String,
    pub(super) targets: Vec<String>,
    pub(super) scope: Vec<String>,
    pub(super) wanted_type: String,
}

impl Asked {
    pub(super) fn read(request: &Request, fields: &Fields) -> Result<Self, ApiError> {
        if !request.query.is_empty() {
            return Err(invalid_request("parameters belong into the body"));
        }
        if let Some(name) = ONCE.into_iter().find(|name| fields.all(name).count() > 1) {
            return Err(invalid_request(format!("'{name}' is there more than once")));
        }
        let given = |name: &str| fields.get(name).filter(|value| !value.is_empty());
        let required =
            |name: &str| given(name).ok_or_else(|| invalid_request(format!("'{name}' is missing")));
        if required("grant_type")? != GRANT {
            return Err(ApiError::new(400, "unsupported_grant_type", "only tokens are exchanged here"));
        }
        let subject_token = required("subject_token")?.to_owned();
        if !["id_token", "jwt"].iter().any(|kind| given("subject_token_type") == Some(&token_type(kind))) {
            return Err(invalid_request("'subject_token_type' is missing or not supported"));
        }
        match (given("actor_token"), given("actor_token_type")) {
            (None, None) => {}
            (Some(_), Some(_)) => return Err(invalid_request("actors are not supported")),
            _ => return Err(invalid_request("an actor's token and its type belong together")),
        }
        if let Some(resource) = fields.all("resource").find(|resource| !is_resource(resource)) {
            let why = format!("the resource '{resource}' is no absolute URI without a fragment");
            return Err(ApiError::new(400, "invalid_target", why));
        }

        let wanted_type = given("requested_token_type").unwrap_or(&token_type("access_token")).to_owned();
        if !["access_token", "jwt"].iter().any(|kind| wanted_type == token_type(kind)) {
            return Err(invalid_request("'requested_token_type' is not supported"));
        }
        let targets = fields.all("audience").chain(fields.all("resource")).map(str::to_owned).collect();
        let scope = given("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        Ok(Self { subject_token, targets, scope, wanted_type })
    }
}

pub(super) fn token_type(kind: &str) -> String {
    format!("urn:ietf:params:oauth:token-type:{kind}")
}

fn is_resource(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = scheme.is_some_and(|scheme| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    is_scheme && !text.contains('#')
}

const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ONCE: [&str; 9] = [
    "grant_type",
    "subject_token",
    "subject_token_type",
    "actor_token",
    "actor_token_type",
    "requested_token_type",
    "scope",
    "client_id",
    "client_secret",
];
