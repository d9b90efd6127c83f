//! The agent's no, by gRPC's status codes. Its own words stay where they are.

use shorepass_core::exchange::{
    ErrorKind::{Denied, Misconfigured, Unavailable, Unexpected},
    ExchangeError,
};

use super::UPSTREAM;
use crate::failure;

/// The words for a status other than 0.
pub(super) fn explain(status: u16) -> ExchangeError {
    match status {
        INVALID_ARGUMENT => ExchangeError::new(
            Misconfigured,
            "spiffe_request_refused",
            format!("{UPSTREAM} does not take the audience or the SPIFFE ID"),
        )
        .with_hint("correct `audience` and `spiffe_id` of the token"),
        PERMISSION_DENIED | UNAUTHENTICATED => nobody(),
        RESOURCE_EXHAUSTED => {
            ExchangeError::new(Unavailable, "throttled", format!("{UPSTREAM} has had too many requests"))
        }
        UNIMPLEMENTED => foreign(),
        DEADLINE_EXCEEDED | UNAVAILABLE => ExchangeError::new(
            Unavailable,
            "spiffe_unavailable",
            format!("{UPSTREAM} is not ready, or its agent does not reach the server"),
        )
        .with_hint("look at the agent: `spire-agent healthcheck`"),
        status => ExchangeError::new(
            Unexpected,
            "refused",
            format!("{UPSTREAM} answered with the gRPC status {status}"),
        )
        .with_hint("look into the agent's log: `journalctl -u spire-agent`"),
    }
}

/// Somebody else listens there.
pub(super) fn foreign() -> ExchangeError {
    ExchangeError::new(
        Misconfigured,
        "spiffe_foreign",
        "what listens there is no SPIFFE Workload API with JWT-SVIDs",
    )
    .with_hint("name the agent's public socket, not the server's, in `SPIFFE_ENDPOINT_SOCKET` or `endpoint`")
}

/// The agent speaks the protocol, and says nothing that can be read.
pub(super) fn garbled() -> ExchangeError {
    failure::garbled(UPSTREAM).with_hint("look into the agent's log: `journalctl -u spire-agent`")
}

/// Nothing is registered that this process could be.
pub(super) fn nobody() -> ExchangeError {
    ExchangeError::new(
        Denied,
        "spiffe_no_identity",
        "the SPIFFE agent knows no identity for the process that asks, or not the one of `spiffe_id`",
    )
    .with_hint(
        "register it by selectors that fit the broker's processes: `spire-server entry create -parentID AGENT \
         -spiffeID ID -selector unix:uid:UID`",
    )
}

const INVALID_ARGUMENT: u16 = 3;
const DEADLINE_EXCEEDED: u16 = 4;
const PERMISSION_DENIED: u16 = 7;
const RESOURCE_EXHAUSTED: u16 = 8;
const UNIMPLEMENTED: u16 = 12;
const UNAVAILABLE: u16 = 14;
const UNAUTHENTICATED: u16 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_kind() {
        for (status, kind, code) in [
            (3, Misconfigured, "spiffe_request_refused"),
            (4, Unavailable, "spiffe_unavailable"),
            (7, Denied, "spiffe_no_identity"),
            (8, Unavailable, "throttled"),
            (12, Misconfigured, "spiffe_foreign"),
            (13, Unexpected, "refused"),
            (14, Unavailable, "spiffe_unavailable"),
            (16, Denied, "spiffe_no_identity"),
        ] {
            let error = explain(status);

            assert_eq!((error.kind, error.code.as_str()), (kind, code), "{status}");
        }
        assert!(nobody().hint.unwrap().contains("`spire-server entry create"));
    }
}
