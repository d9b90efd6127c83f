//! A job of Buildkite: its agent's service makes a token for an audience and a subject that the job names.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Settings, audience};
use crate::config::reader::Reader;

/// The agent's token service, as `buildkite-agent oidc request-token` asks it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Source {
    /// Whom the token is for; Buildkite's default is the URL of the organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// How long it lives; Buildkite's default is five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Duration>,
    /// Optional claims to put in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<String>,
    /// The claim that becomes the subject, such as `pipeline_id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_claim: Option<String>,
    /// Claims that AWS is to take for session tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aws_session_tags: Vec<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            audience: table.text("audience", audience),
            lifetime: table.duration("lifetime", Duration::from_secs(60), Duration::from_secs(24 * 3600)),
            claims: table.strings("claims").unwrap_or_default(),
            subject_claim: table.string("subject_claim"),
            aws_session_tags: table.strings("aws_session_tags").unwrap_or_default(),
        })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec!["BUILDKITE_JOB_ID", "BUILDKITE_AGENT_ACCESS_TOKEN", "BUILDKITE_AGENT_ENDPOINT"]
    }

    fn reaching_variables(&self) -> Vec<&str> {
        vec!["BUILDKITE"]
    }
}
