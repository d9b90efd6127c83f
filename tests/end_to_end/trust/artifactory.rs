//! OIDC integrations of JFrog: issuer and audience of the provider, then the claims of an identity mapping.

use serde_json::{Map, Value};
use shorepass_tests::{
    bed::Bed,
    cloud::artifactory::{Artifactory, Mapping},
};

use super::{HOUR, NEW_SUBJECT, OLD_FORM, between, get_anew, holder_of, reason, show};

#[test]
fn a_subject_is_let_in_by_the_mapping_of_the_hint() {
    let jfrog = Artifactory::start().unwrap();
    let bed = job(&jfrog, &token(&jfrog, NEW_SUBJECT, "jfrog-ci"), "");

    let line = reason(
        &bed,
        HOST,
        &[
            &format!("its issuer is `{ISSUER}`, its audience `jfrog-ci` and its subject `{NEW_SUBJECT}`"),
            OLD_FORM,
        ],
    );
    let claims: Map<String, Value> = serde_json::from_str(between(&line, "as one with `", "` does")).unwrap();
    let claims: Vec<_> =
        claims.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    jfrog.with_world(|world| {
        let provider = world.provider_mut("ci").unwrap();
        *provider = provider.clone().mapping(Mapping::new("new", &claims, "ci-octo"));
    });

    assert_eq!(get_anew(&bed, HOST).credential().0, "ci-octo");
}

#[test]
fn an_audience_that_the_rule_names_is_asked_for() {
    let jfrog = Artifactory::start().unwrap();
    let bed = job(&jfrog, &token(&jfrog, "repo:shore/app", "elsewhere"), "audience = \"jfrog-ci\"");

    let line = reason(&bed, HOST, &["its audience `elsewhere`"]);
    show(&bed, &token(&jfrog, "repo:shore/app", between(&line, "; request the token for `", "`")));

    assert_eq!(get_anew(&bed, HOST).credential().0, "ci-shore");
}

fn token(jfrog: &Artifactory, subject: &str, audience: &str) -> String {
    jfrog.issuer(ISSUER).unwrap().token(subject, audience, HOUR)
}

fn job(jfrog: &Artifactory, token: &str, keys: &str) -> Bed {
    holder_of(
        token,
        &format!(
            "[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\n[[registry]]\nmatch = \"{HOST}\"\nidentity = \"ci\"\n\
             provider = \"ci\"\nendpoint = \"{}\"\n{keys}",
            jfrog.url()
        ),
    )
}

const HOST: &str = "shore.jfrog.io";
const ISSUER: &str = "https://ci.example";
