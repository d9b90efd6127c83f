//! A token service's no, by its code (RFC 6749, 5.2; RFC 8693, 2.2.2). Its own description is not shown.

use serde::Deserialize;
use shorepass_core::{
    exchange::{
        ErrorKind::{Denied, Misconfigured, Unexpected},
        ExchangeError,
    },
    kind::TokenExchangeTarget as Target,
};

use super::{super::shown_token::ShownToken, SERVICE};
use crate::http::call::Answer;

pub(super) fn of(target: &Target, shown: &ShownToken, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    let Refused { error } = answer.json().unwrap_or_default();
    match (error.as_str(), answer.status) {
        // Services differ in which of the two a bad subject token is.
        ("invalid_grant" | "invalid_request", _) => of_subject(target, shown, answer),
        (code, status) => by_code(target, code, status).unwrap_or_else(|| match status {
            401 | 403 => of_subject(target, shown, answer),
            404 | 405 => not_there(status),
            status => {
                ExchangeError::new(Unexpected, "refused", format!("{SERVICE} answered with HTTP {status}"))
                    .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`")
            }
        }),
    }
}

#[derive(Default, Deserialize)]
struct Refused {
    error: String,
}

fn of_subject(target: &Target, shown: &ShownToken, answer: &Answer) -> ExchangeError {
    if must_be_jwt(&target.subject_token_type) || !shown.is_opaque() {
        return shown.refused(SERVICE, answer, &setup(target));
    }
    let message = format!("{SERVICE} did not take the subject token, which is opaque");
    ExchangeError::new(Denied, "oidc_token_refused", message).with_hint(format!(
        "check what `token` of the identity reads, and that the service takes it as `{}`: `subject_token_type` in \
         the rule",
        target.subject_token_type
    ))
}

fn must_be_jwt(subject_token_type: &str) -> bool {
    [":jwt", ":id_token"].iter().any(|end| subject_token_type.ends_with(end))
}

/// What has nothing to do with the subject token.
fn by_code(target: &Target, code: &str, status: u16) -> Option<ExchangeError> {
    let named = |value: &Option<String>| match value {
        Some(value) => format!("`{value}`"),
        None => "none".into(),
    };
    Some(match code {
        "invalid_target" => ExchangeError::new(
            Misconfigured,
            "token_target_refused",
            format!(
                "the token service gives no tokens for this target: `audience` is {}, `resource` {}",
                named(&target.audience),
                named(&target.resource)
            ),
        )
        .with_hint("set `audience` or `resource` in the rule to what the service calls the registry"),
        "invalid_scope" => ExchangeError::new(
            Misconfigured,
            "token_scope_refused",
            format!("the token service does not give this scope: {}", named(&target.scope)),
        )
        .with_hint("set `scope` in the rule to what the service knows and the subject may have"),
        "invalid_client" | "unauthorized_client" => ExchangeError::new(
            Denied,
            "token_client_refused",
            format!(
                "the token service does not exchange tokens for this client: {}",
                named(&target.client_id)
            ),
        )
        .with_hint(
            "set `client_id` in the rule to a client that needs no secret and may exchange tokens; a client \
             with a secret is not supported",
        ),
        "unsupported_grant_type" => not_there(status),
        "access_denied" => ExchangeError::new(
            Denied,
            "access_denied",
            "the token service knows the identity and does not give it a token for this registry",
        )
        .with_hint("have whoever runs the service allow it"),
        _ => return None,
    })
}

fn not_there(status: u16) -> ExchangeError {
    ExchangeError::new(
        Misconfigured,
        "token_service_missing",
        format!("what stands at the `endpoint` of the rule exchanges no tokens (HTTP {status})"),
    )
    .with_hint("name the service's `token_endpoint`, which must speak RFC 8693, as `endpoint`")
}

fn setup(target: &Target) -> String {
    format!(
        "have the service take tokens of this issuer for this audience and subject, and check that it takes \
         them as `{}`: `subject_token_type` in the rule",
        target.subject_token_type
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_words() {
        for (code, wanted) in [
            ("invalid_target", Some("token_target_refused")),
            ("invalid_scope", Some("token_scope_refused")),
            ("invalid_client", Some("token_client_refused")),
            ("unauthorized_client", Some("token_client_refused")),
            ("unsupported_grant_type", Some("token_service_missing")),
            ("access_denied", Some("access_denied")),
            ("canary", None),
        ] {
            let error = by_code(&target(), code, 400);

            assert_eq!(error.as_ref().map(|error| error.code.as_str()), wanted, "{code}");
            assert!(error.is_none_or(|error| error.hint.is_some()), "{code}");
        }
    }

    #[test]
    fn the_words_show_what_was_asked_for() {
        let message = by_code(&target(), "invalid_target", 400).unwrap().message;

        assert!(message.ends_with("`audience` is `r.example`, `resource` none"), "{message}");
    }

    #[test]
    fn only_some_types_are_of_tokens_that_say_who_they_are_of() {
        for (name, is_jwt) in [("jwt", true), ("id_token", true), ("access_token", false), ("saml2", false)] {
            assert_eq!(must_be_jwt(&format!("urn:ietf:params:oauth:token-type:{name}")), is_jwt, "{name}");
        }
    }

    fn target() -> Target {
        Target {
            host: "r.example".into(),
            endpoint: "https://sts.example/token".into(),
            username: "x".into(),
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt".into(),
            requested_token_type: None,
            audience: Some("r.example".into()),
            resource: None,
            scope: None,
            client_id: None,
            life: None,
        }
    }
}
