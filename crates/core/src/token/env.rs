//! A variable of the caller that holds the token.

use serde::{Deserialize, Serialize};

use super::{Settings, needed, variable};
use crate::config::reader::Reader;

/// A variable of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub variable: String,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "env", "variable");
        Some(Self { variable: table.text("variable", variable)? })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec![&self.variable]
    }
}
