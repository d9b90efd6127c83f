//! Bazel's credential helper protocol: what one URL is answered.

use serde_json::json;
use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        Fault, Times,
        oauth2_registry::{OAuth2Registry, Service},
    },
};

use super::{assert_aside, captain, gate::Gate, run_as};
use crate::ruled::{self, store};

#[test]
fn an_url_of_a_repository_gets_the_bearer_that_opens_it() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);

    for path in ["manifests/1.2", "blobs/sha256:0a", "tags/list"] {
        let said = ask(&bed, &format!("http://{host}/v2/team/app/{path}"));

        let answer = said.json();
        let token = answer["headers"]["Authorization"][0].as_str().unwrap().strip_prefix("Bearer ").unwrap();
        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        assert_eq!(registry.owner(token).as_deref(), Some("captain"), "{path}");
        assert!((280..=300).contains(&left(&said)), "{path}");
    }
}

#[test]
fn the_root_of_the_api_gets_a_bearer_without_a_repository() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);

    let answer = ask(&bed, &format!("http://{host}/v2/")).json();

    let token = answer["headers"]["Authorization"][0].as_str().unwrap().strip_prefix("Bearer ").unwrap();
    assert_eq!(registry.owner(token).as_deref(), Some("captain"));
}

#[test]
fn a_registry_that_takes_logins_gets_the_login_for_five_minutes() {
    let gate = Gate::start(401, Some("Basic realm=\"r\""));
    let bed = keeper(&gate.host());

    let said = ask(&bed, &format!("http://{}/v2/team/app/manifests/1", gate.host()));

    assert_eq!(said.json()["headers"], json!({ "Authorization": [BASIC] }));
    assert!((280..=300).contains(&left(&said)));
}

#[test]
fn a_token_service_gets_the_login_and_its_look_alikes_nothing() {
    let bed = keeper("docker.io");
    store(&bed, "registry.gitlab.com", "captain", "canary");
    store(&bed, "r.example", "captain", "canary");

    for uri in [
        "https://auth.docker.io/token?service=registry.docker.io&scope=repository:library/nginx:pull",
        "https://gitlab.com/jwt/auth?service=container_registry",
        "https://r.example/token?service=r.example",
        "https://r.example/service/token",
    ] {
        assert_eq!(ask(&bed, uri).json()["headers"], json!({ "Authorization": [BASIC] }), "{uri}");
    }
    for uri in [
        "https://auth.docker.io.evil.example/token",
        "https://evil-auth.docker.io/token",
        "https://auth.docker.io:8443/token",
        "https://auth.docker.io/other",
        "https://gitlab.com.evil.example/jwt/auth",
        "https://gitlab.com/team/app",
        "https://evilgitlab.com/jwt/auth",
        "https://docker.io.evil.example/v2/library/nginx/manifests/1",
        "https://r.example:8443/token",
        "https://r.example/other/token",
        "https://evil.example/r.example/token",
    ] {
        assert_eq!(ask(&bed, uri), nothing(), "{uri}");
    }
}

#[test]
fn where_layers_are_and_what_nobody_covers_gets_nothing() {
    let bed = keeper("shore.azurecr.io/x");

    for uri in [
        "https://shore.westeurope.data.azurecr.io/blob?sig=x",
        "https://shore.blob.core.windows.net/layer",
        "https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com/x",
        "https://production.cloudflare.docker.com/registry-v2/docker/registry/v2/blobs/x",
        "https://r.example/v2/team/app/manifests/1",
        "https://r.example/archive.tar.gz",
    ] {
        assert_eq!(ask(&bed, uri), nothing(), "{uri}");
    }
}

#[test]
fn where_no_secret_may_go_is_an_error() {
    let bed = keeper("r.example");

    for uri in ["http://r.example/v2/", "http://127.0.0.1.evil.example/v2/", "ftp://r.example/", "canary"] {
        assert_aside(&ask(&bed, uri), &["the URI is neither HTTPS nor on this machine"]);
    }
    assert_aside(&ask(&bed, "https://user:canary@r.example/v2/"), &["names no host, or a user with it"]);
    for input in ["", "[1]", "{}", "{\"uri\":7}"] {
        assert_aside(&run_as(&bed, HELPER, &["get"], input), &["is not a JSON object with a `uri`"]);
    }
}

#[test]
fn only_get_is_known_and_fields_of_later_versions_are_passed_over() {
    let bed = keeper("r.example");
    let input = "{\"uri\":\"https://r.example/token\",\"method\":\"GET\"}";

    let said = run_as(&bed, HELPER, &["get"], input);
    let usage = "usage: shorepass-credential-helper get\n".to_owned();

    assert_eq!(said.json()["headers"]["Authorization"][0], BASIC);
    for words in [&[][..], &["store"], &["get", "get"], &["list"]] {
        let expected = Said { code: 1, stdout: String::new(), stderr: usage.clone() };
        assert_eq!(run_as(&bed, HELPER, words, input), expected, "{words:?}");
    }
}

#[test]
fn a_covered_registry_that_fails_says_why() {
    let registry = OAuth2Registry::start().unwrap();
    let (bed, host) = captain(&registry);
    let uri = format!("http://{host}/v2/team/other/manifests/1");

    assert_aside(&ask(&bed, &uri), &["does not allow pull in `team/other`"]);
    registry.knobs().fail(Service::Token, Fault::Garbage, Times::UntilHealed);
    assert_aside(&ask(&bed, &uri), &["the answer of the registry's token service makes no sense"]);
}

#[test]
fn a_refresh_token_is_not_put_into_a_header() {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    store(&bed, "r.example", "<token>", "canary");

    assert_aside(
        &ask(&bed, "https://r.example/token"),
        &["of `r.example` is a refresh token, which no header can show"],
    );
}

/// The captain with a login of that registry.
fn keeper(server: &str) -> Bed {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    store(&bed, server, "captain", "canary");
    bed
}

fn ask(bed: &Bed, uri: &str) -> Said {
    run_as(bed, HELPER, &["get"], &json!({ "uri": uri }).to_string())
}

fn nothing() -> Said {
    Said { code: 0, stdout: "{}\n".into(), stderr: String::new() }
}

/// Seconds until the answer ends.
fn left(said: &Said) -> u64 {
    let ends = humantime::parse_rfc3339(said.json()["expires"].as_str().unwrap()).unwrap();
    ends.duration_since(SystemClock::new().now().wall).unwrap_or_default().as_secs()
}

const HELPER: &str = "shorepass-credential-helper";
/// `captain:canary`
const BASIC: &str = "Basic Y2FwdGFpbjpjYW5hcnk=";
