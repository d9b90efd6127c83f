//! A role by `AssumeRoleWithWebIdentity`, then ECR.

use shorepass_tests::{
    cloud::{
        Provider,
        aws::{Aws, Role, World},
    },
    openid_provider::OpenIdProvider,
};

use super::{Caller, SUBJECT, Words, bed};
use crate::ECR;

pub(super) fn caller(provider: &OpenIdProvider) -> Caller {
    let role = Role::new(ROLE).trusts_tokens(provider.url(), Some(AUDIENCE), "repo:shore/*");
    let trusted = Provider::new("123456789012", provider.issuer(), &[AUDIENCE]);
    let cloud = Aws::builder().world(World::standard().role(role).provider(trusted)).start().unwrap();
    let mut bed = bed(&format!(
        "[identity.job]\ntype = \"aws\"\nrole_arn = \"{ROLE}\"\ntoken = \"job\"\n\n\
         [[registry]]\nmatch = \"{ECR}\"\nidentity = \"job\""
    ));
    bed.set("AWS_ENDPOINT_URL", &cloud.url());
    Caller {
        bed,
        host: ECR,
        subject: SUBJECT,
        audience: AUDIENCE,
        is_good: Box::new(move |said| {
            let (username, secret) = said.credential();
            let owner = cloud.issued().find(&username, &secret).map(|facts| facts.principal);
            cloud.issued().is_valid(&username, &secret)
                && owner.is_some_and(|owner| owner.contains(":assumed-role/of-jobs/"))
        }),
        words: Words {
            wrong_audience: &["the token is meant for somebody else"],
            ended: &["ended at "],
            unknown_key: &["AWS cannot fetch the keys of the token's issuer"],
            forged: &["AWS does not accept the web identity token"],
            unsigned: &["AWS does not accept the web identity token"],
            confused: &["AWS cannot fetch the keys of the token's issuer"],
        },
    }
}

const ROLE: &str = "arn:aws:iam::123456789012:role/of-jobs";
const AUDIENCE: &str = "sts.amazonaws.com";
