//! An application with a federated credential, then Azure's registry.

use shorepass_tests::{
    cloud::azure::{App, Azure, FEDERATED_AUDIENCE, Registry, RegistryRole, World},
    openid_provider::OpenIdProvider,
};

use super::{Caller, SUBJECT, Words, bed};

pub(super) fn caller(provider: &OpenIdProvider) -> Caller {
    let app = App::new("jobs").federated(provider.url(), SUBJECT, FEDERATED_AUDIENCE);
    let client_id = app.id().to_owned();
    let registry = Registry::new(ACR).role("jobs", RegistryRole::Pull);
    let world = World::standard().app(app).issuer(provider.issuer()).registry(registry);
    let tenant_id = world.tenant().to_owned();
    let cloud = Azure::builder().world(world).start().unwrap();
    cloud.stand_in_for(ACR);
    let url = cloud.url();
    let mut bed = bed(&format!(
        "[identity.job]\ntype = \"azure\"\ntenant_id = \"{tenant_id}\"\nclient_id = \"{client_id}\"\n\
         token = \"job\"\n\n[[registry]]\nmatch = \"{ACR}\"\nidentity = \"job\"\nendpoint = \"{url}\""
    ));
    bed.set("AZURE_AUTHORITY_HOST", &url);
    Caller {
        bed,
        host: ACR,
        subject: SUBJECT,
        audience: FEDERATED_AUDIENCE,
        is_good: Box::new(move |said| {
            let (username, secret) = said.credential();
            let owner = cloud.issued().find(&secret).map(|facts| facts.principal);
            cloud.issued().is_valid_at(ACR, &username, &secret) && owner.as_deref() == Some("jobs")
        }),
        words: Words {
            wrong_audience: &["no federated credential", "(AADSTS700212)"],
            ended: &["ended at "],
            unknown_key: &["Entra cannot verify the federated token", "(AADSTS700027)"],
            forged: &["Entra cannot verify the federated token", "(AADSTS700027)"],
            unsigned: &["AADSTS5002738"],
            confused: &["AADSTS5002738"],
        },
    }
}

const ACR: &str = "jobshore.azurecr.io";
