//! What every fake does alike, on the smallest fake there can be.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::cloud::{
    ApiError, Fault, Times,
    http::{Reply, Service as _, request},
};

#[test]
fn an_answer_is_counted_dated_and_audited() {
    let (front, site) = front();

    let reply = front.answer(&request("GET", "/door", &[("host", "a.example:1"), ("user-agent", "x")], ""));

    let entry = site.audit.entries().remove(0);
    assert_eq!((reply.status, site.audit.count("door:Knock")), (200, 1));
    assert_eq!((entry.principal.as_deref(), entry.status, entry.error), (Some("cat"), 200, None));
    assert_eq!((entry.host.as_str(), entry.user_agent.as_deref()), ("a.example", Some("x")));
    assert!(reply.headers.iter().any(|(name, _)| *name == "date"));
}

#[test]
fn a_refusal_speaks_the_services_words_and_brings_its_challenge() {
    let (front, site) = front();
    site.world().clear();

    let reply = front.answer(&request("GET", "/door", &[], ""));

    let challenge = reply.headers.iter().find(|(name, _)| *name == "www-authenticate");
    assert_eq!((reply.status, reply.body), (401, b"nobody".to_vec()));
    assert_eq!(challenge.map(|(_, value)| value.as_str()), Some("Basic"));
    assert_eq!(site.audit.entries()[0].error.as_deref(), Some("nobody"));
}

#[test]
fn a_fault_strikes_instead_of_an_answer_and_latency_comes_on_top() {
    let (front, site) = front();
    site.knobs.fail(Door, Fault::HangUp, Times::Next(1));
    site.knobs.latency(Door, Duration::from_secs(2));

    let struck = front.answer(&request("GET", "/door", &[], ""));
    let healed = front.answer(&request("GET", "/door", &[], ""));

    assert_eq!((struck.status, healed.status), (0, 200));
    assert_eq!((struck.after, healed.after), (Duration::from_secs(2), Duration::from_secs(2)));
    assert_eq!(site.audit.entries()[0].error.as_deref(), Some("hang-up"));
}

#[test]
fn what_nobody_answers_is_not_counted() {
    let (front, site) = front();

    assert_eq!(front.answer(&request("GET", "/window", &[], "")).status, 404);
    assert!(site.audit.entries().is_empty());
}

#[test]
fn a_stand_starts_with_the_standard_world_and_lets_it_be_changed() {
    let stand = Stand::<House>::start().unwrap();

    stand.with_world(|world| world.push("dog".into()));

    assert_eq!(stand.site().world().len(), 2);
    assert!(stand.url().starts_with("http://127.0.0.1:"));
}

struct House;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Door;

impl Fake for House {
    type World = Vec<String>;
    type Service = Door;
    type Settings = ();

    fn open(_clock: &ServerClock) -> Self {
        Self
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Door>> {
        (request.path == "/door").then(|| Operation::new(Door, "door:Knock"))
    }

    fn answer(site: &Site<Self>, _request: &Request, _operation: &Operation<Door>) -> Answer {
        match site.world().first() {
            Some(name) => Answer::for_principal(Ok(Reply::json(200, &json!({}))), name.clone()),
            None => Answer::refused(ApiError::new(401, "nobody", "")).with_challenge("Basic"),
        }
    }
}

impl Standard for Vec<String> {
    fn standard() -> Self {
        vec!["cat".into()]
    }
}

impl Speaks for Door {
    fn say(self, error: &ApiError) -> Reply {
        Reply::text(error.status, error.code.clone())
    }

    fn too_many(self) -> ApiError {
        ApiError::new(429, "many", "")
    }
}

fn front() -> (Front<House>, Arc<Site<House>>) {
    let site = Arc::new(Site::<House>::new(Standard::standard(), false));
    (Front::new(site.clone()), site)
}
