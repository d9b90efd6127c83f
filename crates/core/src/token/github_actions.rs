//! A job of GitHub Actions: it asks GitHub for a token of its own, for an audience that it names.

use serde::{Deserialize, Serialize};

use super::{Settings, audience};
use crate::config::reader::Reader;

/// The job's token service, which its variables name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// Whom the token is for; GitHub's default is the URL of the repository's owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        Some(Self { audience: table.text("audience", audience) })
    }

    /// Each job has a pair of its own.
    fn deciding_variables(&self) -> Vec<&str> {
        vec!["ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"]
    }

    fn reaching_variables(&self) -> Vec<&str> {
        vec!["GITHUB_ACTIONS", "GITHUB_EVENT_NAME"]
    }
}
