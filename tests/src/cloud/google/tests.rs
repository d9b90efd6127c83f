//! The services behind the front door, asked as a client would ask them.

mod assertions;
mod aws_subjects;
mod files;
mod impersonation;
mod metadata;
mod sign_ins;
mod subject_tokens;
mod subjects;
mod workforce;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};

use super::{front::Front, *};
use crate::cloud::{
    Fault, Times,
    clock::{ServerClock, http_date, whole_seconds},
    http::{Reply, Request, Service as _, form::encode, request},
};

#[test]
fn real_names_decide_the_service() {
    let bench = Bench::new();
    let at = |host: &str| bench.post_at(host, "/v1/token", FORM, "").status;

    assert_eq!(at("sts.googleapis.com"), 400);
    assert_eq!(at("oauth2.googleapis.com"), 404);
    assert_eq!(at("storage.googleapis.com"), 404);
    assert_eq!(at("127.0.0.1:1"), 400);
    bench.state.world().universe = "shore-cloud.example".into();
    assert_eq!(at("sts.googleapis.com"), 404);
    assert_eq!(at("sts.shore-cloud.example"), 400);
}

#[test]
fn a_wrong_method_is_not_found() {
    let bench = Bench::new();

    for path in ["/token", "/v1/token", "/v1/introspect"] {
        let reply = bench.get(path, &[]);
        assert_eq!((reply.status, header(&reply, "content-type")), (404, "text/html; charset=UTF-8"));
    }
}

#[test]
fn faults_answer_in_the_services_words_and_are_counted() {
    let bench = Bench::new();
    let knobs = &bench.state.knobs;
    bench.state.knobs.clock_ahead_ms(3_600_000);
    let unavailable =
        crate::cloud::ApiError::new(503, "UNAVAILABLE", "The service is currently unavailable.");
    knobs.fail(Service::Sts, Fault::Error(unavailable), Times::Next(1));
    knobs.fail(Service::Sts, Fault::ThrottleUntil(Duration::from_secs(30)), Times::Next(1));
    knobs.fail(Service::Sts, Fault::HangUp, Times::Next(1));

    let [error, throttled, closed, well] = [(); 4].map(|()| bench.post("/v1/token", FORM, ""));

    assert_eq!((error.status, &json_of(&error)["error"]["status"]), (503, &"UNAVAILABLE".into()));
    let now = bench.state.now();
    let dates = [29, 30, 31, 32].map(|ahead| http_date(now + Duration::from_secs(ahead)));
    assert!(dates.contains(&header(&throttled, "retry-after").to_owned()), "on the cloud's own clock");
    assert_eq!((throttled.status, closed.status, well.status), (429, 0, 400));
    assert_eq!(bench.state.audit.count("sts:ExchangeToken"), 4);
}

#[test]
fn a_server_knows_its_own_token_endpoint() {
    let google = Google::start().unwrap();

    assert!(google.state.is_token_url(&format!("{}/token", google.url())));
    assert!(google.state.is_token_url("https://oauth2.googleapis.com/token"));
    assert!(!google.state.is_token_url("https://oauth2.googleapis.com/"));
}

#[test]
fn a_server_answers_until_it_is_dropped() {
    let google = Google::start().unwrap();
    let address = google.address();

    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();

    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("metadata-flavor: Google"), "{answer}");
    assert!(google.wait_for("metadata:Root", 1, Duration::from_secs(10)));
    drop(google);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn audit_and_debug_hold_no_secret() {
    let bench = Bench::new();
    let token = bench.user_token(CLOUD_PLATFORM);
    bench.generate(&token, PULLER, &json!({ "scope": [CLOUD_PLATFORM] }));

    let world = bench.state.world();
    let told = format!("{:?} {:?} {world:?}", bench.state.audit.entries(), bench.state.issued);

    let user = world.find_user(USER).unwrap();
    let key = world.find_account(PULLER).unwrap().keys[0].private_key().expose().to_owned();
    for secret in [&token, user.refresh_token.expose(), user.client_secret.expose(), &key] {
        assert!(!told.contains(secret));
    }
}

struct Bench {
    state: Arc<State>,
    front: Front,
}

impl Bench {
    fn new() -> Self {
        let state = Arc::new(State::new(World::standard()));
        state.listens_at(OWN_URL);
        Self { front: Front::new(state.clone()), state }
    }

    fn get(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        let headers = [&[("host", "127.0.0.1:1")], headers].concat();
        self.front.answer(&request("GET", target, &headers, ""))
    }

    fn post(&self, path: &str, kind: &str, body: &str) -> Reply {
        self.post_at("127.0.0.1:1", path, kind, body)
    }

    fn post_at(&self, host: &str, path: &str, kind: &str, body: &str) -> Reply {
        self.front.answer(&request("POST", path, &[("host", host), ("content-type", kind)], body))
    }

    fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post(path, FORM, &form(fields))
    }

    fn generate(&self, token: &str, email: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        self.generate_with(&[("authorization", &bearer)], email, &body.to_string())
    }

    fn generate_with(&self, headers: &[(&str, &str)], email: &str, body: &str) -> Reply {
        let path = format!("/v1/projects/-/serviceAccounts/{}:generateAccessToken", encode(email));
        let headers = [&[("host", "127.0.0.1:1"), ("content-type", "application/json")], headers].concat();
        self.front.answer(&request("POST", &path, &headers, body))
    }

    fn token_of(&self, member: &str, scope: &str) -> String {
        self.state.grant(member, &[scope.to_owned()], Duration::from_secs(3600)).token
    }

    fn user_token(&self, scope: &str) -> String {
        self.token_of(&format!("user:{USER}"), scope)
    }

    fn issuer(&self, url: &str) -> Issuer {
        self.state.world().find_issuer(url).cloned().unwrap()
    }

    fn left(&self, token: &str) -> Duration {
        let end = self.state.issued.find(token).unwrap().expires_at;
        end.duration_since(self.state.now()).unwrap_or_default()
    }
}

/// The fields of an exchange that is well in every respect.
fn exchange<'a>(audience: &'a str, kind: &'a str, token: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("audience", audience),
        ("scope", CLOUD_PLATFORM),
        ("requested_token_type", ACCESS_TOKEN),
        ("subject_token_type", kind),
        ("subject_token", token),
    ]
}

fn with<'a>(fields: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let others = fields.iter().filter(|(key, _)| *key != name).copied();
    others.chain([(name, value)]).collect()
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn text_of<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Status, `error` and `error_description` of an OAuth error.
fn oauth_error(reply: &Reply) -> (u16, String, String) {
    let body = json_of(reply);
    (reply.status, text_of(&body, "error").into(), text_of(&body, "error_description").into())
}

/// Status, `status` and `message` of an error of the APIs.
fn api_error(reply: &Reply) -> (u16, String, String) {
    let body = json_of(reply);
    let error = &body["error"];
    assert_eq!(error["code"], reply.status);
    (reply.status, text_of(error, "status").into(), text_of(error, "message").into())
}

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value)
}

fn now() -> u64 {
    whole_seconds(ServerClock::default().now())
}

const OWN_URL: &str = "http://127.0.0.1:1";
const FORM: &str = "application/x-www-form-urlencoded";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
