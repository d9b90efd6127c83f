//! The world that a test gets when it does not ask for another.

use std::sync::LazyLock;

use super::{AuthorizedUser, PoolProvider, ServiceAccount, World};
use crate::cloud::{
    Issuer,
    google::scope::{CLOUD_PLATFORM, READ_ONLY},
};

impl World {
    /// Project 123456789 (`shore`) with the service accounts [`PULLER`] (with a key), [`MIDDLE`] and
    /// [`TARGET`], of which each may ask for the next one's tokens, and [`INSTANCE_ACCOUNT`] at the
    /// instance; the pool `ci`, whose identities may ask for the puller's tokens, with the providers
    /// [`CI_PROVIDER`] and [`AWS_PROVIDER`] (account 123456789012, which has no key yet); the workforce
    /// pool of [`STAFF_PROVIDER`]; and [`USER`], who has signed in and may ask for the puller's tokens.
    #[must_use]
    pub fn standard() -> Self {
        Self::empty()
            .project("123456789")
            .project(PROJECT)
            .account(
                ServiceAccount::new(PULLER)
                    .key(PULLER_KEY.clone())
                    .token_creator(&format!("user:{USER}"))
                    .token_creator(
                        "principal://iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/ci/subject/*",
                    ),
            )
            .account(ServiceAccount::new(MIDDLE).token_creator(&format!("serviceAccount:{PULLER}")))
            .account(ServiceAccount::new(TARGET).token_creator(&format!("serviceAccount:{MIDDLE}")))
            .account(ServiceAccount::new(INSTANCE_ACCOUNT))
            .user(AuthorizedUser::new(USER, &[CLOUD_PLATFORM, READ_ONLY, "openid"]))
            .provider(PoolProvider::oidc(CI_PROVIDER, Issuer::es256(CI_ISSUER)))
            .provider(PoolProvider::aws(AWS_PROVIDER, "123456789012"))
            .provider(
                PoolProvider::oidc(STAFF_PROVIDER, Issuer::es256(STAFF_ISSUER))
                    .client("staff-client", "staff-client-secret"),
            )
            .instance_account(INSTANCE_ACCOUNT, &[CLOUD_PLATFORM])
    }
}

/// The id of the standard world's project.
pub const PROJECT: &str = "shore";
/// The service account that has a key.
pub const PULLER: &str = "puller@shore.iam.gserviceaccount.com";
/// The service account between the puller and the target.
pub const MIDDLE: &str = "middle@shore.iam.gserviceaccount.com";
/// The service account at the end of the chain.
pub const TARGET: &str = "target@shore.iam.gserviceaccount.com";
/// The service account of the instance.
pub const INSTANCE_ACCOUNT: &str = "123456789-compute@developer.gserviceaccount.com";
/// The person who has signed in.
pub const USER: &str = "alice@shore.example";

/// The OIDC issuer of the workload pool.
pub const CI_ISSUER: &str = "https://ci.shorepass.example";
/// Takes the tokens of [`CI_ISSUER`]; also the audience they must be for, with or without `https:`.
pub const CI_PROVIDER: &str =
    "//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/ci/providers/gitlab";
/// Takes what an AWS account's keys have signed.
pub const AWS_PROVIDER: &str =
    "//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/ci/providers/amazon";
/// The OIDC issuer of the workforce pool.
pub const STAFF_ISSUER: &str = "https://okta.shorepass.example";
/// Takes the tokens of [`STAFF_ISSUER`].
pub const STAFF_PROVIDER: &str = "//iam.googleapis.com/locations/global/workforcePools/staff/providers/okta";

/// Made once in a process: RSA keys are slow to make.
static PULLER_KEY: LazyLock<Issuer> = LazyLock::new(|| Issuer::rs256(PULLER));
