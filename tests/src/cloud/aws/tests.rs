//! The services behind the front door, asked as a client would ask them.

mod outbound;
mod sign_ins;
mod surroundings;

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::{
    front::Front,
    sigv4::{Keys, sign},
    *,
};
use crate::cloud::http::{Reply, Request, Service as _, form::encode, request};

#[test]
fn a_role_needs_its_external_id() {
    let bench = Bench::new();
    let deploy = "arn:aws:iam::123456789012:role/deploy";

    let without = bench.sts(&bench.alice(), &assume(deploy, ""));
    let with = bench.sts(&bench.alice(), &assume(deploy, "&ExternalId=shorepass-test"));

    assert_eq!((without.status, code(&without)), (403, "AccessDenied".into()));
    assert_eq!(with.status, 200);
}

#[test]
fn a_chained_role_gets_an_hour_and_no_more() {
    let bench = Bench::new();
    let first = session(&bench.sts(&bench.alice(), &assume("arn:aws:iam::123456789012:role/ci-pull", "")));
    let chained = "arn:aws:iam::123456789012:role/chained";

    let hour = bench.sts(&first, &assume(chained, "&DurationSeconds=3600"));
    let longer = bench.sts(&first, &assume(chained, "&DurationSeconds=3601"));
    let unrelated = bench.sts(&bench.alice(), &assume(chained, ""));

    assert_eq!(hour.status, 200);
    assert_eq!((longer.status, code(&longer)), (400, "ValidationError".into()));
    assert_eq!(code(&unrelated), "AccessDenied");
}

#[test]
fn an_expired_session_has_a_name_in_each_protocol() {
    let bench = Bench::new();
    let keys = session(&bench.sts(&bench.alice(), &assume("arn:aws:iam::123456789012:role/ci-pull", "")));
    bench.state.sessions.expire_all(bench.state.now());

    assert_eq!(code(&bench.sts(&keys, "Action=GetCallerIdentity&Version=2011-06-15")), "ExpiredToken");
    assert_eq!(code(&bench.ecr(&keys, "eu-west-1", "{}")), "ExpiredTokenException");
}

#[test]
fn a_session_policy_without_login_denies_it() {
    let bench = Bench::new();
    let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}}"#;
    let form = assume("arn:aws:iam::123456789012:role/ci-pull", &format!("&Policy={}", encode(policy)));
    let keys = session(&bench.sts(&bench.alice(), &form));

    assert_eq!(code(&bench.ecr(&keys, "eu-west-1", "{}")), "AccessDeniedException");
}

#[test]
fn what_is_no_session_policy_is_refused() {
    let bench = Bench::new();
    let outcome = |policy: &str| {
        let form = assume("arn:aws:iam::123456789012:role/ci-pull", &format!("&Policy={}", encode(policy)));
        code(&bench.sts(&bench.alice(), &form))
    };
    let long = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:::{}"}}}}"#,
        "x".repeat(2048)
    );

    assert_eq!(outcome("{}"), "MalformedPolicyDocument");
    assert_eq!(outcome(r#"{"Statement":[]}"#), "MalformedPolicyDocument");
    assert_eq!(outcome(&long), "ValidationError");
}

#[test]
fn a_password_may_do_what_its_session_may() {
    let bench = Bench::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:eu-west-1:123456789012:repository/team/*"}]}"#;
    let form = assume("arn:aws:iam::123456789012:role/ci-pull", &format!("&Policy={}", encode(policy)));
    let keys = session(&bench.sts(&bench.alice(), &form));
    let password = |region: &str| {
        let reply = bench.ecr(&keys, region, r#"{"registryIds":["123456789012"]}"#);
        let token = json(&reply)["authorizationData"][0]["authorizationToken"].as_str().unwrap().to_owned();
        let text = String::from_utf8(BASE64_STANDARD.decode(token).unwrap()).unwrap();
        text.split_once(':').unwrap().1.to_owned()
    };

    let (here, there) = (password("eu-west-1"), password("us-east-1"));

    let allows = |password: &str, name: &str, action: &str| bench.state.issued.allows(password, name, action);
    assert!(allows(&here, "team/app", "pull") && !allows(&here, "team/app", "push"));
    assert!(!allows(&here, "other", "pull") && !allows(&there, "team/app", "pull"));
}

#[test]
fn registry_passwords_follow_the_knob_to_the_millisecond() {
    let bench = Bench::new();
    bench.state.knobs.registry_token_life(Duration::from_millis(1500));

    let reply = bench.ecr(&bench.alice(), "eu-west-1", r#"{"registryIds":["210987654321"]}"#);

    let data = &json(&reply)["authorizationData"][0];
    assert_eq!(data["proxyEndpoint"], "https://210987654321.dkr.ecr.eu-west-1.amazonaws.com");
    let left = data["expiresAt"].as_f64().unwrap() - crate::cloud::clock::epoch_seconds(bench.state.now());
    assert!((0.5..=1.6).contains(&left), "{left}");
}

#[test]
fn the_real_name_decides_the_region() {
    let bench = Bench::new();
    let at = |host: &str, region: &str| bench.ecr_at(host, &bench.alice(), region, "{}");

    assert_eq!(at("api.ecr.eu-west-1.amazonaws.com", "eu-west-1").status, 200);
    assert_eq!(code(&at("api.ecr.eu-west-1.amazonaws.com", "us-east-1")), "InvalidSignatureException");
    assert_eq!(code(&at("sts.eu-west-1.amazonaws.com", "eu-west-1")), "UnknownOperationException");
    assert_eq!(bench.state.audit.entries()[0].host, "api.ecr.eu-west-1.amazonaws.com");
}

#[test]
fn web_identity_says_what_is_wrong_with_the_token() {
    let bench = Bench::new();
    let issuer = bench.state.world().find_issuer(CI_ISSUER).cloned().unwrap();
    let minute = Duration::from_secs(60);
    let outcome = |role: &str, token: &str| {
        let reply = bench.web(role, token);
        (reply.status, code(&reply))
    };
    let pull = "arn:aws:iam::123456789012:role/ci-pull";
    let refused = |code: &str| (400, code.to_owned());

    let good = issuer.token("repo:shorepass/x", CI_AUDIENCE, minute);
    assert_eq!(outcome(pull, &good).0, 200);
    let remote = outcome("arn:aws:iam::210987654321:role/remote", &good);
    assert_eq!(remote, refused("InvalidIdentityToken"), "no provider there");
    for token in [
        issuer.token("repo:shorepass/x", "other", minute),
        issuer.rotated().token("a", CI_AUDIENCE, minute),
        "a.b.c".into(),
    ] {
        assert_eq!(outcome(pull, &token), refused("InvalidIdentityToken"), "{token}");
    }
    let expired = issuer.token("repo:shorepass/x", CI_AUDIENCE, Duration::ZERO);
    assert_eq!(outcome(pull, &expired), refused("ExpiredTokenException"));
    let stranger = issuer.token("repo:stranger/x", CI_AUDIENCE, minute);
    assert_eq!(outcome(pull, &stranger), (403, "AccessDenied".into()));
}

#[test]
fn the_public_registry_is_in_one_region_and_needs_two_rights() {
    let bench = Bench::new();
    let ask = |region: &str| {
        let target = "SpencerFrontendService.GetAuthorizationToken";
        bench.json_service("127.0.0.1", &bench.alice(), region, "ecr-public", target, "{}")
    };

    assert_eq!(code(&ask("eu-west-1")), "UnsupportedCommandException");
    assert!(json(&ask("us-east-1"))["authorizationData"]["authorizationToken"].is_string());
    bench.state.world().user_mut("alice").unwrap().deny("sts:GetServiceBearerToken");
    assert_eq!(code(&ask("us-east-1")), "AccessDeniedException");
}

#[test]
fn audit_and_debug_hold_no_secret() {
    let bench = Bench::new();
    let keys = session(&bench.sts(&bench.alice(), &assume("arn:aws:iam::123456789012:role/ci-pull", "")));
    bench.ecr(&keys, "eu-west-1", "{}");

    let told =
        format!("{:?} {:?} {:?}", bench.state.audit.entries(), bench.state.issued, bench.state.world());

    for secret in [bench.alice().secret, keys.secret, keys.session_token.unwrap()] {
        assert!(!told.contains(&secret));
    }
}

struct Bench {
    state: Arc<State>,
    front: Front,
}

impl Bench {
    fn new() -> Self {
        let state = Arc::new(State::new(World::standard()));
        Self { front: Front::new(state.clone()), state }
    }

    fn alice(&self) -> Keys {
        let world = self.state.world();
        let alice = world.find_user("alice").unwrap();
        let secret = alice.secret_access_key().expose().to_owned();
        Keys { id: alice.access_key_id().to_owned(), secret, session_token: None }
    }

    fn sts(&self, keys: &Keys, form: &str) -> Reply {
        let headers = [("host", "127.0.0.1:1"), FORM];
        self.signed(request("POST", "/", &headers, form), keys, "eu-west-1", "sts")
    }

    fn web(&self, role: &str, token: &str) -> Reply {
        let form = format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={}&RoleSessionName=ci&WebIdentityToken={}",
            encode(role),
            encode(token)
        );
        self.front.answer(&request("POST", "/", &[("host", "127.0.0.1:1"), FORM], &form))
    }

    fn ecr(&self, keys: &Keys, region: &str, body: &str) -> Reply {
        self.ecr_at("127.0.0.1:1", keys, region, body)
    }

    fn ecr_at(&self, host: &str, keys: &Keys, region: &str, body: &str) -> Reply {
        let target = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken";
        self.json_service(host, keys, region, "ecr", target, body)
    }

    fn json_service(
        &self,
        host: &str,
        keys: &Keys,
        region: &str,
        service: &str,
        target: &str,
        body: &str,
    ) -> Reply {
        let headers =
            [("host", host), ("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target)];
        self.signed(request("POST", "/", &headers, body), keys, region, service)
    }

    fn signed(&self, mut request: Request, keys: &Keys, region: &str, service: &str) -> Reply {
        sign(&mut request, keys, region, service, self.state.now());
        self.front.answer(&request)
    }
}

fn assume(role: &str, further: &str) -> String {
    format!("Action=AssumeRole&Version=2011-06-15&RoleArn={}&RoleSessionName=test{further}", encode(role))
}

fn session(reply: &Reply) -> Keys {
    let text = String::from_utf8_lossy(&reply.body);
    let element = |name: &str| between(&text, &format!("<{name}>"), &format!("</{name}>"));
    Keys {
        id: element("AccessKeyId"),
        secret: element("SecretAccessKey"),
        session_token: Some(element("SessionToken")),
    }
}

fn code(reply: &Reply) -> String {
    let text = String::from_utf8_lossy(&reply.body);
    match json(reply)["__type"].as_str() {
        Some(kind) => kind.rsplit('#').next().unwrap().to_owned(),
        None => between(&text, "<Code>", "</Code>"),
    }
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_default()
}

fn between(text: &str, from: &str, to: &str) -> String {
    let rest = text.split_once(from).map_or("", |(_, rest)| rest);
    rest.split_once(to).map_or("", |(inside, _)| inside).to_owned()
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
