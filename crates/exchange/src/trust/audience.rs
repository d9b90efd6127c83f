//! How to ask for a token that is meant for somebody else, where the token comes from.

use shorepass_core::token::{KubernetesSource, TokenSource};

use super::paste::plain;

/// The words for whoever writes the configuration, or the job.
pub(crate) fn ask_for(source: Option<&TokenSource>, audience: &str) -> String {
    let asked = source.and_then(TokenSource::audience);
    if plain(audience).is_none() {
        return "request the token for another audience".into();
    }
    if asked == Some(audience) {
        return format!(
            "the token was asked for with the audience `{audience}` and came with another: check who gives it"
        );
    }
    match source {
        Some(TokenSource::Gitlab(source)) => format!(
            "in `.gitlab-ci.yml`, write `aud: {audience}` under `{}` of the job's `id_tokens`",
            source.variable
        ),
        Some(TokenSource::Bitbucket(_)) => {
            format!("in `bitbucket-pipelines.yml`, give the step `oidc: {{audiences: [\"{audience}\"]}}`")
        }
        Some(TokenSource::Jenkins(_)) => {
            format!("in Jenkins, set the audience of the token's credential to `{audience}`")
        }
        Some(TokenSource::Kubelet(_)) => format!(
            "in the kubelet's configuration of this provider, set `serviceAccountTokenAudience: {audience}`"
        ),
        Some(TokenSource::Kubernetes(KubernetesSource::Projected { .. })) => format!(
            "in the pod's specification, give the projected `serviceAccountToken` the line `audience: {audience}`"
        ),
        Some(TokenSource::AzurePipelines(_)) => format!(
            "a job of Azure Pipelines cannot ask for `{audience}`: take the token of another source, or let its \
             audience be accepted"
        ),
        Some(
            TokenSource::GithubActions(_)
            | TokenSource::Buildkite(_)
            | TokenSource::Circleci(_)
            | TokenSource::Kubernetes(_)
            | TokenSource::Spiffe(_)
            | TokenSource::GoogleMetadata(_)
            | TokenSource::AwsWebIdentity(_),
        ) => format!("in the `[token.NAME]` of the identity, write `audience = \"{audience}\"`"),
        Some(TokenSource::Env(_) | TokenSource::File(_) | TokenSource::Command(_) | TokenSource::Url(_))
        | None => format!("request the token for `{audience}`"),
    }
}

#[cfg(test)]
mod tests {
    use shorepass_core::token::{GithubActionsSource, GitlabTokenSource};

    use super::*;

    #[test]
    fn each_source_is_asked_in_its_own_place() {
        let github = |audience: Option<&str>| {
            TokenSource::GithubActions(GithubActionsSource { audience: audience.map(str::to_owned) })
        };
        let gitlab = TokenSource::Gitlab(GitlabTokenSource { variable: "AWS_TOKEN".into() });

        assert_eq!(ask_for(None, "x"), "request the token for `x`");
        assert!(ask_for(Some(&github(None)), "x").ends_with("`audience = \"x\"`"));
        assert!(ask_for(Some(&github(Some("x"))), "x").contains("came with another"));
        assert!(ask_for(Some(&gitlab), "x").contains("`aud: x` under `AWS_TOKEN`"));
        assert!(!ask_for(Some(&gitlab), "x\ny").contains('y'));
    }
}
