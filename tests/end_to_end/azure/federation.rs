//! Somebody else's token, for which the application has a federated credential.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::azure::{Azure, CI_ISSUER, CI_SUBJECT, FEDERATED_AUDIENCE, FederatedCredential},
};

use super::{ACR, assert_reason, caller, cloud, configure, get, owner, stranger};

#[test]
fn a_token_file_as_in_kubernetes_is_exchanged() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let bed = pod(&cloud, folder.path());

    assert_eq!(owner(&cloud, &get(&bed)), "ci");
}

#[test]
fn the_file_is_read_again_for_each_exchange() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let bed = pod(&cloud, folder.path());
    let _ = get(&bed).credential();

    std::fs::write(folder.path().join("azure-identity-token"), "canary.canary.canary").unwrap();
    let refreshed = bed.shorepass(&["refresh", ACR]);

    assert_ne!(refreshed.code, 0, "{refreshed:?}");
    assert_eq!(cloud.count("entra:Token"), 2);
}

#[test]
fn a_token_of_the_configuration_is_exchanged() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    let token = cloud.issuer(CI_ISSUER).unwrap().token(CI_SUBJECT, FEDERATED_AUDIENCE, HOUR);
    bed.set("MY_CI_TOKEN", &token);
    let (tenant, client) =
        cloud.with_world(|world| (world.tenant().to_owned(), world.find_app("ci").unwrap().id().to_owned()));
    let tables = format!(
        "[token.ci]\nfrom = \"env\"\nvariable = \"MY_CI_TOKEN\"\n\n[identity.ci]\ntype = \"azure\"\n\
         tenant_id = \"{tenant}\"\nclient_id = \"{client}\"\ntoken = \"ci\"\n"
    );
    configure(&bed, &cloud, "identity = \"ci\"", &tables);

    assert_eq!(owner(&cloud, &get(&bed)), "ci");
}

#[test]
fn a_mismatch_shows_what_the_token_really_says() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let bed = pod(&cloud, folder.path());
    let credential = |issuer: &str, subject: &str, audience: &str| FederatedCredential {
        issuer: issuer.into(),
        subject: subject.into(),
        audience: audience.into(),
    };
    let words = format!(
        "its issuer is `{CI_ISSUER}`, its audience `{FEDERATED_AUDIENCE}` and its subject `{CI_SUBJECT}`"
    );

    for (credentials, number) in [
        (vec![], "70021"),
        (vec![credential("https://other.example", CI_SUBJECT, FEDERATED_AUDIENCE)], "700211"),
        (vec![credential(CI_ISSUER, CI_SUBJECT, "other")], "700212"),
        (vec![credential(CI_ISSUER, "repo:other", FEDERATED_AUDIENCE)], "700213"),
    ] {
        cloud.with_world(|world| world.app_mut("ci").unwrap().set_federated(credentials));
        let _ = bed.shorepass(&["forget", "--all"]);

        assert_reason(
            &get(&bed),
            &[&words, &format!("(AADSTS{number})"), "az ad app federated-credential create"],
        );
        let _ = bed.shorepass(&["broker", "stop"]);
    }
}

#[test]
fn an_ended_token_is_said_to_have_ended() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let bed = pod(&cloud, folder.path());
    cloud.knobs().clock_ahead_ms(2 * 3600 * 1000);

    assert_reason(&get(&bed), &["the federated token ended at ", "have the platform write a new one"]);
}

#[test]
fn a_token_that_entra_cannot_verify_is_said_so() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let bed = pod(&cloud, folder.path());
    cloud.with_world(|world| {
        let issuer = world.issuer_mut(CI_ISSUER).unwrap();
        *issuer = issuer.rotated();
    });

    assert_reason(&get(&bed), &["Entra cannot verify the federated token", CI_ISSUER, "(AADSTS700027)"]);
}

#[test]
fn a_missing_token_file_is_named() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let mut bed = pod(&cloud, folder.path());
    bed.set("AZURE_FEDERATED_TOKEN_FILE", "/nowhere/at-all");

    assert_reason(
        &get(&bed),
        &["`/nowhere/at-all` cannot be used: it is not there", "`AZURE_FEDERATED_TOKEN_FILE`"],
    );
}

fn pod(cloud: &Azure, folder: &std::path::Path) -> Bed {
    caller(cloud, cloud.environment_with_federated_token("ci", CI_ISSUER, CI_SUBJECT, folder).unwrap())
}

const HOUR: Duration = Duration::from_secs(3600);
