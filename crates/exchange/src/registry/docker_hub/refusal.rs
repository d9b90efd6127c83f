//! Docker's no to an OIDC token, in words that name what the token says of itself.
//!
//! Docker answers 401 to whatever it does not let in and keeps the reason for the organization's owners, so
//! the words go from what can be seen here to where the rest stands.

use shorepass_core::exchange::{
    ErrorKind::{Denied, Misconfigured, Unexpected},
    ExchangeError,
};
use shorepass_secret::Secret;

use super::{Connection, IDENTITY};
use crate::{
    clock,
    http::call::Answer,
    jwt::Claims,
    trust::{self, paste::plain},
};

pub(super) fn of_exchange(connection: &Connection<'_>, token: &Secret, answer: &Answer) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    match answer.status {
        401 | 403 => {
            of_token(connection, &Claims::peek(token.expose()), clock::since_epoch_ms(answer.clocks.there))
        }
        status @ (400 | 404 | 422) => ExchangeError::new(
            Misconfigured,
            "hub_connection_unknown",
            format!("{IDENTITY} cannot do with the connection `{}` (HTTP {status})", connection.id),
        )
        .with_hint(format!(
            "check `connection_id` and `token_life` of the rule, and whether the connection is still there: \
             {WHERE}"
        )),
        status => {
            ExchangeError::new(Unexpected, "refused", format!("{IDENTITY} answered with HTTP {status}"))
                .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`")
        }
    }
}

fn of_token(connection: &Connection<'_>, claims: &Claims, now_ms: u64) -> ExchangeError {
    let Connection { organization, id, .. } = connection;
    let message = format!(
        "the connection `{id}` of `{organization}` does not let this token in: {}",
        trust::words(claims)
    );
    let hint = if claims.issuer.is_none() {
        "what `token` of the identity names gives no OIDC token: check what it reads".to_owned()
    } else if claims.expires_at.is_some_and(|end| end.saturating_mul(1000) <= now_ms) {
        let end = claims.expires.as_deref().unwrap_or("an unknown time");
        format!("the token ended at {end}: get a new one, and check the clock of this machine: `date -u`")
    } else if claims.issuer.as_ref().is_none_or(|issuer| issuer.as_str() != GITHUB) {
        format!("Docker takes tokens of GitHub Actions only, whose issuer is `{GITHUB}`")
    } else if !claims.is_for(AUDIENCE) {
        format!(
            "ask for the token with the audience `{AUDIENCE}`, in a `[token.NAME]` from `github-actions`: `audience = \
             \"{AUDIENCE}\"`"
        )
    } else {
        format!(
            "{}, and the connection must be active and of `{organization}`; why it was refused stands in its \
             Failures table: {WHERE}, Edit",
            ruleset(claims)
        )
    };
    ExchangeError::new(Denied, "hub_token_refused", message).with_hint(hint)
}

/// A subject that has a star would be a pattern.
fn ruleset(claims: &Claims) -> String {
    let subject = claims.subject.as_ref().and_then(|subject| plain(subject.as_str()));
    match subject.filter(|subject| !subject.contains('*')) {
        Some(subject) => {
            format!("a ruleset of the connection must match the subject, as the pattern `{subject}` does")
        }
        None => "a ruleset of the connection must match the subject".into(),
    }
}

/// The same whatever stands before Docker.
const AUDIENCE: &str = "https://identity.docker.com";
const GITHUB: &str = "https://token.actions.githubusercontent.com";
const WHERE: &str = "https://app.docker.com, Identity & auth, OIDC connections";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn the_hint_goes_from_what_can_be_seen_to_the_failures_table() {
        let hint = |issuer: Option<&str>, audience: &str, end: u64| {
            let claims = Claims {
                issuer: issuer.map(Claim::new),
                audiences: audience.split(", ").map(Claim::new).collect(),
                subject: Some(Claim::new("repo:team/app:ref:refs/heads/main")),
                expires: Some("2026-01-01T00:00:00Z".into()),
                expires_at: Some(end),
                ..Claims::default()
            };
            let error = of_token(&connection(), &claims, 1_767_225_600_000);
            assert_eq!(error.code, "hub_token_refused");
            assert!(error.message.contains("`repo:team/app:ref:refs/heads/main`"), "{}", error.message);
            error.hint.unwrap()
        };
        let (audience, later) = (AUDIENCE, 1_767_229_200);

        assert!(hint(None, audience, later).contains("gives no OIDC token"));
        assert!(hint(Some(GITHUB), audience, 1_767_225_600).contains("ended at 2026-01-01T00:00:00Z"));
        assert!(
            hint(Some(GITHUB), "sts.amazonaws.com", later)
                .contains("`audience = \"https://identity.docker.com\"`")
        );
        assert!(hint(Some("https://gitlab.com"), audience, later).contains("GitHub Actions only"));
        assert!(hint(Some(GITHUB), &format!("a, {audience}"), later).contains("Failures table"));
    }

    #[test]
    fn a_subject_is_a_pattern_of_its_own_unless_it_has_a_star() {
        let of = |subject: &str| ruleset(&Claims { subject: Some(Claim::new(subject)), ..Claims::default() });

        assert!(of("repo:o@1/r@2:ref:x").ends_with("the pattern `repo:o@1/r@2:ref:x` does"));
        assert!(of("repo:o/r:environment:*").ends_with("must match the subject"));
    }

    fn connection() -> Connection<'static> {
        Connection {
            organization: "shoreteam",
            id: "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
            root: "http://127.0.0.1:8080",
            life_s: 3600,
        }
    }
}
