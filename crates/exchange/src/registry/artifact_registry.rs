//! Google Artifact Registry: an OAuth access token is the password.

use shorepass_core::{
    exchange::{ExchangeError, ExchangeRequest, Exchanged},
    identity::Identity,
};

use super::wrong_identity;
use crate::{deadline::Progress, identity::google::Google};

pub(super) async fn exchange(
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Google(identity) = &request.identity else { return Err(wrong_identity()) };
    let token = Google::open(identity, progress)?.token(request.access).await?;
    Ok(Exchanged::Credential {
        username: USERNAME.into(),
        secret: token.secret,
        life_ms: token.life_ms,
        principal: None,
        clock_ahead_ms: token.clock_ahead_ms,
    })
}

/// For any access token of Google's.
const USERNAME: &str = "oauth2accesstoken";
