//! The broker's other front doors: those who want no user name and password, but a header or a protocol's own words.

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use crate::wire_secret;

/// Whose protocol is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FrontDoor {
    /// The kubelet's exec protocol for image credentials.
    Kubelet,
    /// Bazel's credential helper protocol.
    Bazel,
}

/// What an HTTP request to a registry has to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// `Bearer` or `Basic`.
    pub scheme: String,
    /// What follows it in the header.
    #[serde(with = "wire_secret")]
    pub token: Secret,
    /// RFC 3339, UTC; absent where nobody has said when it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Operation, Request};

    #[test]
    fn a_question_of_another_protocol_goes_as_it_came_and_its_debug_is_mute() {
        let input = Secret::new("{\"serviceAccountToken\":\"canary\"}");

        let request = Request::new(Operation::Present { door: FrontDoor::Kubelet, input });

        let line = serde_json::to_string(&request).unwrap();
        assert_eq!(
            line,
            r#"{"v":1,"op":"present","door":"kubelet","input":"{\"serviceAccountToken\":\"canary\"}"}"#
        );
        assert_eq!(serde_json::from_str::<Request>(&line).unwrap(), request);
        assert!(!format!("{request:?}").contains("canary"));
    }
}
