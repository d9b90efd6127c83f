//! Google Artifact Registry: an OAuth access token is the password.

use shorepass_core::{
    exchange::{ExchangeError, ExchangeRequest, Exchanged, Made},
    identity::Identity,
};

use super::wrong_identity;
use crate::{deadline::Progress, identity::google::Google};

pub(super) async fn exchange(
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Google(identity) = &request.identity else { return Err(wrong_identity()) };
    let google = Google::open(identity, progress)?.narrowed(request.must_narrow);
    let token = google.token(request.access).await?;
    let clock_ahead_ms = token.clock_ahead_ms;
    Ok(Exchanged::Credential(Made { clock_ahead_ms, ..Made::new(USERNAME, token.secret, token.life_ms) }))
}

/// For any access token of Google's.
const USERNAME: &str = "oauth2accesstoken";
