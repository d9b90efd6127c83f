//! The exchange at Google's Security Token Service (RFC 8693).

mod refused;

use std::time::{Duration, UNIX_EPOCH};

use shorepass_core::{access::Access, exchange::ExchangeError};
use shorepass_secret::Secret;

use super::{External, source::Source};
use crate::{
    http::{
        call::{Call, encode},
        date::Reading,
    },
    identity::google::{
        Google,
        granted::{AccessToken, Granted, UNKNOWN_LIFE},
        refusal::Refusal,
        scope,
    },
    jwt::Claims,
    trust,
};

/// Shows the subject token.
pub(super) async fn exchange(
    google: &Google<'_>,
    external: &External,
    subject: &Secret,
    access: Access,
) -> Result<Granted, ExchangeError> {
    google.progress.waits_for(UPSTREAM);
    let mut fields = vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("audience", &external.audience),
        ("scope", scope(access)),
        ("subject_token_type", &external.token_type),
        ("subject_token", subject.expose()),
    ];
    let options = external
        .user_project
        .as_ref()
        .map(|project| encode(&serde_json::json!({ "userProject": project }).to_string()));
    // Google takes the project's word from a client of the pool and does not want another.
    if let (Some(options), None) = (&options, &external.client) {
        fields.push(("options", options));
    }
    let mut call = Call::post(UPSTREAM, &external.token_url).form(&fields);
    if let Some((id, secret)) = &external.client {
        call = call.basic(id, secret.expose());
    }

    let answer = call.send(&google.settings.outward).await?;
    let claims = Claims::peek(subject.expose());
    if !answer.is_success() {
        let refusal = Refusal::of(UPSTREAM, &answer)?;
        let source = match &external.source {
            Source::Settings(source) => Some(source),
            _ => None,
        };
        return Err(refused::explain(&refusal, &external.audience, source, &claims));
    }
    let token = AccessToken::read(UPSTREAM, &answer, Some(life_of(&claims, answer.clocks)))?;
    let proof = claims.issuer.is_some().then(|| trust::words(&claims));
    Ok(Granted { proof, ..Granted::to(member(external, &claims), token) })
}

/// An answer that does not tell the life means the subject token's own.
fn life_of(claims: &Claims, clocks: Reading) -> Duration {
    claims.expires_at.map_or(UNKNOWN_LIFE, |at| {
        let end = UNIX_EPOCH.checked_add(Duration::from_secs(at)).unwrap_or(UNIX_EPOCH);
        end.duration_since(clocks.there).unwrap_or_default()
    })
}

/// As IAM names it if the provider takes `sub` for the subject, which is usual.
fn member(external: &External, claims: &Claims) -> Option<String> {
    let (pool, _) = external.audience.split_once("/providers/")?;
    Some(format!("principal:{pool}/subject/{}", claims.subject.as_ref()?.as_str()))
}

/// The code of a subject token that has ended.
pub(super) const EXPIRED: &str = "federation_expired";
const UPSTREAM: &str = "Google STS";
