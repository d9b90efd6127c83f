//! The helper that was there before Shorepass: asked as docker asks it, and believed in docker's form only.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::bed::{Bed, Said};

use super::{credential, not_found, pair, with_vault};

#[test]
fn a_login_of_the_other_helper_is_handed_out() {
    let bed = beside("cat > /dev/null; login ann theirs");

    assert_eq!(credential(&bed, "r.example"), pair("ann", "theirs"));
}

#[test]
fn what_the_other_helper_writes_behind_its_login_is_not_read() {
    let bed = beside("cat > /dev/null; login ann theirs; echo and more");

    assert_eq!(credential(&bed, "r.example"), pair("ann", "theirs"));
}

#[test]
fn what_neither_has_is_not_found() {
    for script in ["cat > /dev/null; nothing", "cat > /dev/null; login '' ''"] {
        assert_eq!(beside(script).helper("get", "r.example"), not_found(), "{script}");
    }
}

#[test]
fn docker_hub_is_asked_for_by_both_its_names() {
    let bed = beside(
        "server=$(cat); echo \"$server\" >> \"$HOME/asked\"\n\
         case $server in https://index.docker.io/v1/) login hub theirs;; *) nothing;; esac",
    );

    let found = credential(&bed, "docker.io");

    assert_eq!(found, pair("hub", "theirs"));
    assert_eq!(asked(&bed), ["docker.io", "https://index.docker.io/v1/"]);
}

#[test]
fn an_answer_in_another_form_is_an_error_without_its_words() {
    for (script, why) in [
        ("echo canary", "answered in another form than docker's"),
        ("login canary ''", "answered with half a login"),
        ("echo canary; exit 3", "ended with exit status 3"),
        ("echo canary >&2; exit 1", "ended with exit status 1"),
        ("kill -9 $$", "was ended by a signal"),
    ] {
        let bed = beside(&format!("cat > /dev/null; {script}"));

        assert_failed(&bed.helper("get", "r.example"), why);
    }
}

#[test]
fn a_slow_helper_is_named_however_often_it_was_asked() {
    let bed = beside("case $(cat) in docker.io) nothing;; *) exec sleep 60;; esac");
    configure(&bed, "[broker]\nrequest_timeout = \"2s\"\n");

    assert_failed(&bed.helper("get", "r.example"), "did not end within 2 s");
    assert_failed(&bed.helper("get", "docker.io"), "did not end within 2 s");
}

#[test]
fn the_other_helper_hears_of_the_proxy_and_of_no_token() {
    let mut bed = beside("env > \"$HOME/heard\"; cat > /dev/null; nothing");
    bed.set("HTTPS_PROXY", "http://proxy.example:3128");
    // It belongs to another server, so it is no login for this registry.
    bed.set("GH_ENTERPRISE_TOKEN", "canary").set("GH_HOST", "github.corp.example");

    assert_eq!(bed.helper("get", "ghcr.io"), not_found());

    let heard = fs::read_to_string(bed.path("home/heard")).unwrap();
    assert!(heard.contains("HTTPS_PROXY=http://proxy.example:3128") && heard.contains("PATH="), "{heard}");
    assert!(!heard.contains("canary") && !heard.contains("GH_HOST"), "{heard}");
}

#[test]
fn a_helper_that_asks_us_back_hears_that_there_is_nothing() {
    let bed = beside(
        "server=$(cat); echo \"$server\" >> \"$HOME/asked\"; echo \"$server\" | docker-credential-shorepass get",
    );

    assert_eq!(bed.helper("get", "r.example"), not_found());
    assert_eq!(asked(&bed), ["r.example"], "it is asked once");
}

/// Somebody whose helper of before is this script.
fn beside(script: &str) -> Bed {
    let mut bed = Bed::new();
    let program = bed.write("bin/docker-credential-theirs", &format!("#!/bin/sh\n{WORDS}{script}\n"));
    fs::set_permissions(program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap());
    bed.set("PATH", &path);
    configure(&bed, "");
    bed
}

fn configure(bed: &Bed, tables: &str) {
    with_vault(
        bed,
        &format!(
            "hand_on = \"theirs\"\n\n[[registry]]\nmatch = \"docker.io\"\npull_limit = false\n\n{tables}"
        ),
    );
}

/// For which names it was asked.
fn asked(bed: &Bed) -> Vec<String> {
    fs::read_to_string(bed.path("home/asked")).unwrap().lines().map(str::to_owned).collect()
}

fn assert_failed(said: &Said, why: &str) {
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "{said:?}");
    let whole = format!("`docker-credential-theirs`, to which `hand_on` hands it on, {why}");
    assert!(said.stdout.contains(&whole), "{said:?}");
    assert!(!said.stdout.contains("canary"), "{said:?}");
}

/// A login in docker's form, and docker's words for none.
const WORDS: &str = "login() { echo \"{\\\"ServerURL\\\":\\\"x\\\",\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"$2\\\"}\"; }\n\
    nothing() { echo 'credentials not found in native keychain'; exit 1; }\n";
