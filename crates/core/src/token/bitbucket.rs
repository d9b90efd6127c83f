//! A step of Bitbucket Pipelines with `oidc`: its token is in a variable.

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::config::reader::Reader;

/// The step's token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {}

impl Settings for Source {
    fn read(_table: &mut Reader<'_>) -> Option<Self> {
        Some(Self {})
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec!["BITBUCKET_STEP_OIDC_TOKEN"]
    }

    fn reaching_variables(&self) -> Vec<&str> {
        vec!["BITBUCKET_BUILD_NUMBER"]
    }
}
