//! Any RFC 8693 service.

use shorepass_tests::{
    cloud::token_exchange::{TokenExchange, World},
    openid_provider::OpenIdProvider,
};

use super::{Caller, SUBJECT, Words, bed};

pub(super) fn caller(provider: &OpenIdProvider) -> Caller {
    let world = World::default().issuer(provider.issuer()).subject_audience(AUDIENCE).subjects(&[SUBJECT]);
    let service = TokenExchange::builder().world(world).start().unwrap();
    let bed = bed(&format!(
        "[identity.job]\ntype = \"oidc\"\ntoken = \"job\"\n\n\
         [[registry]]\nmatch = \"{HOST}\"\nkind = \"token-exchange\"\nidentity = \"job\"\nusername = \"job\"\n\
         endpoint = \"{}\"",
        service.token_url()
    ));
    Caller {
        bed,
        host: HOST,
        subject: SUBJECT,
        audience: AUDIENCE,
        is_good: Box::new(move |said| {
            let (username, secret) = said.credential();
            let subject = service.issued().find_live(&secret).map(|facts| facts.subject);
            username == "job" && subject.as_deref() == Some(SUBJECT)
        }),
        words: Words {
            wrong_audience: REFUSED,
            ended: &["ended at "],
            unknown_key: REFUSED,
            forged: REFUSED,
            unsigned: REFUSED,
            confused: REFUSED,
        },
    }
}

const HOST: &str = "registry.example";
const AUDIENCE: &str = "exchange";
const REFUSED: &[&str] = &["the token service did not take the OIDC token: its issuer is `http"];
