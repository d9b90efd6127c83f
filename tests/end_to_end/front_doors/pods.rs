//! A kubelet that hands over a service account's token: the answer is the pod's own or none, never the node's.

use std::time::Duration;

use serde_json::json;
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::{Aws, CI_AUDIENCE, CI_ISSUER},
};

use super::{
    assert_aside,
    kubelet::{PROVIDER, request},
    run_as,
};
use crate::{
    ECR,
    ruled::{self, store},
};

#[test]
fn the_role_of_the_annotation_is_assumed_with_the_token() {
    let cloud = Aws::start().unwrap();
    let bed = node(&cloud);

    let said = ask(&bed, &token(&cloud), &[(ROLE, "arn:aws:iam::123456789012:role/ci-pull")]);

    let login = &said.json()["auth"][ECR];
    let (username, password) = (login["username"].as_str().unwrap(), login["password"].as_str().unwrap());
    let owner = cloud.issued().find(username, password).unwrap().principal;
    assert_eq!(owner, "arn:aws:sts::123456789012:assumed-role/ci-pull/shorepass");
}

#[test]
fn without_the_annotation_there_is_an_error_and_never_the_node_s_keys() {
    let cloud = Aws::start().unwrap();
    let mut bed = node(&cloud);
    bed.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci-pull");
    bed.write("home/.aws/credentials", &crate::sources::section(&cloud, "default"));
    let as_node = run_as(&bed, PROVIDER, &[], &request(&image()).to_string());

    let said = ask(&bed, &token(&cloud), &[("other", "x")]);

    assert_eq!(as_node.json()["auth"][ECR]["username"], "AWS");
    assert_aside(&said, &["the pod's service account names no role", "eks.amazonaws.com/ecr-role-arn"]);
    assert_eq!(cloud.count("sts:AssumeRoleWithWebIdentity"), 0);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
}

#[test]
fn an_annotation_that_is_no_role_is_named_and_nothing_of_it_is_told() {
    let cloud = Aws::start().unwrap();
    let bed = node(&cloud);

    for value in ["canary", "arn:aws:iam::123456789012:role/x`\n\u{1b}[31mcanary, run `canary`"] {
        let said = ask(&bed, &token(&cloud), &[(ROLE, value)]);

        assert_aside(&said, &["the annotation `eks.amazonaws.com/ecr-role-arn`", "must be a role such as"]);
        assert!(!said.stderr.contains('\u{1b}'), "{said:?}");
    }
    assert_eq!(cloud.counts().len(), 0);
}

#[test]
fn a_blank_token_does_not_get_what_the_node_gets() {
    let cloud = Aws::start().unwrap();
    let bed = node(&cloud);

    for token in ["", " ", "a b"] {
        assert_aside(&ask(&bed, token, &[]), &["is not the JSON object of a kubelet's request"]);
    }
    assert_eq!(cloud.counts().len(), 0);
}

#[test]
fn a_token_that_the_role_does_not_trust_ends_there() {
    let cloud = Aws::start().unwrap();
    let bed = node(&cloud);
    let stranger = cloud.issuer(CI_ISSUER).unwrap().token("system:serviceaccount:x:y", CI_AUDIENCE, HOUR);

    let said = ask(&bed, &stranger, &[(ROLE, "arn:aws:iam::123456789012:role/ci-pull")]);

    assert_aside(&said, &["does not trust", "system:serviceaccount:x:y"]);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 0);
}

#[test]
fn another_pod_s_credential_is_not_at_hand() {
    let cloud = Aws::start().unwrap();
    let bed = node(&cloud);
    let role = [(ROLE, "arn:aws:iam::123456789012:role/ci-pull")];
    assert_eq!(ask(&bed, &token(&cloud), &role).code, 0);

    assert_aside(&ask(&bed, "canary.canary.canary", &role), &["no credential: "]);
}

#[test]
fn what_is_stored_on_the_node_or_named_by_its_settings_is_not_for_pods() {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    store(&bed, "r.example", "captain", "canary");
    let mut asked = request("r.example/app");
    asked["serviceAccountToken"] = "canary.canary.canary".into();
    let run = |bed: &Bed| run_as(bed, PROVIDER, &[], &asked.to_string());

    assert_aside(&run(&bed), &["what the node has is not given to its pods", "`from = \"kubelet\"`"]);
    let _ = bed.helper("erase", "r.example");
    assert!(run(&bed).json().get("auth").is_none());
}

#[test]
fn a_profile_of_the_node_is_not_for_pods() {
    let cloud = Aws::start().unwrap();
    let bed = node(&cloud);
    bed.write("home/.aws/credentials", &crate::sources::section(&cloud, "node"));
    bed.configure(&format!(
        "[identity.node]\ntype = \"aws\"\nprofile = \"node\"\n\n[[registry]]\nmatch = \"{ECR}\"\nidentity = \"node\"\n"
    ));

    let said = ask(&bed, &token(&cloud), &[(ROLE, "arn:aws:iam::123456789012:role/ci-pull")]);

    assert_aside(&said, &["the identity `node`", "what the node has is not given to its pods"]);
    assert_eq!(cloud.counts().len(), 0);
}

/// A node with keys of its own.
fn node(cloud: &Aws) -> Bed {
    Bed::of(cloud, "alice")
}

fn ask(bed: &Bed, token: &str, annotations: &[(&str, &str)]) -> Said {
    let mut asked = request(&image());
    asked["serviceAccountToken"] = token.into();
    asked["serviceAccountAnnotations"] =
        annotations.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    run_as(bed, PROVIDER, &[], &asked.to_string())
}

fn token(cloud: &Aws) -> String {
    cloud.issuer(CI_ISSUER).unwrap().token("repo:shorepass/app", CI_AUDIENCE, HOUR)
}

fn image() -> String {
    format!("{ECR}/team/app:1")
}

const ROLE: &str = "eks.amazonaws.com/ecr-role-arn";
const HOUR: Duration = Duration::from_secs(3600);
