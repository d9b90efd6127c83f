//! What a principal may do: all that its own policies do not deny, and that its session's policy allows.
//!
//! A session policy narrows and never adds: both must agree.

use std::collections::BTreeSet;

use super::policy::Policy;

/// A principal's, in one session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rights {
    pub(super) denied: BTreeSet<String>,
    pub(super) policy: Option<Policy>,
}

impl Rights {
    /// Whose word is missing, when it may not be done; `*` is the resource of what cannot be limited to one.
    pub(super) fn refusal(&self, action: &str, resource: &str) -> Option<&'static str> {
        match &self.policy {
            _ if self.denied.contains(action) => Some("no identity-based policy allows"),
            Some(policy) if !policy.allows(action, resource) => Some("no session policy allows"),
            _ => None,
        }
    }

    pub(super) fn allows(&self, action: &str, resource: &str) -> bool {
        self.refusal(action, resource).is_none()
    }
}

/// What a registry must be allowed for a client's action, as AWS documents it.
pub(super) fn needed(action: &str) -> &'static [&'static str] {
    match action {
        "pull" => &["BatchGetImage", "GetDownloadUrlForLayer"],
        "push" => &[
            "BatchCheckLayerAvailability",
            "InitiateLayerUpload",
            "UploadLayerPart",
            "CompleteLayerUpload",
            "PutImage",
        ],
        _ => &["BatchDeleteImage"],
    }
}

/// The ARN of a repository, in the partition of its region.
pub(super) fn repository_arn(account: &str, region: &str, repository: &str) -> String {
    let partition =
        PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, name)| name);
    format!("arn:{partition}:ecr:{region}:{account}:repository/{repository}")
}

const PARTITIONS: [(&str, &str); 2] = [("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_policy_narrows_and_never_adds() {
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:*:*:repository/a/*"}}"#;
        let rights =
            Rights { denied: BTreeSet::from(["ecr:PutImage".to_owned()]), policy: Policy::parse(policy) };
        let inside = repository_arn("123456789012", "eu-west-1", "a/b");
        let outside = repository_arn("123456789012", "eu-west-1", "c");

        assert!(rights.allows("ecr:BatchGetImage", &inside));
        assert!(!rights.allows("ecr:PutImage", &inside), "the role may not");
        assert!(!rights.allows("ecr:BatchGetImage", &outside), "the session may not");
        assert!(!rights.allows("ecr:BatchGetImage", "*"));
        assert!(Rights::default().allows("ecr:PutImage", &outside));
    }

    #[test]
    fn an_arn_is_of_the_region_s_partition() {
        let arn = |region: &str| repository_arn("1", region, "r");

        assert_eq!(arn("cn-north-1"), "arn:aws-cn:ecr:cn-north-1:1:repository/r");
        assert_eq!(arn("us-gov-west-1"), "arn:aws-us-gov:ecr:us-gov-west-1:1:repository/r");
        assert_eq!(arn("us-east-1"), "arn:aws:ecr:us-east-1:1:repository/r");
    }
}
