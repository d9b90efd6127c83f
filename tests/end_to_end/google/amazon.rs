//! Identities of AWS, proved by a signed request.

use serde_json::json;
use shorepass_secret::Secret;
use shorepass_tests::cloud::{
    google::{AWS_PROVIDER, AwsKey, Google, PULLER, SubjectSource},
    http::{Reply, serve::Server},
};

use super::{assert_reason, configure_trusting, get, holder_of, owner, puller, serve};

#[test]
fn keys_in_variables_prove_who_one_is() {
    let cloud = with_key(AwsKey::of_user(ALICE, "AKIASHORE", "canary"));
    let mut bed = holder_of(&cloud, &file(&cloud, None));
    bed.set("AWS_ACCESS_KEY_ID", "AKIASHORE").set("AWS_SECRET_ACCESS_KEY", "canary");
    bed.set("AWS_REGION", "eu-west-1");

    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

#[test]
fn session_keys_are_signed_with_their_token() {
    let key = AwsKey {
        session_token: Some(Secret::new("token/+=")),
        ..AwsKey::of_user(ALICE, "ASIASHORE", "canary")
    };
    let cloud = with_key(key);
    let mut bed = holder_of(&cloud, &file(&cloud, None));
    bed.set("AWS_ACCESS_KEY_ID", "ASIASHORE").set("AWS_SECRET_ACCESS_KEY", "canary");
    bed.set("AWS_SESSION_TOKEN", "token/+=").set("AWS_DEFAULT_REGION", "us-east-1");

    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

#[test]
fn an_instance_s_role_proves_it_by_version_2_of_its_metadata() {
    let key = AwsKey {
        session_token: Some(Secret::new("session")),
        ..AwsKey::of_user(ALICE, "ASIASHORE", "canary")
    };
    let cloud = with_key(key);
    let instance = instance();
    let bed = holder_of(&cloud, &file(&cloud, Some(instance.url())));
    configure_trusting(&bed, &[cloud.address(), instance.address()], "", "", "");

    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

#[test]
fn keys_that_aws_does_not_know_are_refused_with_aws_s_code() {
    let cloud = with_key(AwsKey::of_user(ALICE, "AKIASHORE", "right"));
    let mut bed = holder_of(&cloud, &file(&cloud, None));
    bed.set("AWS_REGION", "eu-west-1").set("AWS_SECRET_ACCESS_KEY", "canary");

    for (id, code) in [("AKIASHORE", "SignatureDoesNotMatch"), ("AKIAOTHER", "InvalidClientTokenId")] {
        bed.set("AWS_ACCESS_KEY_ID", id);

        assert_reason(
            &get(&bed),
            &[&format!("AWS does not vouch for the keys that are to prove who we are (`{code}`)")],
        );
    }
}

#[test]
fn another_account_is_not_let_in() {
    let cloud = with_key(AwsKey::of_user("arn:aws:iam::210987654321:user/bob", "AKIABOB", "canary"));
    let mut bed = holder_of(&cloud, &file(&cloud, None));
    bed.set("AWS_ACCESS_KEY_ID", "AKIABOB").set("AWS_SECRET_ACCESS_KEY", "canary");
    bed.set("AWS_REGION", "eu-west-1");

    assert_reason(&get(&bed), &["the provider's attribute condition does not let the token in"]);
}

#[test]
fn without_keys_or_region_the_message_says_which() {
    let cloud = Google::start().unwrap();
    let mut bed = holder_of(&cloud, &file(&cloud, None));

    assert_reason(&get(&bed), &["no region of AWS is known; name it in `AWS_REGION`"]);

    bed.set("AWS_REGION", "evil.example/");
    assert_reason(&get(&bed), &["no region of AWS is known"]);

    bed.set("AWS_REGION", "eu-west-1");
    assert_reason(&get(&bed), &["there are no AWS keys in variables", "; set `AWS_ACCESS_KEY_ID`"]);
}

fn with_key(key: AwsKey) -> Google {
    let cloud = Google::start().unwrap();
    cloud.with_world(|world| world.add_aws_key(key));
    cloud
}

fn file(cloud: &Google, metadata: Option<String>) -> serde_json::Value {
    let files = cloud.credential_files();
    let external = files.external_account(AWS_PROVIDER, &SubjectSource::Aws(metadata));
    files.impersonating(external, PULLER, None)
}

/// An EC2 instance's metadata, version 2 only.
fn instance() -> Server {
    serve(|request| {
        let has_token = request.header("x-aws-ec2-metadata-token") == Some("metadata");
        match (request.method.as_str(), request.path.as_str()) {
            ("PUT", "/latest/api/token") => {
                Reply::text(200, "metadata").with_header("x-aws-ec2-metadata-token-ttl-seconds", "300")
            }
            _ if !has_token => Reply::text(401, ""),
            ("GET", "/latest/meta-data/placement/availability-zone") => Reply::text(200, "eu-west-1b"),
            ("GET", "/latest/meta-data/iam/security-credentials") => Reply::text(200, "puller"),
            ("GET", "/latest/meta-data/iam/security-credentials/puller") => Reply::json(
                200,
                &json!({
                    "Code": "Success", "AccessKeyId": "ASIASHORE", "SecretAccessKey": "canary",
                    "Token": "session", "Expiration": "2099-01-01T00:00:00Z",
                }),
            ),
            _ => Reply::text(404, ""),
        }
    })
}

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
