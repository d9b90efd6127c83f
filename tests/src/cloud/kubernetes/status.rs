//! A refusal as `meta/v1 Status`.

use serde_json::json;

use crate::cloud::{ApiError, http::Reply};

pub(super) fn reply(error: &ApiError) -> Reply {
    let ApiError { status, code, message } = error;
    Reply::json(
        *status,
        &json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": code, "code": status,
        }),
    )
}
