//! The call that the agent takes, and those that it does not.

use http::{Request, request::Parts};

use super::{
    answer::{self, Answer, INVALID_ARGUMENT, PERMISSION_DENIED},
    *,
};

#[test]
fn a_call_by_the_book_gets_documents_of_the_asked_id_or_of_all() {
    let state = state(&["spiffe://a/one", "spiffe://a/two"]);

    let Answer::Frame(all) = answer::to(&state, &head(&[]), &frame("vault", "")) else { panic!("refused") };
    let Answer::Frame(one) = answer::to(&state, &head(&[]), &frame("vault", "spiffe://a/two")) else {
        panic!("refused")
    };

    let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has(&all, "spiffe://a/one") && has(&all, "spiffe://a/two"));
    assert!(!has(&one, "spiffe://a/one") && has(&one, "spiffe://a/two"));
    assert_eq!(state.inner().asked[1].spiffe_id, "spiffe://a/two");
}

#[test]
fn whatever_is_not_by_the_book_gets_nothing() {
    let state = state(&["spiffe://a/one"]);
    let good = frame("vault", "");
    let to = |headers: &[(&str, &str)], body: &[u8]| answer::to(&state, &head(headers), body);

    assert_eq!(to(&[("workload.spiffe.io", "")], &good), Answer::AtOnce(INVALID_ARGUMENT));
    assert_eq!(to(&[("te", "")], &good), Answer::AtOnce(13));
    assert_eq!(to(&[("content-type", "application/json")], &good), Answer::Http(415));
    assert_eq!(to(&[], &good[1..]), Answer::AtOnce(13));
    assert_eq!(to(&[], &frame("", "")), Answer::Behind(INVALID_ARGUMENT));
    assert_eq!(to(&[], &message::frame(b"")), Answer::Behind(INVALID_ARGUMENT));
    assert_eq!(to(&[], &frame("vault", "spiffe://a/none")), Answer::Behind(PERMISSION_DENIED));
}

fn state(ids: &[&str]) -> State {
    let ids = ids.iter().map(ToString::to_string).collect();
    let inner = Inner { ids, mood: Mood::Well, asked: Vec::new() };
    State { issuer: Issuer::es256(ISSUER), inner: Mutex::new(inner) }
}

/// As a client by the book has it, with some headers changed.
fn head(changed: &[(&str, &str)]) -> Parts {
    let mut request = Request::post("http://localhost/SpiffeWorkloadAPI/FetchJWTSVID");
    for (name, value) in
        [("content-type", "application/grpc"), ("te", "trailers"), ("workload.spiffe.io", "true")]
    {
        let other = changed.iter().find(|(changed, _)| *changed == name);
        request = request.header(name, other.map_or(value, |(_, other)| other));
    }
    request.body(()).unwrap().into_parts().0
}

fn frame(audience: &str, id: &str) -> Vec<u8> {
    let audience = message::field(1, audience.as_bytes());
    let id = if id.is_empty() { Vec::new() } else { message::field(2, id.as_bytes()) };
    message::frame(&[audience, id].concat())
}
