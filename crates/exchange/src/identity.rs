//! Using an identity: from settings and surroundings to credentials of a cloud.

pub(crate) mod aws;
pub(crate) mod azure;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod google;
