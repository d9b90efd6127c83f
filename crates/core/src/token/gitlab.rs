//! A job of GitLab CI: its `id_tokens` are in variables that the job names itself.

use serde::{Deserialize, Serialize};

use super::{Settings, needed, variable};
use crate::config::reader::Reader;

/// A variable that `id_tokens` of the job defines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub variable: String,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "gitlab", "variable");
        Some(Self { variable: table.text("variable", variable)? })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec![&self.variable]
    }

    fn reaching_variables(&self) -> Vec<&str> {
        vec!["GITLAB_CI"]
    }
}
