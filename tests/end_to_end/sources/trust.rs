//! Whose certificates are trusted: a private authority's by `AWS_CA_BUNDLE`, `SSL_CERT_FILE` or a profile.

use shorepass_tests::{authority::Authority, bed::Bed, cloud::aws::Aws};

use super::{ALICE, assert_reason, get, owner};
use crate::ECR;

#[test]
fn a_private_authority_is_trusted_by_either_variable() {
    let mut bed = Bed::new();
    let (cloud, authority) = cloud_of(&mut bed, "ca");
    let file = authority.ca_file().to_str().unwrap();

    for variable in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let said = bed.helper_in(&[(variable, file)], "get", ECR);

        assert_eq!(owner(&cloud, &said), ALICE, "{variable}");
        assert_eq!(bed.helper("erase", ECR).code, 0);
    }
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 2);
}

#[test]
fn a_private_authority_is_trusted_by_a_profile() {
    let mut bed = Bed::new();
    let (cloud, authority) = cloud_of(&mut bed, "ca");
    let bundle = authority.bundle_file().display();
    bed.write("home/.aws/config", &format!("[default]\nca_bundle = {bundle}\n"));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn an_authority_that_nobody_has_named_is_not_trusted() {
    let mut bed = Bed::new();
    let (cloud, _authority) = cloud_of(&mut bed, "ca");
    let other = Authority::new(&bed.path("other")).unwrap();

    let by_none = get(&bed);
    bed.set("AWS_CA_BUNDLE", other.ca_file().to_str().unwrap());
    assert_eq!(bed.helper("erase", ECR).code, 0);
    let by_another = get(&bed);

    for said in [by_none, by_another] {
        assert_reason(
            &cloud,
            &said,
            &[
                &format!("could not reach ECR at `{}`: its TLS certificate is not trusted", cloud.address()),
                "name a file with its certificates in `SSL_CERT_FILE`",
            ],
        );
    }
    assert_eq!(cloud.audit().len(), 0);
}

#[test]
fn a_bundle_that_cannot_be_used_is_named_with_its_variable() {
    let mut bed = Bed::new();
    let (cloud, _authority) = cloud_of(&mut bed, "ca");
    let empty = bed.write("empty.pem", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n");
    let absent = bed.path("absent.pem");

    for (variable, file, why) in [
        ("AWS_CA_BUNDLE", &empty, "there is none in it"),
        ("AWS_CA_BUNDLE", &absent, "it is not there"),
        ("SSL_CERT_FILE", &empty, "there is none in it"),
    ] {
        let said = bed.helper_in(&[(variable, file.to_str().unwrap())], "get", ECR);

        let remedy = format!("; name a file with PEM certificates in `{variable}`");
        assert_reason(&cloud, &said, &[&format!("`{}` cannot be used: {why}", file.display()), &remedy]);
        assert_eq!(bed.helper("erase", ECR).code, 0);
    }
}

#[test]
fn a_corrected_bundle_counts_from_the_next_get() {
    let mut bed = Bed::new();
    let (cloud, authority) = cloud_of(&mut bed, "ca");
    let [wrong, right] = [bed.path("absent.pem"), authority.ca_file().to_owned()]
        .map(|file| [("AWS_CA_BUNDLE", file.to_str().unwrap().to_owned())]);
    let get = |env: &[(&str, String); 1]| bed.helper_in(&[(env[0].0, env[0].1.as_str())], "get", ECR);
    assert_reason(&cloud, &get(&wrong), &["it is not there"]);

    assert_eq!(owner(&cloud, &get(&right)), ALICE);
}

/// A cloud that speaks TLS with a certificate of an authority in the bed, whose user is alice there.
fn cloud_of(bed: &mut Bed, folder: &str) -> (Aws, Authority) {
    let authority = Authority::new(&bed.path(folder)).unwrap();
    let certificate = authority.issue(&[]).unwrap();
    let cloud = Aws::builder().tls(&certificate).start().unwrap();
    for (name, value) in cloud.environment("alice") {
        bed.set(name, &value);
    }
    (cloud, authority)
}
