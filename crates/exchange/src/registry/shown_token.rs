//! An OIDC token that is shown to a registry's token service, and the words for when it is not taken.
//!
//! The service's own words stay where they are: what a person needs is what the token claims.

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest},
    identity::Identity,
    token::TokenSource,
};
use shorepass_secret::Secret;

use super::wrong_identity;
use crate::{clock, deadline::Progress, http::call::Answer, jwt::Claims, token, trust};

/// The token of the identity, and where it is from.
pub(super) struct ShownToken {
    token: Secret,
    source: TokenSource,
}

impl ShownToken {
    pub(super) async fn fetch(request: &ExchangeRequest, progress: &Progress) -> Result<Self, ExchangeError> {
        let Identity::Oidc(identity) = &request.identity else { return Err(wrong_identity()) };
        let source = identity.token.as_deref().ok_or_else(wrong_identity)?;
        progress.waits_for("the OIDC token");
        Ok(Self { token: token::fetch(source, progress).await?, source: source.clone() })
    }

    pub(super) fn expose(&self) -> &str {
        self.token.expose()
    }

    /// How to get one that is meant for somebody else.
    pub(super) fn ask_for(&self, audience: &str) -> String {
        trust::ask_for(Some(&self.source), audience)
    }

    /// What it says of itself.
    pub(super) fn claims(&self) -> Claims {
        Claims::peek(self.expose())
    }

    /// Whether nothing can be said of it: it is no JWT, or one without an issuer.
    pub(super) fn is_opaque(&self) -> bool {
        self.claims().issuer.is_none()
    }

    /// It was shown and not taken. `whose` says who did not, as in `Quay, for the robot …,`.
    pub(super) fn refused(&self, whose: &str, answer: &Answer, setup: &str) -> ExchangeError {
        of_claims(&self.claims(), whose, clock::since_epoch_ms(answer.clocks.there), setup)
    }
}

fn of_claims(claims: &Claims, whose: &str, now_ms: u64, setup: &str) -> ExchangeError {
    let message = format!("{whose} did not take the OIDC token: {}", trust::words(claims));
    let ended = claims.expires_at.is_some_and(|end| end.saturating_mul(1000) <= now_ms);
    let hint = match &claims.expires {
        _ if claims.issuer.is_none() => {
            "what `token` of the identity names gives no OIDC token: check what it reads".to_owned()
        }
        Some(end) if ended => {
            format!("the token ended at {end}: get a new one, and check the clock of this machine: `date -u`")
        }
        _ => setup.to_owned(),
    };
    ExchangeError::new(ErrorKind::Denied, "oidc_token_refused", message).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::Claim;

    #[test]
    fn the_hint_goes_from_the_token_to_the_setup() {
        let claims = |issuer: Option<&str>, end: u64| Claims {
            issuer: issuer.map(Claim::new),
            audiences: vec![Claim::new("quay.example")],
            subject: Some(Claim::new("repo:shore/app")),
            expires: Some("2026-01-01T00:00:00Z".into()),
            expires_at: Some(end),
            ..Claims::default()
        };
        let error = |claims| of_claims(&claims, "Quay", 1_767_225_600_000, "set it up");
        let (ended, later) = (1_767_225_600, 1_767_229_200);

        assert!(error(claims(None, later)).hint.unwrap().contains("gives no OIDC token"));
        assert!(error(claims(Some("https://ci"), ended)).hint.unwrap().contains("2026-01-01T00:00:00Z"));
        assert_eq!(error(claims(Some("https://ci"), later)).hint.as_deref(), Some("set it up"));
        assert!(error(claims(Some("https://ci"), later)).message.ends_with(
            "its issuer is `https://ci`, its audience `quay.example` and its subject `repo:shore/app`"
        ));
    }
}
