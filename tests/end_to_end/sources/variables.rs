//! Keys in variables, and the variables that name a profile or its files.

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use super::{
    ALICE, SESSION, assert_reason, get, keys, owner, section,
    sessions::{as_env, session},
    stranger,
};
use crate::ECR;

#[test]
fn long_lived_keys_in_variables_are_their_user_s() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn session_keys_in_variables_are_their_role_s() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);

    let said = bed.helper_in(&as_env(&session(&cloud, "job-7")), "get", ECR);

    assert_eq!(owner(&cloud, &said), format!("{SESSION}ci-pull/job-7"));
}

#[test]
fn the_default_profile_is_used_when_nobody_names_one() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn either_variable_names_the_profile_and_aws_profile_wins() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    bed.write("home/.aws/config", &section(&cloud, "profile work"));
    bed.write(
        "home/.aws/credentials",
        "[default]\naws_access_key_id = AKIACANARY\naws_secret_access_key = canary\n",
    );

    for env in [
        &[("AWS_PROFILE", "work")][..],
        &[("AWS_DEFAULT_PROFILE", "work")],
        &[("AWS_PROFILE", "work"), ("AWS_DEFAULT_PROFILE", "default")],
    ] {
        assert_eq!(owner(&cloud, &bed.helper_in(env, "get", ECR)), ALICE, "{env:?}");
    }
    assert_reason(&cloud, &get(&bed), &["does not know the access key"]);
}

#[test]
fn files_elsewhere_are_found_by_their_variables() {
    let cloud = Aws::start().unwrap();
    let mut bed = stranger(&cloud);
    let credentials = bed.write("elsewhere/secrets.ini", &section(&cloud, "work"));
    let config = bed.write(
        "elsewhere/settings.ini",
        "[profile puller]\nrole_arn = arn:aws:iam::123456789012:role/ci-pull\nsource_profile = work\n",
    );
    bed.set("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().unwrap());
    bed.set("AWS_CONFIG_FILE", config.to_str().unwrap());
    bed.set("AWS_PROFILE", "puller");

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}ci-pull/shorepass"));
}

#[test]
fn keys_in_variables_win_over_a_profile_in_a_variable() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.write("home/.aws/credentials", "[work]\naws_access_key_id = AKIACANARY\naws_secret_access_key = x\n");
    bed.set("AWS_PROFILE", "work");

    assert_eq!(owner(&cloud, &get(&bed)), ALICE);
}

#[test]
fn half_of_the_keys_is_named_as_such() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let said = bed.helper_in(&[("AWS_SECRET_ACCESS_KEY", "")], "get", ECR);

    assert_reason(
        &cloud,
        &said,
        &["`AWS_ACCESS_KEY_ID` is set without its secret key", "; set, or unset, both of"],
    );
}

#[test]
fn wrong_keys_are_told_apart() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let [id, _] = keys(&cloud);

    let unknown = bed.helper_in(&[("AWS_ACCESS_KEY_ID", "AKIACANARYCANARY")], "get", ECR);
    let mistyped =
        bed.helper_in(&[("AWS_ACCESS_KEY_ID", &id), ("AWS_SECRET_ACCESS_KEY", "canary")], "get", ECR);

    assert_reason(&cloud, &unknown, &["ECR does not know the access key", "`aws sts get-caller-identity`"]);
    assert_reason(&cloud, &mistyped, &["the secret key is not the one", "`aws configure`"]);
}

#[test]
fn an_expired_session_in_variables_is_to_be_replaced_there() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    let session = session(&cloud, "job-7");
    cloud.expire_sessions();

    let said = bed.helper_in(&as_env(&session), "get", ECR);

    assert_reason(
        &cloud,
        &said,
        &["the AWS session has expired", "put new session credentials into `AWS_SESSION_TOKEN`"],
    );
    assert!(session.iter().all(|(_, secret)| !said.stdout.contains(secret.as_str())));
}
