//! One unary gRPC call over HTTP/2 in clear: `FetchJWTSVID`.
//!
//! No library of gRPC's is used: one call, one message each way. The header `workload.spiffe.io` is the
//! specification's guard against requests that somebody was talked into making.

use std::io::Cursor;

use h2::{RecvStream, client};
use http::{HeaderMap, Request, Response};
use shorepass_core::exchange::{ErrorKind, ExchangeError};
use tokio::task::JoinSet;

use super::{
    UPSTREAM,
    endpoint::Endpoint,
    refusal::{self, foreign, garbled},
};

/// The message that comes back.
pub(super) async fn fetch_jwt_svid(endpoint: &Endpoint, message: Vec<u8>) -> Result<Vec<u8>, ExchangeError> {
    let stream = endpoint.connect().await?;
    let (requests, connection) = client::Builder::new()
        .enable_push(false)
        .max_header_list_size(LONGEST_HEADERS)
        .handshake::<_, Cursor<Vec<u8>>>(stream)
        .await
        .map_err(broken)?;
    // Ends with this call, whichever way it ends.
    let mut driver = JoinSet::new();
    driver.spawn(async move { drop(connection.await) });

    let mut requests = requests.ready().await.map_err(broken)?;
    let (response, mut body) = requests.send_request(head()?, false).map_err(broken)?;
    body.send_data(Cursor::new(framed(&message)), true).map_err(broken)?;
    let (head, body) = response.await.map_err(broken)?.into_parts();
    read(Response::from_parts(head, ()), body).await
}

fn head() -> Result<Request<()>, ExchangeError> {
    Request::post("http://localhost/SpiffeWorkloadAPI/FetchJWTSVID")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("workload.spiffe.io", "true")
        .header("user-agent", concat!("shorepass/", env!("CARGO_PKG_VERSION")))
        .body(())
        .map_err(|_| garbled())
}

/// Not compressed, then the length.
fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&[0][..], &length.to_be_bytes(), message].concat()
}

async fn read(head: Response<()>, mut body: RecvStream) -> Result<Vec<u8>, ExchangeError> {
    let kind = head.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if head.status() != 200 || !kind.starts_with("application/grpc") {
        return Err(foreign());
    }
    // A refusal may come without a body, its status among the headers.
    if let Some(status) = status(head.headers()).filter(|status| *status != 0) {
        return Err(refusal::explain(status));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk.map_err(broken)?;
        body.flow_control().release_capacity(chunk.len()).map_err(broken)?;
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_MESSAGE {
            return Err(garbled());
        }
    }
    let trailers = body.trailers().await.map_err(broken)?;
    match trailers.as_ref().and_then(status) {
        Some(0) => unframed(&bytes).ok_or_else(garbled),
        Some(status) => Err(refusal::explain(status)),
        None => Err(garbled()),
    }
}

fn status(headers: &HeaderMap) -> Option<u16> {
    headers.get("grpc-status")?.to_str().ok()?.parse().ok()
}

/// The one message, whole and not compressed.
fn unframed(bytes: &[u8]) -> Option<Vec<u8>> {
    let (prefix, message) = bytes.split_first_chunk::<5>()?;
    let [0, length @ ..] = prefix else { return None };
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    (message.len() == length).then(|| message.to_vec())
}

/// An agent that stops looks the same as a server that speaks no HTTP/2.
fn broken(_error: h2::Error) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Unavailable,
        "spiffe_unreachable",
        format!("the connection to {UPSTREAM} broke, or something else listens there"),
    )
    .with_hint("look at the agent: `spire-agent healthcheck`")
}

const LONGEST_MESSAGE: usize = 256 * 1024;
const LONGEST_HEADERS: u32 = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_whole_and_not_compressed() {
        assert_eq!(framed(b"abc"), b"\0\0\0\0\x03abc");
        assert_eq!(unframed(b"\0\0\0\0\x03abc").unwrap(), b"abc");
        assert_eq!(unframed(b"\0\0\0\0\0").unwrap(), b"");
        for bytes in
            [&b""[..], b"\0\0\0", b"\x01\0\0\0\x03abc", b"\0\0\0\0\x04abc", b"\0\0\0\0\x03abc\0\0\0\0\0"]
        {
            assert!(unframed(bytes).is_none(), "{bytes:?}");
        }
    }
}
