//! Tokens of an OIDC issuer, by variables (IRSA, CI systems) and by profile.

use std::time::Duration;

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        Fault, Times,
        aws::{Aws, CI_AUDIENCE, CI_ISSUER, Service},
    },
};

use super::{ROLE, SESSION, assert_reason, get, owner, section, sessions, stranger};

#[test]
fn a_token_named_by_variables_is_exchanged_unsigned() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_token(&cloud, &format!("{}\n", sessions::token(&cloud)));
    bed.set("AWS_ROLE_SESSION_NAME", "build-42");

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}ci-pull/build-42"));
    assert_eq!(cloud.count("sts:AssumeRoleWithWebIdentity"), 1);
}

#[test]
fn a_token_named_by_variables_wins_over_the_default_profile() {
    let cloud = Aws::start().unwrap();
    let bed = with_token(&cloud, &sessions::token(&cloud));
    bed.write("home/.aws/credentials", &section(&cloud, "default"));

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}ci-pull/shorepass"));
}

#[test]
fn a_token_named_by_a_profile_is_exchanged() {
    let cloud = Aws::start().unwrap();
    let mut bed = stranger(&cloud);
    let file = bed.write("token", &sessions::token(&cloud));
    let profile = format!(
        "[profile ci]\nrole_arn = {ROLE}ci-pull\nweb_identity_token_file = {}\nrole_session_name = nightly\n\
         duration_seconds = 7200\n",
        file.display()
    );
    bed.write("home/.aws/config", &profile);
    bed.set("AWS_PROFILE", "ci");

    assert_eq!(owner(&cloud, &get(&bed)), format!("{SESSION}ci-pull/nightly"));
}

#[test]
fn the_file_is_read_again_for_each_exchange() {
    let cloud = Aws::start().unwrap();
    let bed = with_token(&cloud, &sessions::token(&cloud));
    let _ = get(&bed).credential();

    bed.write("token", "canary.canary.canary");
    let refreshed = bed.shorepass(&["refresh", crate::ECR]);

    assert_eq!(refreshed.code, 4, "{refreshed:?}");
    assert_eq!(cloud.count("sts:AssumeRoleWithWebIdentity"), 2);
}

#[test]
fn a_wrong_audience_shows_what_the_token_really_claims() {
    let cloud = Aws::start().unwrap();

    let said = get_with(&cloud, &signed(&cloud, SUBJECT, "https://github.com/shorepass"));

    assert_reason(
        &cloud,
        &said,
        &[
            "the token is meant for somebody else",
            &format!(
                "its issuer is `{CI_ISSUER}`, its audience `https://github.com/shorepass` and its subject `{SUBJECT}`"
            ),
            &format!("; request the token for `{CI_AUDIENCE}`"),
        ],
    );
}

#[test]
fn a_subject_that_is_not_trusted_is_shown() {
    let cloud = Aws::start().unwrap();

    let said = get_with(&cloud, &signed(&cloud, "repo:somebody/else", CI_AUDIENCE));

    assert_reason(
        &cloud,
        &said,
        &[&format!("the role `{ROLE}ci-pull` does not trust"), "`repo:somebody/else`", "in the trust policy"],
    );
}

#[test]
fn an_ended_token_names_its_file_and_when_it_ended() {
    let cloud = Aws::start().unwrap();
    let claims = serde_json::json!({
        "iss": CI_ISSUER, "sub": SUBJECT, "aud": CI_AUDIENCE, "iat": 1_767_225_000, "exp": 1_767_225_600,
    });

    let said = get_with(&cloud, &cloud.issuer(CI_ISSUER).unwrap().sign(&claims));

    assert_reason(
        &cloud,
        &said,
        &["/token` ended at 2026-01-01T00:00:00Z", "; have the platform write a new one"],
    );
}

#[test]
fn a_token_of_a_stranger_or_none_at_all_is_refused_without_repeating_it() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_token(&cloud, "canary.canary.canary");

    assert_reason(&cloud, &get(&bed), &["the web identity token in `", "is no JWT that names issuer"]);

    bed.set("AWS_ROLE_ARN", "arn:aws:iam::210987654321:role/remote");
    bed.write("token", &sessions::token(&cloud));
    assert_reason(&cloud, &get(&bed), &["the account 210987654321", "does not know the token's provider"]);

    bed.set("AWS_WEB_IDENTITY_TOKEN_FILE", bed.path("nowhere").to_str().unwrap());
    assert_reason(
        &cloud,
        &get(&bed),
        &["/nowhere` cannot be used: it is not there", "; check that the platform"],
    );
}

#[test]
fn an_issuer_that_aws_cannot_reach_for_a_moment_is_tried_again() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().fail(Service::Sts, Fault::code("IDPCommunicationError"), Times::Next(1));

    let said = get_with(&cloud, &sessions::token(&cloud));

    assert_eq!(owner(&cloud, &said), format!("{SESSION}ci-pull/shorepass"));
}

fn get_with(cloud: &Aws, token: &str) -> Said {
    let said = get(&with_token(cloud, token));
    assert!(!said.stdout.contains(token), "it repeats the token");
    said
}

fn with_token(cloud: &Aws, token: &str) -> Bed {
    let mut bed = stranger(cloud);
    let file = bed.write("token", token);
    bed.set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap());
    bed.set("AWS_ROLE_ARN", &format!("{ROLE}ci-pull"));
    bed
}

fn signed(cloud: &Aws, subject: &str, audience: &str) -> String {
    cloud.issuer(CI_ISSUER).unwrap().token(subject, audience, Duration::from_secs(300))
}

const SUBJECT: &str = "repo:shorepass/shorepass:ref:refs/heads/main";
