//! What a service says when it refuses, before it is put into the words of a protocol.

/// One error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// Such as `AccessDenied`.
    pub code: String,
    /// For people.
    pub message: String,
}

impl ApiError {
    /// An error in full.
    #[must_use]
    pub fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into() }
    }
}
