//! A provider of a workload identity pool, then Artifact Registry.

use shorepass_tests::{
    cloud::google::{Google, PoolProvider, World},
    openid_provider::OpenIdProvider,
};

use super::{Caller, SUBJECT, Words, bed};

pub(super) fn caller(provider: &OpenIdProvider) -> Caller {
    let pool = PoolProvider::oidc(POOL_PROVIDER, provider.issuer());
    let wanted = pool.principal(SUBJECT);
    let cloud = Google::builder().world(World::standard().provider(pool)).start().unwrap();
    let (url, address) = (cloud.url(), cloud.address());
    let bed = bed(&format!(
        "[identity.job]\ntype = \"google\"\nprovider = \"{POOL_PROVIDER}\"\ntoken = \"job\"\n\
         sts_endpoint = \"{url}\"\ntrusted_hosts = [\"{address}\"]\n\n\
         [[registry]]\nmatch = \"{GAR}\"\nidentity = \"job\""
    ));
    Caller {
        bed,
        host: GAR,
        subject: SUBJECT,
        audience: POOL_PROVIDER,
        is_good: Box::new(move |said| {
            let (username, secret) = said.credential();
            let owner = cloud.issued().find(&secret).map(|facts| facts.principal);
            cloud.issued().is_valid(&username, &secret) && owner == Some(wanted.clone())
        }),
        words: Words {
            wrong_audience: &["audience"],
            ended: &["ended at "],
            unknown_key: &["Google does not find the key of the token's issuer"],
            forged: &["Google does not accept the token that is to be exchanged"],
            unsigned: &["Google does not find the key of the token's issuer"],
            confused: &["Google does not find the key of the token's issuer"],
        },
    }
}

const GAR: &str = "europe-west1-docker.pkg.dev";
const POOL_PROVIDER: &str =
    "//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/ci/providers/jobs";
