//! A service that answers a `GET` with the token.

use serde::{Deserialize, Serialize};

use super::{Settings, needed, variable};
use crate::{config::reader::Reader, kind};

/// The answer to a `GET`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Where.
    pub url: String,
    /// The caller's variable whose value goes along as `Authorization: Bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearer_variable: Option<String>,
    /// Which field of a JSON answer; without it the answer is the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "url", "url");
        let (bearer_variable, field) = (table.text("bearer_variable", variable), table.string("field"));
        Some(Self { url: table.text("url", kind::checked_endpoint)?, bearer_variable, field })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        self.bearer_variable.as_deref().into_iter().collect()
    }
}
