//! Profiles that cannot be used as they stand: which one, why, and what to do about it.

use shorepass_tests::cloud::aws::Aws;

use super::{assert_reason, section, stranger};
use crate::ECR;

#[test]
fn an_unknown_profile_is_named() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));

    let said = bed.helper_in(&[("AWS_PROFILE", "prodd")], "get", ECR);

    assert_reason(
        &cloud,
        &said,
        &[&format!("shorepass: {ECR}: the profile `prodd` is neither in"), "`aws configure list-profiles`"],
    );
}

#[test]
fn a_broken_profile_says_what_is_broken() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));
    bed.write("home/.aws/config", BROKEN);

    for (profile, why) in [
        ("half", "has an access key but no `aws_secret_access_key`"),
        ("rootless", "neither `source_profile` nor `credential_source`"),
        ("both", "has both `source_profile` and `credential_source`"),
        ("loop", "is its own `source_profile` in the end"),
        ("orphan", "the profile `gone`, which profile `orphan` names as its source,"),
        ("magic", "has a `credential_source` other than"),
        ("sso", "names the SSO session `gone`, which is not there"),
        ("console", "is a console sign-in, which only the AWS CLI can use"),
    ] {
        let said = bed.helper_in(&[("AWS_PROFILE", profile)], "get", ECR);

        assert_reason(&cloud, &said, &[why, &format!("`{profile}`"), "; "]);
    }
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 0, "a broken profile is nobody else's identity");
}

#[test]
fn a_file_that_cannot_be_parsed_is_named_by_its_line_and_never_quoted() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);

    for text in ["[default\naws_secret_access_key = canary\n", "[default]\ncanary\n"] {
        bed.write("home/.aws/config", text);

        assert_reason(
            &cloud,
            &bed.helper("get", ECR),
            &["the AWS configuration cannot be used", "line", "`aws configure list`"],
        );
    }
}

#[test]
fn a_role_that_wants_a_one_time_code_says_so_at_once() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));
    bed.write(
        "home/.aws/config",
        "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/ci-pull\nsource_profile = default\n\
         mfa_serial = arn:aws:iam::123456789012:mfa/alice\n",
    );

    let said = bed.helper_in(&[("AWS_PROFILE", "admin")], "get", ECR);

    assert_reason(&cloud, &said, &["wants a one-time code, which nobody can type here", "`aws sso login`"]);
    assert_eq!(cloud.count("sts:AssumeRole"), 0);
}

const BROKEN: &str = "
[profile half]
aws_access_key_id = AKIACANARY
[profile rootless]
role_arn = arn:aws:iam::123456789012:role/ci-pull
[profile both]
role_arn = arn:aws:iam::123456789012:role/ci-pull
source_profile = default
credential_source = Environment
[profile loop]
role_arn = arn:aws:iam::123456789012:role/ci-pull
source_profile = pool
[profile pool]
role_arn = arn:aws:iam::123456789012:role/chained
source_profile = loop
[profile orphan]
role_arn = arn:aws:iam::123456789012:role/ci-pull
source_profile = gone
[profile magic]
role_arn = arn:aws:iam::123456789012:role/ci-pull
credential_source = Magic
[profile sso]
sso_session = gone
sso_account_id = 123456789012
sso_role_name = ReadOnly
[profile console]
login_session = arn:aws:iam::123456789012:user/alice
";
