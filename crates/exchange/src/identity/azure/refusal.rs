//! Entra's no, by its numbers, as kinds by what to do. Its text is never shown and never branched on.

mod federation;

use serde::Deserialize;
use shorepass_core::{
    exchange::{
        ErrorKind::{Denied, Unavailable, Unexpected},
        ExchangeError,
    },
    token::TokenSource,
};

use super::{
    authority::Authority,
    entra::{Application, Proof},
};
use crate::{
    clock,
    failure::{self, garbled, server_error},
    http::call::Answer,
    jwt::Claims,
    trust,
};

/// The words for a refused grant; `source` is where the configuration has a federated token from.
pub(super) fn explain(
    authority: &Authority,
    application: &Application,
    proof: &Proof,
    source: Option<&TokenSource>,
    resource: &str,
    answer: &Answer,
) -> ExchangeError {
    if let Some(error) = answer.general_fault() {
        return error;
    }
    let Ok(refusal) = answer.json::<Refusal>() else { return garbled("Entra") };
    let Application { tenant, client_id } = application;
    let number = refusal.number();
    let federated = match proof {
        Proof::Federated(token) => Some(Claims::peek(token.expose())),
        _ => None,
    };
    let failed =
        |code, message: String| ExchangeError::new(Denied, code, format!("{message} (AADSTS{number})"));
    match (number, &federated) {
        (7_000_215, _) => failed(
            "azure_secret_wrong",
            format!("Entra does not take the client secret for one of the application `{client_id}`"),
        )
        .with_hint("put the secret's value, which is not its id, into `AZURE_CLIENT_SECRET`"),
        (7_000_222, _) => failed(
            "azure_secret_expired",
            format!("the client secret of the application `{client_id}` has ended"),
        )
        .with_hint(format!("make a new one: `az ad app credential reset --id {client_id} --append`")),
        (700_016, _) => failed(
            "azure_application_unknown",
            format!("the tenant `{tenant}` has no application `{client_id}`"),
        )
        .with_hint("check `AZURE_CLIENT_ID`, and that the application is of the tenant in `AZURE_TENANT_ID`"),
        (700_025, _) => failed(
            "azure_application_public",
            format!("the application `{client_id}` is a public client, which can prove nothing"),
        )
        .with_hint("name an application that has secrets, certificates or federated credentials"),
        (90_002 | 900_023, _) => {
            failed("azure_tenant_unknown", format!("Entra at `{authority}` has no tenant `{tenant}`"))
                .with_hint("check `AZURE_TENANT_ID`, and for another cloud `AZURE_AUTHORITY_HOST`")
        }
        (90_038, _) => failed(
            "azure_wrong_cloud",
            format!("the tenant `{tenant}` lives in another cloud than `{authority}`"),
        )
        .with_hint("name its Entra in `AZURE_AUTHORITY_HOST` or `authority_host`"),
        (500_011 | 50_001, _) => audience_unknown(resource, &format!("the tenant `{tenant}`")),
        (700_024, _) => outside_its_time(federated.unwrap_or_default(), answer),
        (70_021 | 700_211 | 700_212 | 700_213, Some(claims)) => failed(
            "azure_federation_mismatch",
            format!(
                "no federated credential of the application `{client_id}` fits the token: {}",
                trust::words(claims)
            ),
        )
        .with_hint(federation::hint(authority, client_id, source, claims, number)),
        (700_027 | 50_013 | 50_027 | 50_166 | 5_002_738, Some(claims)) => failed(
            "azure_federated_token_rejected",
            format!("Entra cannot verify the federated token: {}", claims.words()),
        )
        .with_hint(
            "make the issuer's `/.well-known/openid-configuration` and its keys readable from the internet",
        ),
        (700_027 | 700_030 | 700_021 | 700_023 | 50_013 | 50_027, None) => failed(
            "azure_certificate_rejected",
            format!("the certificate is none of the application `{client_id}`"),
        )
        .with_hint(format!(
            "register it: `az ad app credential reset --id {client_id} --append --cert @FILE`"
        )),
        (50_058 | 50_076 | 50_079 | 16_000 | 70_008 | 70_043 | 700_082, _) => {
            failed("azure_sign_in_needed", "Entra wants a person to sign in again".into())
                .with_hint("sign in with `az login`")
        }
        (53_003, _) => failed(
            "azure_conditional_access",
            "a Conditional Access policy of the tenant forbids the sign-in".into(),
        )
        .with_hint("ask the tenant's administrators which policy stands against this place or identity"),
        (65_001, _) => {
            failed("azure_consent_missing", format!("nobody has consented to the application `{client_id}`"))
                .with_hint("have an administrator consent in the Entra admin center")
        }
        _ if refusal.error == "invalid_resource" => {
            audience_unknown(resource, &format!("the tenant `{tenant}`"))
        }
        (90_055, _) => throttled(answer),
        (90_006 | 90_012 | 90_024 | 90_033 | 90_090, _) => passing(answer),
        _ if refusal.error == "temporarily_unavailable" => passing(answer),
        (0, _) if is_plain(&refusal.error) => {
            refused(&format!("the error `{}` (HTTP {})", refusal.error, answer.status))
        }
        (0, _) => garbled("Entra"),
        (number, _) => refused(&format!("the error AADSTS{number} (HTTP {})", answer.status)),
    }
}

/// The tenant, or the metadata service, does not know what the token is for.
pub(super) fn audience_unknown(resource: &str, place: &str) -> ExchangeError {
    ExchangeError::new(Denied, "azure_audience_unknown", format!("{place} knows no resource `{resource}`"))
        .with_hint("check that the tenant in `AZURE_TENANT_ID` is the one of the registry's subscription")
}

/// `claims` are those of a federated token, if it was one.
fn outside_its_time(claims: Claims, answer: &Answer) -> ExchangeError {
    let now = clock::since_epoch_ms(answer.clocks.there) / 1000;
    if claims.expires_at.is_some_and(|at| at <= now) {
        let when = claims.expires.map(|at| format!(" at {at}")).unwrap_or_default();
        return ExchangeError::new(
            Denied,
            "azure_federated_token_expired",
            format!("the federated token ended{when}"),
        )
        .with_hint("have the platform write a new one, or start the job again");
    }
    let apart = answer.clocks.ahead_ms();
    let span = clock::show_span(std::time::Duration::from_millis(apart.unsigned_abs()));
    let words = match apart {
        0 => "Entra says that the assertion is not of this time".into(),
        1.. => format!("this machine's clock is {span} ahead of Entra's"),
        _ => format!("this machine's clock is {span} behind Entra's"),
    };
    ExchangeError::new(Denied, "clock_skew", words)
        .with_hint("set the clock, on most Linux systems by `timedatectl set-ntp true`")
}

fn throttled(answer: &Answer) -> ExchangeError {
    ExchangeError::new(Unavailable, "throttled", "Entra has had too many requests of this tenant")
        .with_retry_after(failure::retry_after(&answer.headers))
}

fn passing(answer: &Answer) -> ExchangeError {
    server_error("Entra", answer.status, failure::retry_after(&answer.headers))
}

fn refused(what: &str) -> ExchangeError {
    ExchangeError::new(Unexpected, "refused", format!("Entra answered with {what}"))
}

fn is_plain(code: &str) -> bool {
    !code.is_empty() && code.len() <= 64 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_codes: Vec<u64>,
}

impl Refusal {
    fn number(&self) -> u64 {
        self.error_codes.first().copied().unwrap_or_default()
    }
}
