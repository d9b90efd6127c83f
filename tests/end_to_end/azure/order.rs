//! Which source decides, and what is said when there is none.

use shorepass_tests::cloud::azure::{CI_ISSUER, CI_SUBJECT};

use super::{assert_reason, builder, cloud, configure, get, owner, stranger};

#[test]
fn without_any_source_all_of_them_are_listed() {
    let cloud = cloud();
    let bed = stranger(&cloud);

    let wanted = [
        "no Azure credentials found: neither a secret nor a certificate in variables, no federated token",
        "no service connection of Azure Pipelines",
        "no managed identity of an app or a machine",
        "no `az` on the PATH",
        "no `azd` on the PATH",
        "sign in with `az login`",
    ];
    assert_reason(&get(&bed), &wanted);
}

#[test]
fn a_source_that_fails_is_an_error_and_not_a_reason_to_go_on() {
    let cloud = cloud();
    let mut bed = builder(&cloud);
    bed.set("AZURE_CLIENT_SECRET", "canary");
    bed.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", &cloud.url());

    assert_reason(&get(&bed), &["(AADSTS7000215)"]);
    assert_eq!(cloud.count("imds:Token"), 0);
}

#[test]
fn a_secret_goes_before_a_federated_token() {
    let cloud = cloud();
    let folder = tempfile::tempdir().unwrap();
    let mut bed = builder(&cloud);
    let federated =
        cloud.environment_with_federated_token("ci", CI_ISSUER, CI_SUBJECT, folder.path()).unwrap();
    bed.set("AZURE_FEDERATED_TOKEN_FILE", &federated["AZURE_FEDERATED_TOKEN_FILE"]);

    assert_eq!(owner(&cloud, &get(&bed)), "build");
}

#[test]
fn a_variable_narrows_the_sources() {
    let cloud = cloud();
    let mut bed = builder(&cloud);
    bed.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", &cloud.url());
    let with = |name: &str| bed.helper_in(&[("AZURE_TOKEN_CREDENTIALS", name)], "get", super::ACR);

    assert_eq!(owner(&cloud, &with("prod")), "build");
    assert_eq!(owner(&cloud, &with("environmentcredential")), "build");
    assert_reason(&with("dev"), &["no Azure credentials found: no `az` on the PATH, no `azd` on the PATH"]);
    assert_reason(&with("VisualStudioCredential"), &["`AZURE_TOKEN_CREDENTIALS` names a credential"]);
}

#[test]
fn the_source_of_the_identity_is_the_only_one() {
    let cloud = cloud();
    let mut bed = builder(&cloud);
    bed.unset("AZURE_CLIENT_ID");
    bed.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", &cloud.url());
    configure(
        &bed,
        &cloud,
        "identity = \"vm\"",
        "[identity.vm]\ntype = \"azure\"\nsource = \"managed-identity\"\n",
    );

    assert_eq!(owner(&cloud, &get(&bed)), "machine");
    assert_eq!((cloud.count("imds:Token"), cloud.count("entra:Token")), (1, 0));
}
