//! A workload that SPIFFE knows: its JWT-SVID, from the Workload API.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::{Settings, audience, needed};
use crate::config::reader::Reader;

/// The Workload API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Whom the token is for.
    pub audience: String,
    /// Which of the workload's identities, for one that has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spiffe_id: Option<String>,
    /// `unix:///PATH`, or `tcp://IP:PORT` on this machine; wins over the caller's `SPIFFE_ENDPOINT_SOCKET`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        needed(table, "spiffe", "audience");
        let (spiffe_id, endpoint) = (table.text("spiffe_id", spiffe_id), table.text("endpoint", endpoint));
        Some(Self { audience: table.text("audience", audience)?, spiffe_id, endpoint })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec!["SPIFFE_ENDPOINT_SOCKET"]
    }
}

fn spiffe_id(text: &str) -> Result<String, &'static str> {
    let is_id = text.len() <= 2048
        && text.strip_prefix("spiffe://").is_some_and(|rest| !rest.is_empty())
        && text.bytes().all(|b| b.is_ascii_graphic());
    if is_id { Ok(text.to_owned()) } else { Err("an id such as `spiffe://example.org/builder`") }
}

/// What comes back is a secret, so a port will do on this machine only.
fn endpoint(text: &str) -> Result<String, &'static str> {
    let is_port = |place: &str| place.parse::<SocketAddr>().is_ok_and(|place| place.ip().is_loopback());
    let is_one = text.strip_prefix("unix://").is_some_and(|path| path.starts_with('/'))
        || text.strip_prefix("tcp://").is_some_and(is_port);
    if is_one {
        Ok(text.to_owned())
    } else {
        Err("`unix:///PATH`, or `tcp://IP:PORT` with a loopback address")
    }
}
