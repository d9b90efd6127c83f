//! A job of CircleCI: its token is in a variable; one for another audience is made by CircleCI's own program.

use serde::{Deserialize, Serialize};

use super::{Settings, audience};
use crate::config::reader::Reader;

/// The job's token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// Whom the token is for; without it the organization's id, which the variable's token is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        Some(Self { audience: table.text("audience", audience) })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        match self.audience {
            None => TOKENS.to_vec(),
            // The program makes the token for the job, whatever the variables hold.
            Some(_) => [TOKENS, &["CIRCLE_WORKFLOW_JOB_ID"]].concat(),
        }
    }

    fn reaching_variables(&self) -> Vec<&str> {
        match self.audience {
            None => vec!["CIRCLECI"],
            Some(_) => ["CIRCLECI", "HOME"].iter().chain(PLACES).copied().collect(),
        }
    }
}

const TOKENS: &[&str] = &["CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN"];
/// Where CircleCI's program finds the job that it runs in.
const PLACES: &[&str] = &["CIRCLE_INTERNAL_CONFIG", "CIRCLE_INTERNAL_SCRATCH", "CIRCLE_INTERNAL_TASK_DATA"];
