//! A file that holds the token, read each time, for its owner rotates it.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{Settings, absolute, needed};
use crate::config::reader::Reader;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// Which field of a JSON file; without it the file is the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "file", "path");
        let field = table.string("field");
        Some(Self { path: table.text("path", absolute)?, field })
    }

    fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        vec![self.path.clone()]
    }
}
