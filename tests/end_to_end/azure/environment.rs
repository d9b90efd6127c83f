//! An application by secret or certificate.

use std::process::Command;

use super::{assert_reason, builder, caller, cloud, configure, get, owner, stranger};

#[test]
fn a_secret_in_variables_is_enough() {
    let cloud = cloud();
    let bed = builder(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), "build");
    assert_eq!((cloud.count("entra:Token"), cloud.count("acr:Exchange")), (1, 1));
}

#[test]
fn a_certificate_in_variables_signs_an_assertion() {
    let cloud = cloud();
    let keys = tempfile::tempdir().unwrap();
    let mut bed = caller(&cloud, cloud.environment_with_certificate("build", keys.path()).unwrap());

    assert_eq!(owner(&cloud, &get(&bed)), "build");

    bed.set("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "true");
    assert_eq!(bed.shorepass(&["refresh", super::ACR]).code, 0);
    assert_eq!(owner(&cloud, &get(&bed)), "build");
}

#[test]
fn a_certificate_of_the_configuration_needs_no_variables() {
    let cloud = cloud();
    let bed = stranger(&cloud);
    let keys = tempfile::tempdir().unwrap();
    let environment = cloud.environment_with_certificate("build", keys.path()).unwrap();
    let identity = format!(
        "[identity.build]\ntype = \"azure\"\ntenant_id = \"{}\"\nclient_id = \"{}\"\ncertificate_file = \"{}\"\n",
        environment["AZURE_TENANT_ID"],
        environment["AZURE_CLIENT_ID"],
        environment["AZURE_CLIENT_CERTIFICATE_PATH"]
    );
    configure(&bed, &cloud, "identity = \"build\"", &identity);

    assert_eq!(owner(&cloud, &get(&bed)), "build");
}

#[test]
fn a_secret_goes_before_a_certificate() {
    let cloud = cloud();
    let mut bed = builder(&cloud);
    bed.set("AZURE_CLIENT_CERTIFICATE_PATH", "/nowhere/at-all.pem");

    assert_eq!(owner(&cloud, &get(&bed)), "build");
}

#[test]
fn a_wrong_secret_is_said_to_be_wrong() {
    let cloud = cloud();
    let mut bed = builder(&cloud);
    bed.set("AZURE_CLIENT_SECRET", "canary");

    let wanted = [
        "Entra does not take the client secret for one of the application",
        "(AADSTS7000215)",
        "which is not its id, into `AZURE_CLIENT_SECRET`",
    ];
    assert_reason(&get(&bed), &wanted);
}

#[test]
fn an_expired_secret_is_said_to_have_ended() {
    let cloud = cloud();
    let bed = builder(&cloud);
    cloud.with_world(|world| world.app_mut("build").unwrap().expire_secrets());

    assert_reason(&get(&bed), &["has ended (AADSTS7000222)", "az ad app credential reset --id"]);
}

#[test]
fn a_certificate_that_is_not_registered_is_said_to_be_another() {
    let cloud = cloud();
    let keys = tempfile::tempdir().unwrap();
    let bed = caller(&cloud, cloud.environment_with_certificate("build", keys.path()).unwrap());
    cloud.with_world(|world| world.app_mut("build").unwrap().remove_certificates());

    assert_reason(&get(&bed), &["the certificate is none of the application", "(AADSTS700027)", "--cert"]);
}

#[test]
fn pkcs12_is_opened_with_its_password() {
    let cloud = cloud();
    let keys = tempfile::tempdir().unwrap();

    for password in ["canary", ""] {
        let bed = caller(&cloud, cloud.environment_with_pkcs12("build", keys.path(), password).unwrap());

        assert_eq!(owner(&cloud, &get(&bed)), "build");
    }
}

#[test]
fn pkcs12_of_older_programs_is_opened_too() {
    let cloud = cloud();
    let keys = tempfile::tempdir().unwrap();
    let environment = cloud.environment_with_certificate("build", keys.path()).unwrap();
    let pem = &environment["AZURE_CLIENT_CERTIFICATE_PATH"];
    let file = format!("{pem}.pfx");
    let made = Command::new("openssl")
        .args(["pkcs12", "-export", "-certpbe", "PBE-SHA1-3DES", "-keypbe", "PBE-SHA1-3DES"])
        .args(["-macalg", "sha1", "-passout", "pass:canary", "-in", pem, "-out", &file])
        .status();
    assert!(made.unwrap().success());
    let mut bed = caller(&cloud, environment.clone());
    bed.set("AZURE_CLIENT_CERTIFICATE_PATH", &file);
    bed.set("AZURE_CLIENT_CERTIFICATE_PASSWORD", "canary");

    assert_eq!(owner(&cloud, &get(&bed)), "build");
}

#[test]
fn a_wrong_password_of_pkcs12_is_said_to_be_wrong() {
    let cloud = cloud();
    let keys = tempfile::tempdir().unwrap();
    let mut bed = caller(&cloud, cloud.environment_with_pkcs12("build", keys.path(), "canary").unwrap());
    bed.set("AZURE_CLIENT_CERTIFICATE_PASSWORD", "another canary");
    let wrong = get(&bed);
    bed.unset("AZURE_CLIENT_CERTIFICATE_PASSWORD");
    let absent = get(&bed);
    bed.set("AZURE_CLIENT_CERTIFICATE_PASSWORD", "canary");
    let right = get(&bed);

    let remedy = "put the password of the file into `AZURE_CLIENT_CERTIFICATE_PASSWORD`";
    assert_reason(&wrong, &["cannot be opened: the password is wrong", remedy]);
    assert_reason(&absent, &["cannot be opened: it has a password, and none is given", remedy]);
    assert_eq!(owner(&cloud, &right), "build");
}

#[test]
fn a_secret_without_its_application_is_incomplete() {
    let cloud = cloud();
    for name in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"] {
        let mut bed = builder(&cloud);
        bed.unset(name);

        let wanted = ["`AZURE_CLIENT_SECRET` is set without the application's tenant and client id", name];
        assert_reason(&get(&bed), &wanted);
    }
}

#[test]
fn an_unknown_tenant_or_application_is_named() {
    let cloud = cloud();
    let mut bed = builder(&cloud);
    bed.set("AZURE_TENANT_ID", "11111111-2222-3333-4444-555555555555");
    let tenant = get(&bed);
    let mut bed = builder(&cloud);
    bed.set("AZURE_CLIENT_ID", "11111111-2222-3333-4444-555555555555");
    let application = get(&bed);

    assert_reason(&tenant, &["has no tenant `11111111-2222-3333-4444-555555555555` (AADSTS90002)"]);
    assert_reason(
        &application,
        &["has no application `11111111-2222-3333-4444-555555555555` (AADSTS700016)"],
    );
}

#[test]
fn no_secret_goes_to_an_authority_without_tls() {
    let cloud = cloud();
    let mut bed = builder(&cloud);
    bed.set("AZURE_AUTHORITY_HOST", "http://login.example");

    assert_reason(&get(&bed), &["`AZURE_AUTHORITY_HOST` is no `https://` URL, so no secret is sent there"]);
}
