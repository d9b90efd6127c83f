//! Azure Container Registry: Entra's token is exchanged for one of the registry's own.
//!
//! The registry's answer to a stranger names its token service; a token goes there only when that is the
//! registry itself. What is handed out lives as long as the registry's token says of itself.

mod challenge;
mod narrow;
mod refusal;
mod registry_token;

use serde::Deserialize;
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, ExchangeRequest, Exchanged},
    identity::Identity,
    kind::{AcrCloud as Cloud, AcrTarget as Target},
};
use shorepass_secret::Secret;

use super::wrong_identity;
use crate::{
    deadline::Progress,
    http::{Client, call::Call},
    identity::azure::{AccessToken, Azure},
};
use challenge::TokenService;
use registry_token::RegistryToken;

pub(crate) use registry_token::NOBODY;

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Azure(identity) = &request.identity else { return Err(wrong_identity()) };
    let wanted = narrow::wanted(request.access, &request.repositories)?;
    let azure = Azure::open(identity, target.cloud, progress)?;
    let (token, audience) = entra_token(&azure, target.cloud).await?;

    progress.waits_for("the registry");
    let service = challenge::find(azure.client(), target).await?;
    let bearer = Bearer::new(token, audience, azure.tenant());
    let refresh = login(azure.client(), &service, &bearer).await?;
    let made = match &wanted[..] {
        [] => refresh,
        wanted => narrow::narrow(azure.client(), &service, &bearer, &refresh, wanted).await?,
    };
    Ok(made.into_exchanged())
}

/// Entra's token, and whose it is.
struct Bearer {
    token: AccessToken,
    audience: Audience,
    tenant: Option<String>,
    object_id: Option<String>,
}

impl Bearer {
    /// The token itself knows best of which tenant it is.
    fn new(token: AccessToken, audience: Audience, named_tenant: Option<String>) -> Self {
        let claims: Claims =
            jsonwebtoken::dangerous::insecure_decode_claims(token.secret.expose()).unwrap_or_default();
        let id = |text: Option<String>| {
            text.filter(|id| id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        };
        Self { token, audience, tenant: id(claims.tid).or(named_tenant), object_id: id(claims.oid) }
    }
}

#[derive(Default, Deserialize)]
struct Claims {
    tid: Option<String>,
    oid: Option<String>,
}

/// What Entra's token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    Registries,
    /// Azure Resource Manager, whose tokens a registry may refuse.
    ResourceManager,
}

/// For registries where the tenant knows them, else for the cloud's Resource Manager.
async fn entra_token(azure: &Azure<'_>, cloud: Cloud) -> Result<(AccessToken, Audience), ExchangeError> {
    let (token, audience) = match azure.token(REGISTRIES).await {
        Err(error) if is_other_audience_worth_a_try(&error, cloud) => {
            // The first error says more when the second try fails, too.
            let token = azure.token(resource_manager(cloud)).await.map_err(|_| error)?;
            (token, Audience::ResourceManager)
        }
        token => (token?, Audience::Registries),
    };
    if token.life_ms == 0 {
        let error = ExchangeError::new(
            ErrorKind::Unexpected,
            "already_expired",
            "the Azure token that came back had ended",
        );
        return Err(error.with_hint("check the clock of this machine: `date -u`"));
    }
    Ok((token, audience))
}

/// A command line does not say why it failed; in the national clouds this may be why.
fn is_other_audience_worth_a_try(error: &ExchangeError, cloud: Cloud) -> bool {
    match error.code.as_str() {
        "azure_audience_unknown" => true,
        "azure_cli_failed" | "azure_developer_cli_failed" => cloud != Cloud::Public,
        _ => false,
    }
}

/// The registry's refresh token, which is good for all that the identity may do there.
async fn login(
    client: &Client,
    service: &TokenService,
    bearer: &Bearer,
) -> Result<RegistryToken, ExchangeError> {
    let mut form = vec![
        ("grant_type", "access_token"),
        ("service", service.name.as_str()),
        ("access_token", bearer.token.secret.expose()),
    ];
    if let Some(tenant) = &bearer.tenant {
        form.push(("tenant", tenant));
    }
    let call = Call::post(REGISTRY, format!("{}/oauth2/exchange", service.root)).form(&form);
    let answer = call.send(client).await?;
    if !answer.is_success() {
        return Err(refusal::of_login(service, bearer, &answer));
    }
    let Made { refresh_token } = answer.json()?;
    RegistryToken::read(Secret::new(refresh_token), answer.clocks)
}

#[derive(Deserialize)]
struct Made {
    refresh_token: String,
}

fn resource_manager(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Public => "https://management.azure.com",
        Cloud::China => "https://management.chinacloudapi.cn",
        Cloud::UsGovernment => "https://management.usgovcloudapi.net",
    }
}

const REGISTRY: &str = "the registry";
const REGISTRIES: &str = "https://containerregistry.azure.net";
