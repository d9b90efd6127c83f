use shorepass_core::{
    identity::{AwsIdentity, Identity},
    kind::Target,
};

use super::*;

#[test]
fn a_pull_is_a_login_and_four_actions_where_the_rule_says() {
    let text = text(&ecr("aws"), Access::Pull, &["team/*"]);

    let pull = [
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchCheckLayerAvailability",
        "ecr:ListImages",
    ];
    let team = "arn:aws:ecr:eu-west-1:123456789012:repository/team/*";
    let wanted = json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*" },
            { "Effect": "Allow", "Action": pull, "Resource": team },
        ],
    });
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), wanted);
}

#[test]
fn a_push_may_pull_and_not_make_repositories() {
    let text = text(&ecr("aws-cn"), Access::Push, &["a", "b"]);

    for part in ["ecr:PutImage", "ecr:BatchGetImage", "arn:aws-cn:ecr:", "repository/a\"", "repository/b\""] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("CreateRepository") && !text.contains("BatchImport"), "{text}");
}

#[test]
fn without_repositories_all_of_this_registry_are_meant() {
    let text = text(&ecr("aws-us-gov"), Access::Pull, &[]);

    assert!(text.contains("\"arn:aws-us-gov:ecr:eu-west-1:123456789012:repository/*\""), "{text}");
}

#[test]
fn a_pull_through_cache_may_fetch() {
    let target = EcrTarget { pull_through_cache: true, ..ecr("aws") };

    let text = text(&target, Access::Pull, &[]);

    assert!(text.contains("ecr:BatchImportUpstreamImage") && text.contains("ecr:CreateRepository"), "{text}");
}

#[test]
fn full_access_is_narrowed_to_repositories_only() {
    assert_eq!(SessionPolicy::of_ecr(&ecr("aws"), &request(Access::Full, &[])).unwrap().text(), None);
    assert!(text(&ecr("aws"), Access::Full, &["team/*"]).contains("\"ecr:*\""));
}

#[test]
fn the_public_registry_needs_two_rights_and_more_for_a_push() {
    let text = |access| SessionPolicy::of_ecr_public(&request(access, &[])).text().map(str::to_owned);

    assert_eq!(text(Access::Full), None);
    let pull = text(Access::Pull).unwrap();
    assert!(pull.contains("sts:GetServiceBearerToken") && !pull.contains("PutImage"), "{pull}");
    assert!(text(Access::Push).unwrap().contains("ecr-public:PutImage"));
}

#[test]
fn a_policy_of_2048_characters_is_taken_and_a_longer_one_says_how_long_it_is() {
    let plain = text(&ecr("aws"), Access::Pull, &["a"]).len();
    let name = |length: usize| "a".repeat(length);

    let longest = SessionPolicy::of_ecr(&ecr("aws"), &request(Access::Pull, &[&name(2049 - plain)]));
    let longer = SessionPolicy::of_ecr(&ecr("aws"), &request(Access::Pull, &[&name(2050 - plain)]));

    assert_eq!(longest.unwrap().text().unwrap().len(), 2048);
    let error = longer.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Misconfigured, "session_policy_too_long"));
    assert!(error.message.contains("2049 characters") && error.hint.unwrap().contains("`team/*`"));
}

#[test]
fn what_sts_says_of_a_policy_is_explained() {
    for (code, ours) in [
        ("PackedPolicyTooLarge", "session_policy_too_long"),
        ("MalformedPolicyDocument", "session_policy_refused"),
    ] {
        let error = refused(&Refusal::for_tests(code, "canary")).unwrap();

        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Misconfigured, ours));
        assert!(!error.message.contains("canary") && error.hint.is_some());
    }
    assert_eq!(refused(&Refusal::for_tests("AccessDenied", "")), None);
}

fn text(target: &EcrTarget, access: Access, repositories: &[&str]) -> String {
    let policy = SessionPolicy::of_ecr(target, &request(access, repositories)).unwrap();
    policy.text().unwrap().to_owned()
}

fn ecr(partition: &str) -> EcrTarget {
    EcrTarget {
        account: "123456789012".into(),
        region: "eu-west-1".into(),
        partition: partition.into(),
        fips: false,
        dual_stack: false,
        endpoint: None,
        pull_through_cache: false,
    }
}

fn request(access: Access, repositories: &[&str]) -> ExchangeRequest {
    let request = serde_json::json!({
        "target": Target::Ecr(ecr("aws")),
        "identity": Identity::Aws(AwsIdentity::default()),
        "access": access,
        "repositories": repositories,
    });
    serde_json::from_value(request).unwrap()
}
