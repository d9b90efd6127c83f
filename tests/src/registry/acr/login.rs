//! Logins at `/oauth2/token` in the forms that the fake Azure itself does not know.
//!
//! Each is brought into a form that it knows, or answered with what it has said before.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::bearer::Keys;
use crate::cloud::{
    azure::{Issued, USERNAME},
    http::{Request, form::encode},
};

/// The password grant as `GET` with the same login: BuildKit sends it, and Microsoft's own SDKs do for pulls
/// without a login (`TokenGrantType.PASSWORD`).
pub(super) fn of_password_grant(request: &Request) -> Option<Request> {
    let fields = request.fields();
    let is_grant = request.method == "POST" && request.path == TOKEN;
    if !is_grant || fields.get("grant_type") != Some("password") {
        return None;
    }
    let given = |name: &str| fields.get(name).unwrap_or_default();
    let mut query = format!("service={}", encode(given("service")));
    for scope in fields.all("scope") {
        query.push_str(&format!("&scope={}", encode(scope)));
    }
    let mut headers = request.headers.clone();
    headers.retain(|(name, _)| !["authorization", "content-type"].contains(&name.as_str()));
    if !given("username").is_empty() {
        let login = BASE64_STANDARD.encode(format!("{}:{}", given("username"), given("password")));
        headers.push(("authorization".into(), format!("Basic {login}")));
    }
    Some(Request { method: "GET".into(), query, headers, body: Vec::new(), ..request.clone() })
}

/// An access token is a login, too ("Docker login with ACR Access Token", Azure/acr `AAD-OAuth.md`); what it
/// gets is good for what the login is good for, and so it gets itself.
pub(super) fn of_access_token(issued: &Issued, keys: &Keys, request: &Request) -> Option<String> {
    if request.method != "GET" || request.path != TOKEN {
        return None;
    }
    let (username, token) = request.basic()?;
    let host = request.host();
    let is_good = username == USERNAME && issued.is_valid_at(&host, &username, &token);
    (is_good && keys.rights(&token, &host).is_some()).then_some(token)
}

const TOKEN: &str = "/oauth2/token";
