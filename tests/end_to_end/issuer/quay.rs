//! A federated robot of Quay.

use shorepass_tests::{
    cloud::quay::{Quay, Robot, World},
    openid_provider::OpenIdProvider,
};

use super::{Caller, SUBJECT, Words, bed};

pub(super) fn caller(provider: &OpenIdProvider) -> Caller {
    let robot = Robot::new(ROBOT).federated(provider.url(), SUBJECT, &[AUDIENCE]);
    let world = World::default().robot(robot).issuer(provider.issuer());
    let quay = Quay::builder().world(world).start().unwrap();
    let bed = bed(&format!(
        "[identity.job]\ntype = \"oidc\"\ntoken = \"job\"\n\n\
         [[registry]]\nmatch = \"{HOST}\"\nidentity = \"job\"\nrobot = \"{ROBOT}\"\nendpoint = \"{}\"",
        quay.url()
    ));
    Caller {
        bed,
        host: HOST,
        subject: SUBJECT,
        audience: AUDIENCE,
        is_good: Box::new(move |said| {
            let (username, secret) = said.credential();
            username == ROBOT && quay.is_valid(&username, &secret)
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

const HOST: &str = "quay.io";
const ROBOT: &str = "shore+jobs";
const AUDIENCE: &str = "quay.example";
const REFUSED: &[&str] =
    &["Quay, for the robot `shore+jobs`, did not take the OIDC token: its issuer is `http"];
