//! App Service, Functions and Container Apps: an endpoint of the app's own, at `IDENTITY_ENDPOINT`.

use shorepass_core::exchange::{ErrorKind, ExchangeError};
use shorepass_secret::Secret;

use super::{AccessToken, Azure, Id, granted, missing};
use crate::{
    http::call::{Call, encode},
    identity::azure::refusal::audience_unknown,
};

pub(super) async fn ask(
    azure: &Azure<'_>,
    endpoint: &str,
    header: &Secret,
    id: &Id,
    resource: &str,
) -> Result<AccessToken, ExchangeError> {
    azure.progress.waits_for(WHAT);
    let (resource_field, id_field) = (encode(resource), id.field(["client_id", "principal_id", "mi_res_id"]));
    let url = format!("{endpoint}?api-version=2019-08-01&resource={resource_field}{id_field}");
    let answer =
        Call::get(WHAT, url).header("x-identity-header", header.expose()).send(&azure.direct).await?;
    if answer.is_success() {
        return granted(&answer, WHAT);
    }
    if let Some(error) = answer.general_fault() {
        return Err(error);
    }
    let says = |words: &str| String::from_utf8_lossy(&answer.body).contains(words);
    Err(match answer.status {
        // It has no code of its own for this, only Entra's in its text.
        400 if says("AADSTS500011") || says("AADSTS50001:") => audience_unknown(resource, "the app's tenant"),
        400 | 404 => missing(id, "the app"),
        status => ExchangeError::new(
            ErrorKind::Denied,
            "managed_identity_refused",
            format!("{WHAT} refused (HTTP {status})"),
        )
        .with_hint("hand on `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` as the platform sets them"),
    })
}

const WHAT: &str = "the app's identity endpoint";
