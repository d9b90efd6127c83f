//! Applications of Entra: issuer, subject and audience of a federated credential, letter by letter.

use serde_json::Value;
use shorepass_tests::{
    bed::Bed,
    cloud::azure::{Azure, CI_ISSUER, CI_SUBJECT, FEDERATED_AUDIENCE, FederatedCredential},
};

use super::{HOUR, NEW_SUBJECT, OLD_FORM, between, get_anew, holder_of, reason, show};

#[test]
fn a_subject_is_let_in_by_the_federated_credential_of_the_hint() {
    let cloud = cloud();
    let bed = job(&cloud, &cloud.issuer(CI_ISSUER).unwrap().token(NEW_SUBJECT, FEDERATED_AUDIENCE, HOUR));

    let line = reason(
        &bed,
        ACR,
        &[
            &format!(
                "its issuer is `{CI_ISSUER}`, its audience `{FEDERATED_AUDIENCE}` and its subject `{NEW_SUBJECT}`"
            ),
            OLD_FORM,
            "(AADSTS700213)",
        ],
    );
    let command = between(&line, "`az ad app federated-credential create ", "`");
    assert_eq!(between(command, "--id ", " "), application(&cloud));
    federate(&cloud, between(command, "--parameters '", "'"));

    assert_eq!(owner(&cloud, &bed), "ci");
}

#[test]
fn an_audience_that_entra_does_not_want_is_asked_for_anew() {
    let cloud = cloud();
    let issuer = cloud.issuer(CI_ISSUER).unwrap();
    let bed = job(&cloud, &issuer.token(CI_SUBJECT, "sts.amazonaws.com", HOUR));

    let line = reason(&bed, ACR, &["its audience `sts.amazonaws.com`", "(AADSTS700212)"]);
    show(&bed, &issuer.token(CI_SUBJECT, between(&line, "; request the token for `", "`"), HOUR));

    assert_eq!(owner(&cloud, &bed), "ci");
}

#[test]
fn an_issuer_is_let_in_by_the_federated_credential_of_the_hint() {
    let cloud = cloud();
    let bed = job(&cloud, &cloud.issuer(CI_ISSUER).unwrap().token(CI_SUBJECT, FEDERATED_AUDIENCE, HOUR));
    let other = FederatedCredential {
        issuer: "https://other.example".into(),
        subject: CI_SUBJECT.into(),
        audience: FEDERATED_AUDIENCE.into(),
    };
    cloud.with_world(|world| world.app_mut("ci").unwrap().set_federated(vec![other]));

    let line = reason(&bed, ACR, &[&format!("its issuer is `{CI_ISSUER}`"), "(AADSTS700211)"]);
    federate(&cloud, between(&line, "--parameters '", "'"));

    assert_eq!(owner(&cloud, &bed), "ci");
}

/// Does to the application what the parameters of a hint say.
fn federate(cloud: &Azure, parameters: &str) {
    let parameters: Value = serde_json::from_str(parameters).unwrap();
    let text = |pointer: &str| parameters.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let credential = FederatedCredential {
        issuer: text("/issuer"),
        subject: text("/subject"),
        audience: text("/audiences/0"),
    };
    assert!((3..=120).contains(&text("/name").len()));
    cloud.with_world(|world| world.app_mut("ci").unwrap().set_federated(vec![credential]));
}

fn application(cloud: &Azure) -> String {
    cloud.with_world(|world| world.find_app("ci").unwrap().id().to_owned())
}

fn cloud() -> Azure {
    let cloud = Azure::start().unwrap();
    cloud.stand_in_for(ACR);
    cloud
}

fn job(cloud: &Azure, token: &str) -> Bed {
    let tenant = cloud.with_world(|world| world.tenant().to_owned());
    let (application, url) = (application(cloud), cloud.url());
    let mut bed = holder_of(
        token,
        &format!(
            "[identity.ci]\ntype = \"azure\"\ntenant_id = \"{tenant}\"\nclient_id = \"{application}\"\n\
             token = \"ci\"\n\n[[registry]]\nmatch = \"{ACR}\"\nendpoint = \"{url}\"\nidentity = \"ci\""
        ),
    );
    bed.set("AZURE_AUTHORITY_HOST", &url);
    bed
}

fn owner(cloud: &Azure, bed: &Bed) -> String {
    let (_, secret) = get_anew(bed, ACR).credential();
    cloud.issued().find(&secret).unwrap().principal
}

const ACR: &str = "shorepass.azurecr.io";
