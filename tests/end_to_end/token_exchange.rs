//! Any RFC 8693 endpoint through the helper.
//!
//! The fake reads the form strictly and verifies the subject token, the client, the targets and the scope.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        ApiError, Fault, Issuer, Times,
        token_exchange::{Service, TokenExchange, World},
    },
};

use crate::ruled::{self, assert_reason, life, show};

#[test]
fn a_token_becomes_a_password_under_the_name_of_the_rule() {
    for username in ["oauth2accesstoken", "<token>", "ci@shore.example"] {
        let service = TokenExchange::start().unwrap();
        let bed = caller(&service, &format!("username = \"{username}\""));

        let (given, secret) = bed.helper("get", HOST).credential();

        assert_eq!(given, username);
        assert_eq!(service.issued().find_live(&secret).unwrap().subject, SUBJECT);
    }
}

#[test]
fn what_the_rule_names_is_asked_for_and_nothing_else() {
    let service = TokenExchange::start().unwrap();
    let plain = caller(&service, NAMED);
    let full = caller(
        &service,
        "username = \"x\"\naudience = \"registry.example\"\nresource = \"https://registry.example/\"\n\
         scope = \"pull\"\nclient_id = \"anyone\"\nsubject_token_type = \"id_token\"\n\
         requested_token_type = \"urn:ietf:params:oauth:token-type:jwt\"",
    );

    let plain = service.issued().find_live(&plain.helper("get", HOST).credential().1).unwrap();
    let full = service.issued().find_live(&full.helper("get", HOST).credential().1).unwrap();

    assert_eq!((plain.targets.len(), plain.client), (0, None));
    assert_eq!(full.targets, ["registry.example", "https://registry.example/"]);
    assert_eq!((full.scope, full.client), (vec!["pull".to_owned()], Some("anyone".to_owned())));
}

#[test]
fn the_life_is_the_answers_or_the_rules_or_short() {
    for (keys, is_said, least, most) in
        [("life = \"2h\"", true, 3540, 3600), ("life = \"2h\"", false, 7140, 7200), ("", false, 240, 300)]
    {
        let service = TokenExchange::start().unwrap();
        service.knobs().omit_life(!is_said);
        let bed = caller(&service, &format!("{NAMED}\n{keys}"));

        let life = life(&bed, HOST);

        assert!((least..=most).contains(&life), "{keys} {is_said}: {life}");
    }
}

#[test]
fn an_opaque_token_that_is_not_taken_is_said_to_be_one() {
    let service = TokenExchange::start().unwrap();
    let bed = caller(&service, &format!("{NAMED}\nsubject_token_type = \"access_token\""));
    show(&bed, "canary-opaque");

    let wanted = [
        "the token service did not take the subject token, which is opaque",
        "`urn:ietf:params:oauth:token-type:access_token`: `subject_token_type`",
    ];
    assert_reason(&bed.helper("get", HOST), &wanted);
}

#[test]
fn a_token_that_is_not_taken_is_shown_by_its_claims_in_either_code() {
    for says_invalid_grant in [false, true] {
        let service = TokenExchange::start().unwrap();
        service.knobs().say_invalid_grant(says_invalid_grant);
        let bed = caller(&service, NAMED);
        show(&bed, &service.issuer(ISSUER).unwrap().token("repo:shore/fork", "elsewhere", HOUR));

        let wanted = [
            "the token service did not take the OIDC token: its issuer is `https://ci.example`",
            "its audience `elsewhere` and its subject `repo:shore/fork`",
            "`urn:ietf:params:oauth:token-type:jwt`: `subject_token_type`",
        ];
        assert_reason(&bed.helper("get", HOST), &wanted);
    }
}

#[test]
fn a_token_of_a_stranger_gets_nothing() {
    let service = TokenExchange::start().unwrap();
    let bed = caller(&service, NAMED);
    show(&bed, &Issuer::es256(ISSUER).token(SUBJECT, AUDIENCE, HOUR));

    assert_reason(&bed.helper("get", HOST), &["did not take the OIDC token"]);
    assert_eq!(service.issued().count(), 0);
}

#[test]
fn a_target_or_scope_that_is_not_given_is_named() {
    for (keys, words) in [
        ("audience = \"elsewhere\"", "for this target: `audience` is `elsewhere`, `resource` none"),
        ("scope = \"pull admin\"", "does not give this scope: `pull admin`"),
    ] {
        let service = TokenExchange::start().unwrap();
        let bed = caller(&service, &format!("{NAMED}\n{keys}"));

        assert_reason(&bed.helper("get", HOST), &[words]);
    }
}

#[test]
fn a_service_that_wants_clients_says_so_and_takes_a_public_one() {
    let start = || TokenExchange::builder().world(world().clients_only()).start().unwrap();
    let (service, other) = (start(), start());
    let nobody = caller(&service, NAMED);
    let confidential = caller(&service, &format!("{NAMED}\nclient_id = \"shorepass\""));
    let public = caller(&other, &format!("{NAMED}\nclient_id = \"anyone\""));

    assert_reason(&nobody.helper("get", HOST), &["for this client: none", "a client that needs no secret"]);
    assert_reason(&confidential.helper("get", HOST), &["for this client: `shorepass`"]);
    assert_eq!(public.helper("get", HOST).credential().0, "x");
}

#[test]
fn a_token_that_is_bound_to_a_key_is_no_password() {
    let service = TokenExchange::start().unwrap();
    service.knobs().token_type("DPoP");
    let bed = caller(&service, NAMED);

    assert_reason(&bed.helper("get", HOST), &["bound to a key, which is no password"]);
}

#[test]
fn the_services_troubles_have_their_words() {
    let refused = |status, code: &str| Fault::Error(ApiError::new(status, code, "canary"));
    for (fault, words) in [
        (refused(400, "unsupported_grant_type"), "exchanges no tokens (HTTP 400)"),
        (refused(404, "x"), "exchanges no tokens (HTTP 404)"),
        (refused(400, "access_denied"), "does not give it a token for this registry"),
        (refused(400, "canary"), "the token service answered with HTTP 400"),
        (Fault::Throttle(Duration::from_secs(60)), "the token service has had too many requests"),
        (Fault::Busy(Duration::from_secs(60)), "the token service has a fault of its own (HTTP 503)"),
        (Fault::Garbage, "the answer of the token service makes no sense"),
    ] {
        let service = TokenExchange::start().unwrap();
        service.knobs().fail(Service::Token, fault, Times::UntilHealed);
        let bed = caller(&service, NAMED);

        assert_reason(&bed.helper("get", HOST), &[words]);
    }
}

#[test]
fn a_rule_that_lacks_what_cannot_be_guessed_is_a_fault_of_the_file() {
    for (rule, missing) in [
        ("identity = \"ci\"\nusername = \"x\"", "needs the key `endpoint`"),
        ("identity = \"ci\"\nendpoint = \"https://sts.example/token\"", "needs the key `username`"),
        ("username = \"x\"\nendpoint = \"https://sts.example/token\"", "needs an `identity`"),
        ("identity = \"ci\"\nusername = \"x\"\nendpoint = \"http://sts.example/token\"", "`endpoint`"),
    ] {
        let bed = ruled::bed(&format!("match = \"{HOST}\"\nkind = \"token-exchange\"\n{rule}"));

        let said = bed.shorepass(&["config", "check"]);

        assert_ne!(said.code, 0, "{rule}");
        assert!(format!("{}{}", said.stdout, said.stderr).contains(missing), "{missing}: {said:?}");
    }
}

fn caller(service: &TokenExchange, keys: &str) -> Bed {
    let rule = format!(
        "match = \"{HOST}\"\nkind = \"token-exchange\"\nidentity = \"ci\"\nendpoint = \"{}\"\n{keys}",
        service.token_url()
    );
    let bed = ruled::bed(&rule);
    show(&bed, &service.issuer(ISSUER).unwrap().token(SUBJECT, AUDIENCE, HOUR));
    bed
}

fn world() -> World {
    TokenExchange::start().unwrap().with_world(|world| world.clone())
}

const HOST: &str = "registry.example";
const NAMED: &str = "username = \"x\"";
const ISSUER: &str = "https://ci.example";
const SUBJECT: &str = "repo:shore/app";
const AUDIENCE: &str = "exchange";
const HOUR: Duration = Duration::from_secs(3600);
