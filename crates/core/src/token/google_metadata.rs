//! A machine in Google Cloud: the identity token of its service account, from the metadata server.

use serde::{Deserialize, Serialize};

use super::{Settings, audience, needed};
use crate::config::reader::Reader;

/// The metadata server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Whom the token is for.
    pub audience: String,
    /// Whose token; `default` by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "google-metadata", "audience");
        let account = table.text("account", account);
        Some(Self { audience: table.text("audience", audience)?, account })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec!["GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP", "NO_GCE_CHECK"]
    }

    fn reaching_variables(&self) -> Vec<&str> {
        vec!["GCE_METADATA_TIMEOUT"]
    }
}

/// What the metadata server calls an account: its address, or `default`.
fn account(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b"@.-_".contains(&b);
    let is_one = (1..=254).contains(&text.len()) && text.bytes().all(good);
    if is_one { Ok(text.to_owned()) } else { Err("the e-mail address of a service account, or `default`") }
}
