//! What one call gets: the checks of the specification in their order, then the documents.

use http::request::Parts;
use serde_json::json;

use super::{Asked, Mood, State, message};
use crate::cloud::clock::{ServerClock, whole_seconds};

/// What goes back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A frame, and status 0 behind it.
    Frame(Vec<u8>),
    /// A status among the headers.
    AtOnce(u16),
    /// A status behind an empty body.
    Behind(u16),
    /// Another protocol's answer.
    Http(u16),
    /// Nothing.
    Silence,
}

pub(super) fn to(state: &State, head: &Parts, body: &[u8]) -> Answer {
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    if head.method != "POST" || head.uri.scheme_str() != Some("http") {
        return Answer::Http(405);
    }
    if header("content-type") != Some("application/grpc") {
        return Answer::Http(415);
    }
    if header("te") != Some("trailers") {
        return Answer::AtOnce(INTERNAL);
    }
    if head.uri.path() != "/SpiffeWorkloadAPI/FetchJWTSVID" {
        return Answer::AtOnce(UNIMPLEMENTED);
    }
    if header("workload.spiffe.io") != Some("true") {
        return Answer::AtOnce(INVALID_ARGUMENT);
    }
    let Some(asked) = message::read(body) else { return Answer::AtOnce(INTERNAL) };
    if asked.audience.is_empty() || asked.audience.iter().any(String::is_empty) {
        return Answer::Behind(INVALID_ARGUMENT);
    }
    let mut inner = state.inner();
    inner.asked.push(asked.clone());
    let (mood, ids) = (inner.mood.clone(), inner.ids.clone());
    drop(inner);
    match mood {
        Mood::Well => granted(&signed(state, &ids, &asked, |id| id), 0),
        Mood::Confused => granted(&signed(state, &ids, &asked, |_| SOMEBODY_ELSE), 0),
        Mood::Huge(padding) => granted(&signed(state, &ids, &asked, |id| id), padding),
        Mood::Refuses { status, at_once: true } => Answer::AtOnce(status),
        Mood::Refuses { status, at_once: false } => Answer::Behind(status),
        Mood::Garbled => Answer::Frame(message::frame(b"\x0a\x7fcanary")),
        Mood::Silent => Answer::Silence,
        Mood::Foreign => Answer::Http(200),
    }
}

/// The workload's documents, or the one that is asked for; `about` says what becomes of an id.
fn signed(
    state: &State,
    ids: &[String],
    asked: &Asked,
    about: impl Fn(&str) -> &str,
) -> Vec<(String, String)> {
    let now = whole_seconds(ServerClock::default().now());
    let sign = |id: &String| {
        let token = state.issuer.sign(&json!({
            "iss": state.issuer.url(), "sub": about(id), "aud": asked.audience, "iat": now, "exp": now + 300,
        }));
        (id.clone(), token)
    };
    ids.iter().filter(|id| asked.spiffe_id.is_empty() || **id == asked.spiffe_id).map(sign).collect()
}

fn granted(svids: &[(String, String)], padding: usize) -> Answer {
    if svids.is_empty() {
        return Answer::Behind(PERMISSION_DENIED);
    }
    Answer::Frame(message::reply(svids, padding))
}

const SOMEBODY_ELSE: &str = "spiffe://shore.example/somebody-else";
pub(super) const INVALID_ARGUMENT: u16 = 3;
pub(super) const PERMISSION_DENIED: u16 = 7;
const UNIMPLEMENTED: u16 = 12;
const INTERNAL: u16 = 13;
