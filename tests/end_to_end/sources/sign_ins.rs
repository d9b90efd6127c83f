//! Sign-ins to IAM Identity Center that the AWS CLI made, in both styles of profiles.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    thread,
};

use serde_json::Value;
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::{Aws, SignIn},
};

use super::{assert_reason, get, owner, stranger};
use crate::ECR;

#[test]
fn a_session_of_the_new_style_is_used_and_its_file_left_alone() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, NEW);
    let file = signed_in(&cloud, &bed, "corp", &[]);
    let before = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().modified().unwrap());

    assert_eq!(owner(&cloud, &get(&bed)), READ_ONLY);
    assert_eq!(before, (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().modified().unwrap()));
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    assert_eq!(cloud.count("sso-oidc:CreateToken"), 0);
}

#[test]
fn a_sign_in_of_the_old_style_is_used() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, OLD);
    signed_in(&cloud, &bed, START_URL, &[]);

    assert_eq!(owner(&cloud, &get(&bed)), READ_ONLY);
}

#[test]
fn an_ended_token_is_renewed_once_and_kept_for_the_aws_cli() {
    for (profile, name) in [(NEW, "corp"), (OLD, START_URL)] {
        let cloud = Aws::start().unwrap();
        let bed = with_profile(&cloud, profile);
        let file = signed_in(&cloud, &bed, name, &[("expiresAt", ENDED), ("somethingNew", "kept")]);
        let before = read(&file);

        for registry in [ECR, "123456789012.dkr.ecr.us-east-2.amazonaws.com"] {
            assert_eq!(owner(&cloud, &bed.helper("get", registry)), READ_ONLY);
        }

        let after = read(&file);
        assert_eq!(cloud.count("sso-oidc:CreateToken"), 1);
        for renewed in ["accessToken", "refreshToken", "expiresAt"] {
            assert_ne!(before[renewed], after[renewed], "{renewed}");
        }
        for kept in
            ["clientId", "clientSecret", "registrationExpiresAt", "startUrl", "region", "somethingNew"]
        {
            assert_eq!(before[kept], after[kept], "{kept}");
        }
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }
}

/// A refresh token is good once, so one of the exchanges spends it and the others must wait for what it brings.
#[test]
fn registries_that_share_an_ended_sign_in_are_all_answered() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, NEW);
    signed_in(&cloud, &bed, "corp", &[("expiresAt", ENDED)]);
    let registries = ["eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "us-east-1", "us-east-2"]
        .map(|region| format!("123456789012.dkr.ecr.{region}.amazonaws.com"));

    let said: Vec<Said> = thread::scope(|scope| {
        let helpers = registries.each_ref().map(|registry| scope.spawn(|| bed.helper("get", registry)));
        helpers.into_iter().map(|helper| helper.join().unwrap()).collect()
    });

    let owners: Vec<_> = said.iter().map(|said| owner(&cloud, said)).collect();
    assert_eq!(owners, [READ_ONLY; 6]);
}

#[test]
fn an_ended_sign_in_names_the_command_that_opens_it_again() {
    let cloud = Aws::start().unwrap();
    let new = "; to sign in, run `aws sso login --sso-session corp`";
    let old = "; to sign in, run `aws sso login --profile used`";

    for (profile, name, command) in [(NEW, "corp", new), (OLD, START_URL, old)] {
        let bed = with_profile(&cloud, profile);
        signed_in(
            &cloud,
            &bed,
            name,
            &[("expiresAt", ENDED), ("refreshToken", ""), ("accessToken", "canary")],
        );

        assert_reason(&cloud, &get(&bed), &["ended at 2024-01-01T00:00:00Z", command]);
    }
}

#[test]
fn a_sign_in_that_the_portal_no_longer_takes_is_an_ended_one() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, NEW);
    signed_in(&cloud, &bed, "corp", &[]);
    cloud.sign_ins().expire_access_tokens();

    assert_reason(&cloud, &get(&bed), &["the SSO session `corp` is no longer accepted", "`aws sso login"]);
}

#[test]
fn a_refused_renewal_is_an_ended_sign_in() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, NEW);
    let file = signed_in(&cloud, &bed, "corp", &[("expiresAt", ENDED)]);
    let before = fs::read(&file).unwrap();
    cloud.sign_ins().revoke_refresh_tokens();

    assert_reason(&cloud, &get(&bed), &["the SSO session `corp` ended at", "`aws sso login"]);
    assert_eq!(before, fs::read(&file).unwrap());
}

#[test]
fn nobody_signed_in_is_said_as_such() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, NEW);

    assert_reason(&cloud, &get(&bed), &["the SSO session `corp` has not been opened", "`aws sso login"]);
}

#[test]
fn a_new_sign_in_counts_from_the_next_get() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, NEW);
    assert_reason(&cloud, &get(&bed), &["the SSO session `corp` has not been opened"]);

    signed_in(&cloud, &bed, "corp", &[]);

    assert_eq!(owner(&cloud, &get(&bed)), READ_ONLY);
}

#[test]
fn a_role_that_is_not_assigned_is_named() {
    let cloud = Aws::start().unwrap();
    let bed = with_profile(&cloud, &NEW.replace("ReadOnly", "Admin"));
    signed_in(&cloud, &bed, "corp", &[]);

    assert_reason(
        &cloud,
        &get(&bed),
        &["may not use the role `Admin` in the account 123456789012", "correct `sso_role_name`"],
    );
}

fn with_profile(cloud: &Aws, lines: &str) -> Bed {
    let mut bed = stranger(cloud);
    bed.write("home/.aws/config", &format!("[profile used]\n{lines}"));
    bed.set("AWS_PROFILE", "used");
    bed
}

/// Writes what the AWS CLI writes after a sign-in, with some fields changed.
fn signed_in(cloud: &Aws, bed: &Bed, name: &str, changes: &[(&str, &str)]) -> PathBuf {
    let mut cache = cloud.sign_in().cache_json();
    for (field, value) in changes {
        match *value {
            "" => drop(cache.as_object_mut().unwrap().remove(*field)),
            value => cache[*field] = value.into(),
        }
    }
    bed.write(&format!("home/.aws/sso/cache/{}", SignIn::cache_file_name(name)), &cache.to_string())
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

const START_URL: &str = "https://shorepass.awsapps.com/start";
const ENDED: &str = "2024-01-01T00:00:00Z";
const READ_ONLY: &str =
    "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_ReadOnly_0123456789abcdef/alice@shorepass.example";
const NEW: &str = "sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
[sso-session corp]
sso_region = eu-central-1
sso_start_url = https://shorepass.awsapps.com/start
";
const OLD: &str = "sso_region = eu-central-1
sso_start_url = https://shorepass.awsapps.com/start
sso_account_id = 123456789012
sso_role_name = ReadOnly
";
