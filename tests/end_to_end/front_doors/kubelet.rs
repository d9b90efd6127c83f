//! The kubelet's exec protocol: what one request on standard input is answered.

use serde_json::{Value, json};
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
};

use super::{assert_aside, run_as};
use crate::{
    ECR,
    ruled::{self, store},
};

#[test]
fn a_stored_login_is_for_the_registry_and_kept_for_no_time() {
    let bed = keeper(&[("r.example:5000", "captain", "canary")]);

    let said = ask(&bed, "r.example:5000/team/app:1.2");

    let expected = "{\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\
                    \"kind\":\"CredentialProviderResponse\",\"cacheKeyType\":\"Registry\",\"cacheDuration\":\"0s\",\
                    \"auth\":{\"r.example:5000\":{\"username\":\"captain\",\"password\":\"canary\"}}}\n";
    assert_eq!(said, Said { code: 0, stdout: expected.into(), stderr: String::new() });
}

#[test]
fn a_credential_that_ends_is_kept_for_half_of_its_time() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let said = ask(&bed, &format!("{ECR}/team/app@sha256:0a"));

    let answer = said.json();
    let login = &answer["auth"][ECR];
    let (username, password) = (login["username"].as_str().unwrap(), login["password"].as_str().unwrap());
    let kept = answer["cacheDuration"].as_str().unwrap();
    assert!(cloud.issued().is_valid(username, password));
    assert!(kept == "6h0m0s" || kept.starts_with("5h59m"), "{kept}");
    assert_eq!(answer["cacheKeyType"], "Registry");
}

#[test]
fn where_a_namespace_has_a_login_of_its_own_an_answer_is_for_one_image() {
    let bed = keeper(&[("r.example", "all", "1"), ("r.example/team", "team", "2")]);

    for (image, place, username) in [
        ("r.example/team/app:1", "r.example/team/app", "team"),
        ("r.example/other", "r.example/other", "all"),
    ] {
        let answer = ask(&bed, image).json();

        assert_eq!(answer["cacheKeyType"], "Image", "{image}");
        assert_eq!(answer["auth"][place]["username"], username, "{answer}");
    }
}

#[test]
fn where_a_rule_is_for_a_namespace_an_answer_is_for_one_image() {
    let bed = keeper(&[("r.example", "all", "1")]);
    ruled::configure(&bed, "match = \"r.example/team\"\nkind = \"stored\"");

    assert_eq!(ask(&bed, "r.example/other/app").json()["cacheKeyType"], "Image");
    ruled::configure(&bed, "match = \"other.example/team\"\nkind = \"stored\"");
    assert_eq!(ask(&bed, "r.example/other/app").json()["cacheKeyType"], "Registry");
}

#[test]
fn docker_hub_is_meant_by_an_image_without_a_host() {
    let bed = keeper(&[("docker.io", "captain", "canary")]);

    for (image, host) in [
        ("nginx:1", "docker.io"),
        ("docker.io/library/nginx", "docker.io"),
        ("index.docker.io/team/app", "index.docker.io"),
    ] {
        assert_eq!(ask(&bed, image).json()["auth"][host]["username"], "captain", "{image}");
    }
}

#[test]
fn a_registry_that_is_not_ours_has_no_login_and_is_no_failure() {
    let bed = keeper(&[("docker.io/v1/access-token", "canary", "canary")]);
    let nothing = "{\"apiVersion\":\"credentialprovider.kubelet.k8s.io/v1\",\
                   \"kind\":\"CredentialProviderResponse\",\"cacheKeyType\":\"Registry\",\"cacheDuration\":\"0s\"}\n";

    for image in [
        "r.example/app",
        "no image at all",
        "a?b",
        "docker.io/v1/access-token",
        "docker.io/v1/access-token:1",
    ] {
        let expected = Said { code: 0, stdout: nothing.into(), stderr: String::new() };
        assert_eq!(ask(&bed, image), expected, "{image}");
    }
}

#[test]
fn a_failure_is_told_on_standard_error_alone() {
    let bed = Bed::new();

    assert_aside(&ask(&bed, &format!("{ECR}/app")), &["no credential: "]);
}

#[test]
fn what_is_no_request_of_this_version_is_refused_in_words() {
    let bed = Bed::new();
    let of = |version: &str, kind: &str| {
        json!({ "apiVersion": version, "kind": kind, "image": "canary" }).to_string()
    };

    for input in [
        of("credentialprovider.kubelet.k8s.io/v1beta1", KIND),
        of(VERSION, "CredentialProviderResponse"),
        "{}".into(),
    ] {
        assert_aside(&run(&bed, &input), &["is no `CredentialProviderRequest` of", "/v1`"]);
    }
    for input in ["", "canary", "{\"apiVersion\":", "\"x\""] {
        assert_aside(&run(&bed, input), &["is not the JSON object of a kubelet's request"]);
    }
    assert_aside(
        &run(&bed, &json!({ "apiVersion": VERSION, "kind": KIND }).to_string()),
        &["names no image"],
    );
}

#[test]
fn a_request_is_answered_up_to_the_size_that_a_refusal_names() {
    let bed = keeper(&[("r.example", "captain", "canary")]);
    let asked = |len: usize| {
        let mut asked = request("r.example/app");
        asked["more"] = "".into();
        asked["more"] = "\"".repeat((len - asked.to_string().len()) / 2).into();
        let text = asked.to_string();
        text.clone() + &" ".repeat(len - text.len())
    };

    let longest = run(&bed, &asked(127 * 1024));

    assert_eq!(longest.json()["auth"]["r.example"]["username"], "captain");
    for input in [asked(127 * 1024 + 1), asked(180_117), "x".repeat(300_000)] {
        assert_aside(&run(&bed, &input), &["longer than 127 KiB"]);
    }
}

#[test]
fn what_a_later_kubelet_adds_is_passed_over_and_so_are_arguments() {
    let bed = keeper(&[("r.example", "captain", "canary")]);
    let request = json!({
        "apiVersion": VERSION, "kind": KIND, "image": "r.example/app", "podUID": 7, "more": { "x": [null] },
        "serviceAccountToken": null, "serviceAccountAnnotations": null,
    });

    let said = run_as(&bed, PROVIDER, &["get-credentials", "--v=2"], &request.to_string());

    assert_eq!(said.json()["auth"]["r.example"]["username"], "captain");
}

#[test]
fn a_broker_without_a_socket_answers_all_the_same() {
    let mut bed = keeper(&[("r.example", "captain", "canary")]);
    bed.set("SHOREPASS_SOCKET", "/dev/null/broker.sock");

    assert_eq!(ask(&bed, "r.example/app").json()["auth"]["r.example"]["username"], "captain");
}

/// Somebody with these logins.
fn keeper(logins: &[(&str, &str, &str)]) -> Bed {
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    for (server, username, secret) in logins {
        store(&bed, server, username, secret);
    }
    bed
}

fn ask(bed: &Bed, image: &str) -> Said {
    run(bed, &request(image).to_string())
}

fn run(bed: &Bed, input: &str) -> Said {
    run_as(bed, PROVIDER, &[], input)
}

pub(super) fn request(image: &str) -> Value {
    json!({ "apiVersion": VERSION, "kind": KIND, "image": image })
}

pub(super) const PROVIDER: &str = "shorepass-credential-provider";
const VERSION: &str = "credentialprovider.kubelet.k8s.io/v1";
const KIND: &str = "CredentialProviderRequest";
