//! Google's errors in their three wordings: OAuth's, that of its APIs, and the page of its front end.

use serde_json::{Value, json};

use crate::cloud::{ApiError, http::Reply};

/// `{"error": "invalid_grant", "error_description": …}`
pub(super) fn oauth(error: &ApiError) -> Reply {
    let mut body = json!({ "error": error.code, "error_description": error.message });
    if error.code == INVALID_RAPT {
        body["error"] = "invalid_grant".into();
        body["error_subtype"] = INVALID_RAPT.into();
        body["error_uri"] = "https://support.google.com/a/answer/9368756".into();
    }
    Reply::json(error.status, &body)
}

/// `{"error": {"code": 403, "message": …, "status": "PERMISSION_DENIED"}}`
pub(super) fn api(error: &ApiError) -> Reply {
    let ApiError { status, code, message } = error;
    let mut body = json!({ "error": { "code": status, "message": message, "status": code } });
    if let Some(details) = details(message) {
        body["error"]["details"] = json!([details]);
    }
    let reply = Reply::json(*status, &body).with_content_type("application/json; charset=UTF-8");
    match message.as_str() {
        MISSING_CREDENTIAL => {
            reply.with_header("www-authenticate", r#"Bearer realm="https://accounts.google.com/""#)
        }
        INVALID_CREDENTIAL => reply.with_header(
            "www-authenticate",
            r#"Bearer realm="https://accounts.google.com/", error="invalid_token""#,
        ),
        _ => reply,
    }
}

/// The page that the front end and the metadata server show.
pub(super) fn page(error: &ApiError) -> Reply {
    let ApiError { status, message, .. } = error;
    let title = match status {
        403 => "Error 403 (Forbidden)!!1",
        404 => "Error 404 (Not Found)!!1",
        _ => "Error",
    };
    let body = format!(
        "<!DOCTYPE html>\n<html lang=en>\n  <meta charset=utf-8>\n  <title>{title}</title>\n  <p><b>{status}.</b> <ins>That’s an error.</ins>\n  <p>{message}  <ins>That’s all we know.</ins>\n"
    );
    Reply::new(*status, "text/html; charset=UTF-8", body)
}

/// Whatever is asked for that is not there, a wrong method included.
pub(super) fn not_found(path: &str) -> ApiError {
    let message = format!("The requested URL <code>{path}</code> was not found on this server.");
    ApiError::new(404, "NOT_FOUND", message)
}

/// A request that the APIs cannot read or do not allow.
pub(super) fn invalid_argument(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "INVALID_ARGUMENT", message)
}

/// Whether a code is one of the APIs' own; OAuth's are in lower case.
pub(super) fn is_api_code(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

fn details(message: &str) -> Option<Value> {
    let info = |reason: &str, domain: &str, metadata: Value| {
        json!({
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": reason, "domain": domain, "metadata": metadata,
        })
    };
    let method = json!({
        "service": "iamcredentials.googleapis.com",
        "method": "google.iam.credentials.v1.IAMCredentials.GenerateAccessToken",
    });
    match message {
        MISSING_CREDENTIAL => Some(info("CREDENTIALS_MISSING", "googleapis.com", method)),
        INSUFFICIENT_SCOPES => Some(info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "googleapis.com", method)),
        GET_ACCESS_TOKEN_DENIED => Some(info(
            "IAM_PERMISSION_DENIED",
            "iam.googleapis.com",
            json!({ "permission": "iam.serviceAccounts.getAccessToken" }),
        )),
        _ => None,
    }
}

/// The audit list's name for an `invalid_grant` that asks for signing in once more.
pub(super) const INVALID_RAPT: &str = "invalid_rapt";

pub(super) const MISSING_CREDENTIAL: &str = "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
pub(super) const INVALID_CREDENTIAL: &str = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
pub(super) const INSUFFICIENT_SCOPES: &str = "Request had insufficient authentication scopes.";
pub(super) const GET_ACCESS_TOKEN_DENIED: &str =
    "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).";
