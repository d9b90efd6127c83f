//! A registry with refresh tokens, through the helper: the stored login goes to its token service alone.
//!
//! The fake counts its own `GET` and `POST`, so that it shows who was asked in which way.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use shorepass_tests::{
    bed::Bed,
    cloud::{
        ApiError, Fault, Times,
        http::{Reply, Request, Service as Answers, serve::Server},
        oauth2_registry::{Challenge, OAuth2Registry, Post, Service},
    },
};

use crate::ruled::{self, assert_reason, is_not_found, life, store};

#[test]
fn clients_get_a_refresh_token_in_place_of_the_password() {
    let registry = OAuth2Registry::start().unwrap();
    let bed = captain(&registry, "");

    let (username, secret) = bed.helper("get", HOST).credential();

    assert_eq!(username, "<token>");
    assert_eq!(registry.refresh_tokens().find_live(&secret).as_deref(), Some("captain"));
    assert_eq!(registry.count("oauth2-registry:Grant"), 1);
}

#[test]
fn without_a_login_nothing_is_found_and_nobody_asked() {
    let registry = OAuth2Registry::start().unwrap();
    let bed = ruled::bed(&rule(&registry.url(), ""));

    let said = bed.helper("get", HOST);

    assert!(is_not_found(&said), "{said:?}");
    assert_eq!(registry.counts().len(), 0);
}

#[test]
fn where_there_is_no_post_the_older_way_is_taken() {
    for post in [Post::NotFound, Post::NotAllowed] {
        let registry = OAuth2Registry::start().unwrap();
        registry.knobs().post(post);
        let bed = captain(&registry, "");

        let (_, secret) = bed.helper("get", HOST).credential();

        assert_eq!(registry.refresh_tokens().find_live(&secret).as_deref(), Some("captain"), "{post:?}");
        assert_eq!(registry.count("oauth2-registry:Token"), 1, "{post:?}");
    }
}

#[test]
fn a_service_that_knows_no_passwords_by_post_is_asked_the_older_way() {
    let registry = OAuth2Registry::start().unwrap();
    let unsupported = Fault::Error(ApiError::new(400, "unsupported_grant_type", "canary"));
    registry.knobs().fail(Service::Token, unsupported, Times::Next(1));
    let bed = captain(&registry, "");

    let (_, secret) = bed.helper("get", HOST).credential();

    assert_eq!(registry.refresh_tokens().find_live(&secret).as_deref(), Some("captain"));
    assert_eq!(registry.count("oauth2-registry:Token"), 1);
}

#[test]
fn an_awkward_challenge_is_understood_and_its_query_kept() {
    for post in [Post::Answered, Post::NotFound] {
        let registry = OAuth2Registry::start().unwrap();
        registry.knobs().challenge(Challenge::Awkward);
        registry.knobs().post(post);
        let bed = captain(&registry, "");

        let (_, secret) = bed.helper("get", HOST).credential();

        assert_eq!(registry.refresh_tokens().find_live(&secret).as_deref(), Some("captain"), "{post:?}");
    }
}

#[test]
fn a_stored_refresh_token_is_handed_out_as_it_is() {
    let registry = OAuth2Registry::start().unwrap();
    let bed = ruled::bed(&rule(&registry.url(), ""));
    store(&bed, HOST, "<token>", "a refresh token");

    assert_eq!(bed.helper("get", HOST).credential(), ("<token>".into(), "a refresh token".into()));
    assert_eq!(registry.counts().len(), 0);
}

#[test]
fn the_life_is_the_rules() {
    let registry = OAuth2Registry::start().unwrap();
    let bed = captain(&registry, "life = \"2h\"");

    assert!((7140..=7200).contains(&life(&bed, HOST)));
}

#[test]
fn a_login_that_is_not_taken_is_to_be_made_again() {
    for post in [Post::Answered, Post::NotFound] {
        let registry = OAuth2Registry::start().unwrap();
        registry.knobs().post(post);
        let bed = captain(&registry, "");
        registry.with_world(|world| world.user_mut("captain").unwrap().set_password("another"));

        let wanted = [
            "does not take the stored login of `registry.example` (HTTP 401)",
            "log in again: `docker login registry.example`",
        ];
        assert_reason(&bed.helper("get", HOST), &wanted);
        assert_eq!(registry.refresh_tokens().count(), 0);
    }
}

#[test]
fn no_password_goes_to_another_host_unless_the_rule_names_it() {
    let service = OAuth2Registry::start().unwrap();
    let realm = service.realm();
    let registry = Decoy::start(401, &format!("Bearer realm=\"{realm}\",service=\"{}\"", service.service()));
    let bed = ruled::bed(&rule(&registry.server.url(), ""));
    store(&bed, HOST, "captain", PASSWORD);
    let host = service.url().replace("http://", "");

    let foreign = bed.helper("get", HOST);
    ruled::configure(&bed, &rule(&registry.server.url(), &format!("realm_host = \"{host}\"")));
    let _ = bed.shorepass(&["refresh", HOST]);
    let named = bed.helper("get", HOST);

    let wanted = [
        &format!("sends its clients to another host for tokens, `{host}`; nothing was sent there"),
        &format!("`realm_host = \"{host}\"`"),
    ];
    assert_reason(&foreign, &wanted.map(AsRef::as_ref));
    assert_eq!(named.credential().0, "<token>");
}

#[test]
fn a_registry_is_asked_as_a_stranger_and_told_nothing_when_it_is_odd() {
    for (status, header, words) in [
        (401, "Basic realm=\"x\"", "takes logins as they are, so it gives no refresh tokens"),
        (401, "Bearer scope=\"x\"", "names no token service"),
        (401, "Bearer realm=\"http://r.example/token\"", "that no login may go to"),
        (401, "Bearer realm=\"https://r.example@127.0.0.1/token\"", "that no login may go to"),
        (401, "Bearer realm=\"https://evil.example/token\"", "to another host for tokens, `evil.example`"),
        (200, "", "does not answer as a registry with logins does (HTTP 200)"),
        (302, "", "does not answer as a registry with logins does (HTTP 302)"),
    ] {
        let registry = Decoy::start(status, header);
        let bed = ruled::bed(&rule(&registry.server.url(), ""));
        store(&bed, HOST, "captain", PASSWORD);

        assert_reason(&bed.helper("get", HOST), &[words]);
        assert_eq!(*registry.asked.lock().unwrap(), ["GET /v2/ without a login"], "{header}");
    }
}

#[test]
fn a_registry_without_refresh_tokens_is_for_kind_stored() {
    let registry = Decoy::start(401, "");
    registry.gives("{\"token\":\"eyJ.canary\",\"expires_in\":300}");
    let bed = ruled::bed(&rule(&registry.server.url(), ""));
    store(&bed, HOST, "captain", PASSWORD);

    assert_reason(&bed.helper("get", HOST), &["gives no refresh token for it", "`kind = \"stored\"`"]);
}

#[test]
fn troubles_of_registry_and_token_service_have_their_words() {
    for (service, fault, words) in [
        (
            Service::Registry,
            Fault::Throttle(Duration::from_secs(60)),
            "the registry has had too many requests",
        ),
        (Service::Token, Fault::Throttle(Duration::from_secs(60)), "token service has had too many requests"),
        (
            Service::Token,
            Fault::Busy(Duration::from_secs(60)),
            "token service has a fault of its own (HTTP 503)",
        ),
        (Service::Token, Fault::Garbage, "the answer of the registry's token service makes no sense"),
    ] {
        let registry = OAuth2Registry::start().unwrap();
        registry.knobs().fail(service, fault, Times::UntilHealed);
        let bed = captain(&registry, "");

        assert_reason(&bed.helper("get", HOST), &[words]);
    }
}

#[test]
fn a_token_service_whose_answer_is_lost_is_not_asked_for_a_second_token() {
    let registry = OAuth2Registry::start().unwrap();
    registry.knobs().fail(Service::Token, Fault::HangUp, Times::Next(1));
    let bed = captain(&registry, "");

    let said = bed.helper("get", HOST);

    assert_reason(&said, &["the registry's token service"]);
    assert_eq!(registry.count("oauth2-registry:Grant"), 1);
}

fn captain(registry: &OAuth2Registry, keys: &str) -> Bed {
    let bed = ruled::bed(&rule(&registry.url(), keys));
    store(&bed, HOST, "captain", PASSWORD);
    bed
}

fn rule(endpoint: &str, keys: &str) -> String {
    format!("match = \"{HOST}\"\nkind = \"oauth2-registry\"\nendpoint = \"{endpoint}\"\n{keys}")
}

/// A server that asks for a login, and says one thing to whoever has one.
struct Decoy {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
    gives: Arc<Mutex<Option<String>>>,
}

struct Desk {
    status: u16,
    challenge: String,
    asked: Arc<Mutex<Vec<String>>>,
    gives: Arc<Mutex<Option<String>>>,
}

impl Decoy {
    fn start(status: u16, challenge: &str) -> Self {
        let (asked, gives) = (Arc::default(), Arc::default());
        let desk = Desk {
            status,
            challenge: challenge.into(),
            asked: Arc::clone(&asked),
            gives: Arc::clone(&gives),
        };
        let server = Server::start(([127, 0, 0, 1], 0).into(), None, Arc::new(desk)).unwrap();
        Self { server, asked, gives }
    }

    /// From now on its own token service answers with this.
    fn gives(&self, body: &str) {
        *self.gives.lock().unwrap() = Some(body.into());
    }
}

impl Answers for Desk {
    fn answer(&self, request: &Request) -> Reply {
        let with = if request.header("authorization").is_some() { "with" } else { "without" };
        self.asked.lock().unwrap().push(format!("{} {} {with} a login", request.method, request.path));
        let host = request.header("host").unwrap_or_default();
        match self.gives.lock().unwrap().as_ref() {
            Some(body) if request.path == "/token" => Reply::json(200, &serde_json::from_str(body).unwrap()),
            Some(_) => Reply::text(401, "").with_header(
                "www-authenticate",
                format!("Bearer realm=\"http://{host}/token\",service=\"r\""),
            ),
            None if self.challenge.is_empty() => {
                Reply::text(self.status, "").with_header("location", "https://evil.example/")
            }
            None => Reply::text(self.status, "").with_header("www-authenticate", self.challenge.clone()),
        }
    }
}

const HOST: &str = "registry.example";
const PASSWORD: &str = "the captain's: 1,2";
