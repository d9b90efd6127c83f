//! The world that a test gets when it does not ask for another.

use std::{collections::BTreeMap, sync::OnceLock};

use shorepass_secret::Secret;

use super::{
    App, AppCertificate, Identity, Pipelines, Registry, RegistryRole, User, World, principal::AZURE_CLI,
};
use crate::cloud::{Issuer, random};

impl World {
    /// A tenant with the applications `build` (a secret and a certificate), `ci` (federated, for
    /// [`CI_SUBJECT`] of [`CI_ISSUER`] and a service connection of Azure Pipelines) and `azure-cli`
    /// (public); the identities `machine` (system-assigned), `puller` and `pusher`; the person
    /// `alice@shorepass.example`; and the registries `shorepass` (with a regional host),
    /// `shorepass-abc123`, `strictshore` (no tokens for Azure Resource Manager), `abacshore` (repository
    /// roles) and `openshore` (anonymous pull), all at `azurecr.io`.
    #[must_use]
    pub fn standard() -> Self {
        let roles = |registry: Registry| {
            registry
                .role("build", RegistryRole::Push)
                .role("ci", RegistryRole::Pull)
                .role("machine", RegistryRole::Pull)
                .role("puller", RegistryRole::Pull)
                .role("pusher", RegistryRole::Push)
                .role("alice@shorepass.example", RegistryRole::Pull)
        };
        Self::empty(TENANT, "shorepass.example")
            .resource("https://containerregistry.azure.net")
            .resource("https://management.azure.com")
            .resource("https://management.core.windows.net")
            .app(App::new("build").secret(&random::base64_text(40)).certificate(certificate()))
            .app(App::new("ci").federated(CI_ISSUER, CI_SUBJECT, FEDERATED_AUDIENCE).federated(
                PIPELINES_ISSUER,
                CONNECTION_SUBJECT,
                FEDERATED_AUDIENCE,
            ))
            .app(App::new("azure-cli").client_id(AZURE_CLI).public())
            .identity(Identity::system_assigned("machine"))
            .identity(Identity::user_assigned("puller"))
            .identity(Identity::user_assigned("pusher"))
            .user(User::new("alice@shorepass.example"))
            .issuer(issuers().0.clone())
            .issuer(issuers().1.clone())
            .registry(roles(
                Registry::new("shorepass.azurecr.io").regional_host("shorepass.westeurope.geo.azurecr.io"),
            ))
            .registry(roles(Registry::new("shorepass-abc123.azurecr.io")))
            .registry(roles(Registry::new("strictshore.azurecr.io").without_arm_audience()))
            .registry(
                Registry::new("abacshore.azurecr.io")
                    .abac()
                    .role("build", RegistryRole::Push)
                    .role_in("ci", RegistryRole::RepositoryReader, "team/*")
                    .role("pusher", RegistryRole::RepositoryWriter),
            )
            .registry(Registry::new("openshore.azurecr.io").anonymous().role("build", RegistryRole::Push))
            .identity_header(&random::request_id())
            .pipelines(Pipelines {
                issuer: PIPELINES_ISSUER.into(),
                access_token: Secret::new(random::base64_text(300)),
                connections: BTreeMap::from([(CONNECTION.into(), CONNECTION_SUBJECT.into())]),
            })
    }
}

/// RSA keys are slow to make, and nothing depends on every world having its own.
fn certificate() -> AppCertificate {
    static CERTIFICATE: OnceLock<AppCertificate> = OnceLock::new();
    CERTIFICATE.get_or_init(|| AppCertificate::generate("build")).clone()
}

/// Entra takes tokens signed with RS256 only.
fn issuers() -> &'static (Issuer, Issuer) {
    static ISSUERS: OnceLock<(Issuer, Issuer)> = OnceLock::new();
    ISSUERS.get_or_init(|| (Issuer::rs256(CI_ISSUER), Issuer::rs256(PIPELINES_ISSUER)))
}

/// The OIDC issuer of the standard world.
pub const CI_ISSUER: &str = "https://ci.shorepass.example";
/// Whose tokens stand for `ci`.
pub const CI_SUBJECT: &str = "repo:shorepass/images:ref:refs/heads/main";
/// The audience of every token that is meant for Entra.
pub const FEDERATED_AUDIENCE: &str = "api://AzureADTokenExchange";

const TENANT: &str = "7a1c6f3e-2b54-4c0d-9f65-3d0a5b8e7c21";
const PIPELINES_ISSUER: &str = "https://vstoken.dev.azure.com/0c2d1b7e-5a4f-4e93-8c1d-9b7f6a5e4d3c";
const CONNECTION: &str = "3e5d7c9b-1a2f-4b6c-8d0e-7f9a1b3c5d7e";
const CONNECTION_SUBJECT: &str = "sc://shorepass/images/registry";
