//! Robots of Quay: issuer and subject of their federation, and an audience where one is set.

use serde_json::Value;
use shorepass_tests::{
    bed::Bed,
    cloud::quay::{Federation, Quay},
};

use super::{HOUR, NEW_SUBJECT, OLD_FORM, between, get_anew, holder_of, reason};

#[test]
fn a_subject_is_let_in_by_the_call_of_the_hint() {
    let quay = Quay::start().unwrap();
    let bed = job(&quay, NEW_SUBJECT, "quay.example");

    let line = reason(
        &bed,
        HOST,
        &[
            &format!("its issuer is `{ISSUER}`, its audience `quay.example` and its subject `{NEW_SUBJECT}`"),
            OLD_FORM,
        ],
    );
    federate(&quay, &line);

    assert_eq!(get_anew(&bed, HOST).credential().0, "shore+ci");
}

#[test]
fn an_audience_is_let_in_by_the_call_of_the_hint() {
    let quay = Quay::start().unwrap();
    let bed = job(&quay, "repo:shore/app", "elsewhere");

    federate(&quay, &reason(&bed, HOST, &["its audience `elsewhere`"]));

    assert_eq!(get_anew(&bed, HOST).credential().0, "shore+ci");
}

/// Does what the call would do: all that was agreed before is gone.
fn federate(quay: &Quay, line: &str) {
    let call = between(line, "`curl ", "`");
    let place = format!("'{}/api/v1/organization/shore/robots/ci/federation'", quay.url());
    assert!(call.ends_with(&place), "{call}");
    let agreed: Value = serde_json::from_str(between(call, "-d '", "'")).unwrap();
    let agreed = agreed.as_array().unwrap().iter().map(|one| Federation {
        issuer: one["issuer"].as_str().unwrap().into(),
        subject: one["subject"].as_str().unwrap().into(),
        audiences: one["audiences"].as_array().unwrap().iter().map(|a| a.as_str().unwrap().into()).collect(),
    });
    quay.with_world(|world| world.robot_mut("shore+ci").unwrap().federation = agreed.collect());
}

fn job(quay: &Quay, subject: &str, audience: &str) -> Bed {
    holder_of(
        &quay.issuer(ISSUER).unwrap().token(subject, audience, HOUR),
        &format!(
            "[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\n[[registry]]\nmatch = \"{HOST}\"\n\
             identity = \"ci\"\nrobot = \"shore+ci\"\nendpoint = \"{}\"",
            quay.url()
        ),
    )
}

const HOST: &str = "quay.io";
const ISSUER: &str = "https://ci.example";
