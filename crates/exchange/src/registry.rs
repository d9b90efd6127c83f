//! The registry kinds' calls: one file and one line each.

mod ecr;
mod ecr_public;

use shorepass_core::{
    exchange::{ExchangeError, ExchangeRequest, Exchanged},
    kind::Target,
};

use crate::deadline::Progress;

/// Makes the credential.
pub(crate) async fn exchange(
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    match &request.target {
        Target::Ecr(target) => ecr::exchange(target, request, progress).await,
        Target::EcrPublic(target) => ecr_public::exchange(target, request, progress).await,
    }
}
