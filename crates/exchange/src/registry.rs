//! The registry kinds' calls: one file and one line each.

mod acr;
mod artifact_registry;
mod ecr;
mod ecr_public;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged},
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
        Target::ArtifactRegistry(_) => artifact_registry::exchange(request, progress).await,
        Target::Acr(target) => acr::exchange(target, request, progress).await,
    }
}

/// A route never leads here.
fn wrong_identity() -> ExchangeError {
    ExchangeError::new(ErrorKind::Unexpected, "internal", "the identity is another cloud's than the registry")
}
