//! The world that a test gets when it does not ask for another.

use std::time::Duration;

use super::{Role, User, World};
use crate::cloud::aws::sso::Portal;
use crate::cloud::issuer::{Issuer, Provider};

impl World {
    /// Account 123456789012 with the user `alice`, the roles `ci-pull` (also for tokens of [`CI_ISSUER`]
    /// whose subject begins with `repo:shorepass/`), `deploy` (external id `shorepass-test`), `chained`
    /// (from `ci-pull` only), `instance` and `container`; account 210987654321 with the role `remote`,
    /// which trusts the whole first account; and a sign-in portal with one role in each.
    #[must_use]
    pub fn standard() -> Self {
        let alice = "arn:aws:iam::123456789012:user/alice";
        let role = |name: &str| Role::new(&format!("arn:aws:iam::123456789012:role/{name}"));
        Self::empty()
            .user(User::new(alice))
            .role(
                role("ci-pull")
                    .trusts(alice)
                    .trusts_tokens(CI_ISSUER, Some(CI_AUDIENCE), "repo:shorepass/*")
                    .longest_session(Duration::from_secs(12 * 3600)),
            )
            .role(role("deploy").trusts(alice).external_id("shorepass-test"))
            .role(
                role("chained")
                    .trusts("arn:aws:iam::123456789012:role/ci-pull")
                    .longest_session(Duration::from_secs(12 * 3600)),
            )
            .role(role("instance"))
            .role(role("container"))
            .role(Role::new("arn:aws:iam::210987654321:role/remote").trusts("arn:aws:iam::123456789012:root"))
            .role(role("AWSReservedSSO_ReadOnly_0123456789abcdef"))
            .role(Role::new("arn:aws:iam::210987654321:role/AWSReservedSSO_Deploy_0123456789abcdef"))
            .provider(Provider::new("123456789012", Issuer::es256(CI_ISSUER), &[CI_AUDIENCE]))
            .instance_role("arn:aws:iam::123456789012:role/instance")
            .container_role("arn:aws:iam::123456789012:role/container", "container-authorization-token")
            .portal(
                Portal::new("https://shorepass.awsapps.com/start", "eu-central-1")
                    .assign("123456789012", "ReadOnly", "AWSReservedSSO_ReadOnly_0123456789abcdef")
                    .assign("210987654321", "Deploy", "AWSReservedSSO_Deploy_0123456789abcdef"),
            )
    }
}

/// The OIDC issuer of the standard world.
pub const CI_ISSUER: &str = "https://ci.shorepass.example";
/// The audience that the first account lets in from there.
pub const CI_AUDIENCE: &str = "sts.amazonaws.com";
