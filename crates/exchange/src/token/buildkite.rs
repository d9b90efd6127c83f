//! A job of Buildkite: it asks the service of its agent, as `buildkite-agent oidc request-token` does.

use serde::Serialize;
use shorepass_core::{exchange::ExchangeError, token::BuildkiteSource};

use super::{
    fetched::Fetched,
    missing,
    service::{Service, job_has_ended, no_token, secure, variable},
};
use crate::{
    deadline::Progress,
    http::{
        self,
        call::{Call, encode},
    },
};

pub(super) async fn fetch(source: &BuildkiteSource, progress: &Progress) -> Result<Fetched, ExchangeError> {
    let (Some(job), Some(token)) = (variable(JOB), variable(TOKEN)) else {
        return Err(no_job(variable("BUILDKITE").is_some()));
    };
    let endpoint = variable(ENDPOINT).unwrap_or_else(|| DEFAULT_ENDPOINT.into());
    let endpoint = secure(ENDPOINT, endpoint)?;
    let url = format!("{}/jobs/{}/oidc/tokens", endpoint.trim_end_matches('/'), encode(&job));
    progress.waits_for(SERVICE.name);
    let client = http::Client::outward(http::trust(None)?);
    let asked = Asked::from(source);
    let call = || {
        Call::post(SERVICE.name, url.as_str()).header("authorization", format!("Token {token}")).json(&asked)
    };
    SERVICE.ask(&client, call).await
}

/// What is not asked for is Buildkite's to choose.
#[derive(Serialize)]
struct Asked<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'a str>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    lifetime: Option<u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    claims: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    subject_claim: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aws_session_tags: &'a [String],
}

impl<'a> From<&'a BuildkiteSource> for Asked<'a> {
    fn from(source: &'a BuildkiteSource) -> Self {
        Self {
            audience: source.audience.as_deref(),
            lifetime: source.lifetime.map(|life| life.as_secs()),
            claims: &source.claims,
            subject_claim: source.subject_claim.as_deref(),
            aws_session_tags: &source.aws_session_tags,
        }
    }
}

fn no_job(is_job: bool) -> ExchangeError {
    let error = if is_job {
        missing(format!("the job of Buildkite keeps `{JOB}` and `{TOKEN}` to itself"))
    } else {
        missing(format!("this is no job of Buildkite: `{JOB}` and `{TOKEN}` are not set"))
    };
    error.with_hint(format!("hand `{JOB}` and `{TOKEN}` of the job on to where the client runs"))
}

fn refused(status: u16) -> ExchangeError {
    match status {
        400 | 422 => no_token(
            SERVICE.name,
            status,
            "check `audience`, `lifetime`, `claims`, `subject_claim` and `aws_session_tags` of the token",
        ),
        _ => job_has_ended(SERVICE.name, status),
    }
}

const SERVICE: Service = Service { name: "Buildkite", field: "token", refused, has_sign_in_page: false };
const JOB: &str = "BUILDKITE_JOB_ID";
const TOKEN: &str = "BUILDKITE_AGENT_ACCESS_TOKEN";
const ENDPOINT: &str = "BUILDKITE_AGENT_ENDPOINT";
const DEFAULT_ENDPOINT: &str = "https://agent.buildkite.com/v3";

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_what_is_set_is_asked_for() {
        let source = BuildkiteSource {
            audience: Some("sts.amazonaws.com".into()),
            lifetime: Some(Duration::from_secs(600)),
            subject_claim: Some("pipeline_id".into()),
            aws_session_tags: vec!["build_branch".into()],
            ..BuildkiteSource::default()
        };
        let asked = |source: &BuildkiteSource| serde_json::to_value(Asked::from(source)).unwrap();

        assert_eq!(asked(&BuildkiteSource::default()), serde_json::json!({}));
        assert_eq!(
            asked(&source),
            serde_json::json!({ "audience": "sts.amazonaws.com", "lifetime": 600,
                "subject_claim": "pipeline_id", "aws_session_tags": ["build_branch"] })
        );
    }
}
