//! The kinds as the suite sees them: a fake cloud, two identities in it, and how it is made to fail.

pub(super) mod acr;
mod amazon;
pub(super) mod artifact_registry;
pub(super) mod artifactory;
pub(super) mod docker_hub;
pub(super) mod ecr;
pub(super) mod ecr_public;
pub(super) mod ghcr;
pub(super) mod gitlab;
pub(super) mod harbor;
pub(super) mod logins;
pub(super) mod nexus;
pub(super) mod oauth2_registry;
pub(super) mod quay;
pub(super) mod stored;
pub(super) mod token_exchange;
mod tokens;
