//! A job of Azure Pipelines: it asks for a token, whose audience is always `api://AzureADTokenExchange`.

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::config::reader::Reader;

/// The job's token service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {
    /// The service connection whose subject the token is to have; without it the job's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_connection_id: Option<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        Some(Self { service_connection_id: table.string("service_connection_id") })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec!["SYSTEM_OIDCREQUESTURI", "SYSTEM_ACCESSTOKEN"]
    }

    fn reaching_variables(&self) -> Vec<&str> {
        vec!["TF_BUILD"]
    }
}
