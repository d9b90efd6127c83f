//! The registry kinds' calls: one file and one line each.

pub(crate) mod acr;
mod artifact_registry;
mod artifactory;
pub(crate) mod bearer;
mod docker_hub;
mod ecr;
mod ecr_public;
mod ghcr;
mod gitlab;
mod given_token;
mod harbor;
mod oauth2_registry;
mod quay;
mod shown_token;
mod token_exchange;
pub(crate) mod token_service;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged},
    kind::Target,
};

use crate::deadline::Progress;

/// Makes the credential, and says how long it can be made again.
pub(crate) async fn exchange(
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let mut exchanged = make(request, progress).await?;
    if let Exchanged::Credential(made) = &mut exchanged {
        made.renewable_ms = progress.renewable_ms();
    }
    Ok(exchanged)
}

async fn make(request: &ExchangeRequest, progress: &Progress) -> Result<Exchanged, ExchangeError> {
    match &request.target {
        Target::Ecr(target) => ecr::exchange(target, request, progress).await,
        Target::EcrPublic(target) => ecr_public::exchange(target, request, progress).await,
        Target::ArtifactRegistry(_) => artifact_registry::exchange(request, progress).await,
        Target::Acr(target) => acr::exchange(target, request, progress).await,
        Target::DockerHub(target) => docker_hub::exchange(target, request, progress).await,
        Target::Ghcr(target) => ghcr::exchange(target, request, progress).await,
        Target::Quay(target) => quay::exchange(target, request, progress).await,
        Target::Gitlab(target) => gitlab::exchange(target, request, progress).await,
        Target::Artifactory(target) => artifactory::exchange(target, request, progress).await,
        Target::TokenExchange(target) => token_exchange::exchange(target, request, progress).await,
        Target::Oauth2Registry(target) => oauth2_registry::exchange(target, request, progress).await,
        // The login itself is the credential, or a robot that is made by an order of its own.
        Target::Harbor(_) | Target::Nexus(_) | Target::Stored(_) => Err(wrong_identity()),
    }
}

/// Asks Docker Hub how many pulls are left.
pub(crate) use docker_hub::pull_limit;
/// Makes and deletes robot accounts at a Harbor.
pub(crate) use harbor::{make as make_robot, remove as remove_robot};

/// A route never leads here.
fn wrong_identity() -> ExchangeError {
    ExchangeError::new(ErrorKind::Unexpected, "internal", "the identity is another cloud's than the registry")
}

/// What a client accepts that asks for an image's manifest.
const MANIFESTS: &str = "application/vnd.oci.image.index.v1+json, \
                         application/vnd.docker.distribution.manifest.list.v2+json, \
                         application/vnd.oci.image.manifest.v1+json, \
                         application/vnd.docker.distribution.manifest.v2+json";
