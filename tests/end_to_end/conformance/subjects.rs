//! The kinds as the suite sees them: a fake cloud, two identities in it, and how it is made to fail.

pub(super) mod acr;
mod amazon;
pub(super) mod artifact_registry;
pub(super) mod ecr;
pub(super) mod ecr_public;
