//! AWS's errors: the code, its status and its wording, in the shape of the service's protocol.
//!
//! Wordings are AWS's own where they are documented or well known; a client must not rely on them.

use serde_json::json;

use super::sigv4::Refusal;
use crate::cloud::{ApiError, Fault, http::Reply, random};

/// How a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Form in, XML out: STS.
    Query,
    /// `X-Amz-Target`, JSON both ways: ECR.
    Json,
    /// Paths and JSON, the code in a header: SSO and its OIDC half.
    RestJson,
    /// Neither: the metadata service, the container agent and registries.
    Plain,
}

impl ApiError {
    /// An error whose status and wording are AWS's for that code; 400 and the code itself for others.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        let known = KNOWN.iter().find(|(name, _, _)| *name == code);
        let (status, message) = known.map_or((400, code), |(_, status, message)| (*status, *message));
        Self::new(status, code, message)
    }

    /// What the protocol makes of a refused signature.
    #[must_use]
    pub(crate) fn of_refusal(refusal: Refusal, protocol: Protocol) -> Self {
        let is_query = protocol == Protocol::Query;
        let status = if is_query { 403 } else { 400 };
        let pick = |query: &'static str, json: &'static str| if is_query { query } else { json };
        match refusal {
            Refusal::Missing => Self::new(
                status,
                pick("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
                pick("Request is missing Authentication Token", "Missing Authentication Token"),
            ),
            Refusal::Incomplete(why) => {
                Self::new(400, pick("IncompleteSignature", "IncompleteSignatureException"), why)
            }
            Refusal::UnknownKey => Self::new(
                status,
                pick("InvalidClientTokenId", "UnrecognizedClientException"),
                "The security token included in the request is invalid.",
            ),
            Refusal::Expired => Self::new(
                status,
                pick("ExpiredToken", "ExpiredTokenException"),
                "The security token included in the request is expired",
            ),
            Refusal::Mismatch(why) => {
                Self::new(status, pick("SignatureDoesNotMatch", "InvalidSignatureException"), why)
            }
        }
    }

    /// The error as the service would send it.
    #[must_use]
    pub(crate) fn reply(&self, protocol: Protocol) -> Reply {
        let request_id = random::request_id();
        let Self { status, code, message } = self;
        match protocol {
            Protocol::Query => {
                let side = if *status < 500 { "Sender" } else { "Receiver" };
                let message = escape_xml(message);
                let body = format!(
                    "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>{side}</Type>\n    <Code>{code}</Code>\n    <Message>{message}</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n"
                );
                Reply::new(*status, "text/xml", body).with_header("x-amzn-requestid", request_id)
            }
            Protocol::Json => {
                let kind = format!("com.amazon.coral.service#{code}");
                Reply::json(*status, &json!({ "__type": kind, "message": message }))
                    .with_content_type("application/x-amz-json-1.1")
                    .with_header("x-amzn-requestid", request_id)
            }
            Protocol::RestJson => {
                let mut body = json!({ "message": message, "__type": code });
                if let Some(oauth) = oauth_name(code) {
                    body["error"] = oauth.into();
                    body["error_description"] = message.as_str().into();
                }
                Reply::json(*status, &body)
                    .with_header("x-amzn-errortype", code.clone())
                    .with_header("x-amzn-requestid", request_id)
            }
            Protocol::Plain => Reply::json(*status, &json!({ "code": code, "message": message })),
        }
    }
}

impl Fault {
    /// AWS's error of this code, with its status and wording.
    #[must_use]
    pub fn code(code: &str) -> Self {
        Self::Error(ApiError::of_code(code))
    }

    /// An error of this status and code.
    #[must_use]
    pub fn status(status: u16, code: &str) -> Self {
        Self::Error(ApiError::new(status, code, ApiError::of_code(code).message))
    }
}

/// Text that may stand between XML tags.
#[must_use]
pub(crate) fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The OIDC half says each error twice: as AWS names it and as RFC 6749 and 8628 do.
fn oauth_name(code: &str) -> Option<&'static str> {
    OAUTH.iter().find(|(aws, _)| *aws == code).map(|(_, name)| *name)
}

const OAUTH: [(&str, &str); 9] = [
    ("AuthorizationPendingException", "authorization_pending"),
    ("SlowDownException", "slow_down"),
    ("ExpiredTokenException", "expired_token"),
    ("AccessDeniedException", "access_denied"),
    ("InvalidGrantException", "invalid_grant"),
    ("InvalidClientException", "invalid_client"),
    ("InvalidRequestException", "invalid_request"),
    ("UnsupportedGrantTypeException", "unsupported_grant_type"),
    ("UnauthorizedClientException", "unauthorized_client"),
];

const KNOWN: [(&str, u16, &str); 19] = [
    ("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity"),
    ("AccessDeniedException", 400, "User is not authorized to perform this action"),
    ("ExpiredTokenException", 400, "Token expired"),
    (
        "IDPCommunicationError",
        400,
        "Couldn't communicate with your identity provider; the request can be retried",
    ),
    ("IDPRejectedClaim", 403, "The identity provider reported that authentication failed"),
    (
        "InternalFailure",
        500,
        "The request processing has failed because of an unknown error, exception or failure.",
    ),
    (
        "InvalidIdentityToken",
        400,
        "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    ),
    ("InvalidParameterException", 400, "Invalid parameter"),
    ("MalformedPolicyDocument", 400, "Syntax errors in policy."),
    ("PackedPolicyTooLarge", 400, "Packed size of session tags consumes 112% of allotted space."),
    ("RegionDisabledException", 403, "STS is not activated in this region for account."),
    ("RequestTimeout", 400, "The request timed out"),
    ("ServerException", 500, "These errors are usually caused by a server-side issue."),
    ("ServiceUnavailable", 503, "Service is unable to handle request."),
    ("Throttling", 400, "Rate exceeded"),
    ("ThrottlingException", 400, "Rate exceeded"),
    ("TooManyRequestsException", 429, "Too Many Requests"),
    ("UnauthorizedException", 401, "Session token not found or invalid"),
    ("UnsupportedCommandException", 400, "The action or operation requested is not supported in this region"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_refusal_has_a_name_in_each_protocol() {
        let names = |refusal: Refusal| {
            [Protocol::Query, Protocol::Json].map(|kind| ApiError::of_refusal(refusal.clone(), kind).code)
        };

        assert_eq!(names(Refusal::UnknownKey), ["InvalidClientTokenId", "UnrecognizedClientException"]);
        assert_eq!(names(Refusal::Expired), ["ExpiredToken", "ExpiredTokenException"]);
        assert_eq!(
            names(Refusal::Mismatch(String::new())),
            ["SignatureDoesNotMatch", "InvalidSignatureException"]
        );
    }

    #[test]
    fn xml_is_escaped() {
        let reply = ApiError::new(400, "X", "a < b & c").reply(Protocol::Query);

        assert!(String::from_utf8(reply.body).unwrap().contains("a &lt; b &amp; c"));
    }
}
