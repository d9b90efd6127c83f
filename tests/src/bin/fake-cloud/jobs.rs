//! Jobs of CI systems: who they are at the clouds by tokens of an OpenID provider that runs somewhere else.

use serde_json::{Value, json};
use shorepass_tests::cloud::{
    Issuer, Provider,
    aws::{self, Role},
    azure::{self, App, FEDERATED_AUDIENCE, RegistryRole},
    google::{self, PoolProvider},
};

/// What the provider's tokens are good for.
pub(crate) struct Jobs {
    issuer: Issuer,
}

impl Jobs {
    pub(crate) fn of(issuer: &str) -> Self {
        Self { issuer: Issuer::discovered(issuer) }
    }

    /// A role for jobs of GitHub Actions.
    pub(crate) fn at_aws(&self, world: aws::World) -> aws::World {
        let role = Role::new(ROLE).trusts_tokens(self.issuer.url(), Some(STS), GITHUB_SUBJECTS);
        world.role(role).provider(Provider::new("123456789012", self.issuer.clone(), &[STS]))
    }

    /// A provider for jobs of GitLab CI, of one project only.
    pub(crate) fn at_google(&self, world: google::World) -> google::World {
        let mut provider = PoolProvider::oidc(POOL_PROVIDER, self.issuer.clone());
        provider.require("project_path", GITLAB_PROJECT);
        world.provider(provider)
    }

    /// An application for a service account of Kubernetes, which may pull.
    pub(crate) fn at_azure(&self, world: azure::World) -> azure::World {
        let app = App::new(APP).client_id(CLIENT_ID);
        let app = app.federated(self.issuer.url(), SERVICE_ACCOUNT, FEDERATED_AUDIENCE);
        let mut world = world.app(app).issuer(self.issuer.clone());
        if let Some(registry) = world.registry_mut(REGISTRY) {
            registry.assign(APP, RegistryRole::Pull, "*");
        }
        world
    }

    pub(crate) fn describe(&self) -> Value {
        json!({
            "issuer": self.issuer.url(),
            "role": ROLE,
            "pool_provider": POOL_PROVIDER,
            "gitlab_project": GITLAB_PROJECT,
            "client_id": CLIENT_ID,
            "service_account": SERVICE_ACCOUNT,
        })
    }
}

const ROLE: &str = "arn:aws:iam::123456789012:role/of-jobs";
const STS: &str = "sts.amazonaws.com";
const GITHUB_SUBJECTS: &str = "repo:shore/app:*";
const POOL_PROVIDER: &str =
    "//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/ci/providers/jobs";
const GITLAB_PROJECT: &str = "shore/app";
const APP: &str = "jobs";
const CLIENT_ID: &str = "5f0e2d3c-9a8b-4c7d-8e6f-1a2b3c4d5e6f";
const SERVICE_ACCOUNT: &str = "system:serviceaccount:builds:builder";
const REGISTRY: &str = "shorepass.azurecr.io";
