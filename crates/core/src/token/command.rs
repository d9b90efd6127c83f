//! A program that writes the token on its standard output; no shell takes part.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Settings, needed};
use crate::config::reader::Reader;

/// A program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The program and its arguments.
    pub command: Vec<String>,
    /// How long it may take; half a minute by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "command", "command");
        let timeout = table.duration("timeout", Duration::from_secs(1), Duration::from_secs(120));
        let command = table.strings("command")?;
        if command.first().is_none_or(String::is_empty) {
            table.fault_here("`command` must name a program");
        }
        Some(Self { command, timeout })
    }
}
