//! Azure's errors: the code, its status and its wording, in the shape of the service's protocol.
//!
//! Entra's are numbered; a client must branch on the number and the OAuth name, never on the text.

use serde_json::json;

use crate::cloud::{
    ApiError,
    clock::{ServerClock, iso},
    http::Reply,
    random,
};

/// How a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// OAuth errors with numbers.
    Entra,
    /// OAuth errors of the instance's metadata service and of Azure Arc.
    Metadata,
    /// App Service.
    StatusAndMessage,
    /// The distribution API's list of errors.
    Registry,
    /// Azure DevOps.
    DevOps,
}

/// Entra's error of this number, with its status.
#[must_use]
pub fn entra_error(number: u32) -> ApiError {
    aadsts(number, "")
}

/// Entra's error of this number in other words than the number's own.
pub(super) fn aadsts(number: u32, message: impl Into<String>) -> ApiError {
    let known = KNOWN.iter().find(|(known, ..)| *known == number);
    let (_, status, _, wording) = known.copied().unwrap_or((number, 400, "invalid_request", "Refused."));
    let message = message.into();
    let message = if message.is_empty() { wording.to_owned() } else { message };
    ApiError::new(status, &format!("AADSTS{number}"), message)
}

/// The error as the service would send it.
pub(super) fn reply(error: &ApiError, protocol: Protocol) -> Reply {
    let ApiError { status, code, message } = error;
    match protocol {
        Protocol::Entra => entra(error),
        Protocol::Metadata => Reply::json(*status, &json!({ "error": code, "error_description": message })),
        Protocol::StatusAndMessage => {
            Reply::json(*status, &json!({ "statusCode": status, "message": message }))
        }
        Protocol::Registry => {
            Reply::json(*status, &json!({ "errors": [{ "code": code, "message": message }] }))
                .with_header("x-ms-correlation-request-id", random::request_id())
        }
        Protocol::DevOps => Reply::json(
            *status,
            &json!({ "$id": "1", "innerException": null, "message": message, "typeKey": code, "errorCode": 0 }),
        ),
    }
}

fn entra(error: &ApiError) -> Reply {
    let ApiError { status, code, message } = error;
    let number = code.strip_prefix("AADSTS").and_then(|digits| digits.parse::<u32>().ok());
    let name = KNOWN.iter().find(|(known, ..)| Some(*known) == number).map(|(_, _, name, _)| *name);
    let name = name.unwrap_or(if number.is_some() { "invalid_request" } else { code });
    let (trace, correlation) = (random::request_id(), random::request_id());
    let at = iso(ServerClock::default().now());
    let timestamp = format!("{} {}Z", &at[..10], &at[11..19]);
    let text =
        format!("{code}: {message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}");
    let numbers: Vec<u32> = number.into_iter().collect();
    let body = json!({
        "error": name,
        "error_description": text,
        "error_codes": numbers,
        "timestamp": timestamp,
        "trace_id": trace,
        "correlation_id": correlation,
    });
    Reply::json(*status, &body)
        .with_content_type("application/json; charset=utf-8")
        .with_header("cache-control", "no-store, no-cache")
}

/// Number, status, OAuth name and wording, of those that are sent here and those that tests order.
const KNOWN: &[(u32, u16, &str, &str)] = &[
    (16000, 400, "interaction_required", "The account needs to be chosen by a person."),
    (50001, 400, "invalid_resource", "The resource was not found in the tenant."),
    (50013, 400, "invalid_grant", "The assertion failed signature validation."),
    (50027, 400, "invalid_request", "The JWT token is invalid or malformed."),
    (50034, 400, "invalid_grant", "The user account does not exist in the directory."),
    (50058, 400, "interaction_required", "A silent sign-in request was sent but no user is signed in."),
    (50076, 400, "invalid_grant", "You must use multi-factor authentication to access the resource."),
    (50079, 400, "invalid_grant", "You must enroll in multi-factor authentication to access the resource."),
    (50166, 400, "invalid_request", "The request to the external OIDC endpoint failed."),
    (53003, 400, "invalid_grant", "Access has been blocked by Conditional Access policies."),
    (65001, 400, "invalid_grant", "The user or administrator has not consented to use the application."),
    (70000, 400, "invalid_grant", "The provided grant is invalid or malformed."),
    (70003, 400, "unsupported_grant_type", "The app requested an unsupported grant type."),
    (70008, 400, "invalid_grant", "The provided authorization code or refresh token has expired."),
    (70011, 400, "invalid_scope", "The provided value for the input parameter 'scope' is not valid."),
    (70016, 400, "authorization_pending", "OAuth 2.0 device flow error. Authorization is pending."),
    (70018, 400, "bad_verification_code", "Invalid verification code."),
    (70019, 400, "expired_token", "The verification code has expired."),
    (70021, 401, "invalid_client", "No matching federated identity record found for presented assertion."),
    (70043, 400, "invalid_grant", "The refresh token has expired due to sign-in frequency checks."),
    (90002, 400, "invalid_request", "Tenant not found."),
    (90023, 400, "invalid_request", "The request is not valid."),
    (90033, 503, "temporarily_unavailable", "A transient error has occurred. Try again."),
    (90038, 400, "invalid_request", "The tenant lives in another national cloud."),
    (90055, 429, "temporarily_unavailable", "Too many requests were sent to the tenant."),
    (500_011, 400, "invalid_resource", "The resource principal was not found in the tenant."),
    (700_016, 400, "unauthorized_client", "The application was not found in the directory."),
    (700_021, 401, "invalid_client", "The assertion's application does not match 'client_id'."),
    (700_023, 401, "invalid_client", "The assertion's audience does not match the realm's issuer."),
    (700_024, 401, "invalid_client", "The client assertion is not within its valid time range."),
    (700_025, 401, "invalid_client", "The client is public, so it must present no secret and no assertion."),
    (700_027, 401, "invalid_client", "The client assertion failed signature validation."),
    (700_082, 400, "invalid_grant", "The refresh token has expired due to inactivity."),
    (700_211, 401, "invalid_client", "No federated identity record matches the assertion's issuer."),
    (700_212, 401, "invalid_client", "No federated identity record matches the assertion's audience."),
    (700_213, 401, "invalid_client", "No federated identity record matches the assertion's subject."),
    (900_023, 400, "invalid_request", "The tenant is neither a DNS name nor an identifier."),
    (900_144, 400, "invalid_request", "The request body misses a parameter."),
    (5_002_738, 400, "invalid_request", "The signature algorithm of the JWT token is not supported."),
    (7_000_215, 401, "invalid_client", "Invalid client secret provided."),
    (7_000_216, 401, "invalid_client", "The grant needs 'client_assertion' or 'client_secret'."),
    (7_000_218, 401, "invalid_client", "The body must contain 'client_assertion' or 'client_secret'."),
    (7_000_222, 401, "invalid_client", "The provided client secret keys are expired."),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn entras_errors_have_a_name_a_number_and_three_marks() {
        let reply = reply(&aadsts(7_000_215, "Wrong for app 'x'."), Protocol::Entra);

        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, &body["error"]), (401, &"invalid_client".into()));
        assert_eq!(body["error_codes"], json!([7_000_215]));
        assert!(body["error_description"].as_str().unwrap().starts_with("AADSTS7000215: Wrong for app 'x'."));
        for mark in ["timestamp", "trace_id", "correlation_id"] {
            assert!(body[mark].is_string(), "{mark}");
        }
    }

    #[test]
    fn what_has_no_number_is_its_own_name() {
        let declined = ApiError::new(400, "authorization_declined", "No.");

        let body: Value = serde_json::from_slice(&reply(&declined, Protocol::Entra).body).unwrap();

        assert_eq!((&body["error"], &body["error_codes"]), (&"authorization_declined".into(), &json!([])));
    }
}
