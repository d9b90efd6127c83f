//! What a registry says of itself to a stranger.

use serde::{Deserialize, Serialize};

/// Which registry to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecogniseRequest {
    /// Its host, with a port if it has one.
    pub authority: String,
}

/// What its answer tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// The kind's name; absent where no registry answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// What told: a lower-case fragment that reads after "because".
    pub because: String,
}
