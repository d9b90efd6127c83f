//! What the session of the last role may do, where the rule wants less than the role allows.
//!
//! A password of ECR's may do what the session may that has asked for it. STS takes a policy with each role that is
//! assumed and lets the session do what both allow, so a policy never adds a right. Logging in must be among them.

use serde_json::{Value, json};
use shorepass_core::{
    access::Access,
    exchange::{ErrorKind, ExchangeError, ExchangeRequest},
    kind::{EcrTarget, ONLY_ROLES},
};

use super::{Found, Source, misconfigured};
use crate::failure::Refusal;

/// The policy, if any, and whether a session without it is of no use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct SessionPolicy {
    text: Option<String>,
    must_narrow: bool,
}

impl SessionPolicy {
    /// For one account's registry in one region.
    pub(crate) fn of_ecr(target: &EcrTarget, request: &ExchangeRequest) -> Result<Self, ExchangeError> {
        let EcrTarget { partition, region, account, .. } = target;
        if request.access == Access::Full && request.repositories.is_empty() {
            return Ok(Self::default());
        }
        let arn = |name: &str| format!("arn:{partition}:ecr:{region}:{account}:repository/{name}");
        let resources: Vec<String> = match &request.repositories[..] {
            [] => vec![arn("*")],
            names => names.iter().map(|name| arn(name)).collect(),
        };
        let mut actions: Vec<&str> = match request.access {
            Access::Pull => PULL.to_vec(),
            Access::Push => [PULL, PUSH].concat(),
            Access::Full => vec!["ecr:*"],
        };
        if target.pull_through_cache && request.access != Access::Full {
            actions.extend(FETCH);
        }
        let text = policy(&[
            json!({ "Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*" }),
            json!({ "Effect": "Allow", "Action": one_or_many(&actions), "Resource": one_or_many(&resources) }),
        ]);
        match text.len() {
            ..=LONGEST => Ok(Self { text: Some(text), must_narrow: request.must_narrow }),
            length => Err(too_long(format!(
                "the session policy for {} repositories is {length} characters long, and STS takes {LONGEST}",
                resources.len()
            ))),
        }
    }

    /// For the public registry, from which anybody may pull.
    pub(crate) fn of_ecr_public(request: &ExchangeRequest) -> Self {
        let push: &[&str] = match request.access {
            Access::Full => return Self::default(),
            Access::Pull => &[],
            Access::Push => PUSH_IN_PUBLIC,
        };
        let actions = [LOG_IN_IN_PUBLIC, push].concat();
        let text = policy(&[json!({ "Effect": "Allow", "Action": actions, "Resource": "*" })]);
        Self { text: Some(text), must_narrow: request.must_narrow }
    }

    /// As STS takes it.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Whether credentials may be used although the policy is not theirs.
    pub(super) fn check(&self, found: &Found) -> Result<(), ExchangeError> {
        let is_narrow = found.source == Source::Role { is_narrowed: true };
        if is_narrow || !self.must_narrow || self.text.is_none() {
            return Ok(());
        }
        Err(misconfigured(
            "not_narrowed",
            format!("the credential would be wider than the rule says: {ONLY_ROLES}, and these keys are used as they are"),
        )
        .with_hint(
            "add a `role_arn` to the identity that the rule names, or do without `narrow = \"require\"`; to see \
             the rule, run `shorepass explain HOST`",
        ))
    }
}

/// STS's no to a policy, whichever way a role was to be assumed.
pub(super) fn refused(refusal: &Refusal) -> Option<ExchangeError> {
    match refusal.code.as_str() {
        "PackedPolicyTooLarge" | "PackedPolicyTooLargeException" => Some(too_long(
            "the session policy and the tags of the session are together more than STS takes".into(),
        )),
        "MalformedPolicyDocument" | "MalformedPolicyDocumentException" => Some(
            ExchangeError::new(
                ErrorKind::Misconfigured,
                "session_policy_refused",
                "STS does not accept the session policy that `access` and `repositories` of the rule make",
            )
            .with_hint("check region and names in the rule: `shorepass config check`"),
        ),
        _ => None,
    }
}

fn too_long(message: String) -> ExchangeError {
    misconfigured("session_policy_too_long", message).with_hint(
        "name patterns in `repositories`, such as `team/*`, instead of one repository after the other, or split the \
         rule by namespace",
    )
}

fn policy(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": one_or_many(statements) }).to_string()
}

fn one_or_many<T: Clone + Into<Value>>(values: &[T]) -> Value {
    match values {
        [one] => one.clone().into(),
        many => many.to_vec().into(),
    }
}

/// What STS takes as a policy, in characters; all of ours are ASCII.
const LONGEST: usize = 2048;

/// Tags are listed by whoever looks for the newest one.
const PULL: &[&str] =
    &["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability", "ecr:ListImages"];
const PUSH: &[&str] =
    &["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage"];
/// What a pull-through cache needs for what it has not yet.
const FETCH: &[&str] = &["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"];
const LOG_IN_IN_PUBLIC: &[&str] = &["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"];
const PUSH_IN_PUBLIC: &[&str] = &[
    "ecr-public:BatchCheckLayerAvailability",
    "ecr-public:InitiateLayerUpload",
    "ecr-public:UploadLayerPart",
    "ecr-public:CompleteLayerUpload",
    "ecr-public:PutImage",
];

#[cfg(test)]
mod tests;
