//! The worker of the vault, run as the broker runs it, on the real stores of a machine.

mod encrypted_file;
mod kernel_keyring;
mod secret_service;

use serde_json::{Value, json};
use shorepass_tests::bed::{Bed, Said};

/// Nobody has given it a key for the encrypted file.
fn without_key() -> Bed {
    let mut bed = Bed::new();
    bed.unset("CREDENTIALS_DIRECTORY");
    bed
}

#[test]
fn a_request_that_makes_no_sense_is_answered_and_nothing_is_said_on_stderr() {
    let bed = without_key();

    for request in ["", "canary\n", "{\"task\":{\"do\":\"get\"}}\n", "[[[[", &"x".repeat(1 << 21)] {
        let said = bed.run("shorepass-vault", &[], request, &[]);

        assert_eq!((said.code, said.stderr.as_str()), (0, ""));
        let reply = reply(&said);
        assert_eq!(reply["answer"]["code"], "garbled_request", "{reply}");
    }
}

#[test]
fn without_any_store_nothing_is_found_and_nothing_is_kept() {
    let bed = without_key();
    let settings = json!({ "store": "none" });

    assert_eq!(ask(&bed, &settings, &get("r.example"))["status"], "absent");
    assert_eq!(ask(&bed, &settings, &list())["logins"], json!({}));
    let refused = ask(&bed, &settings, &put("r.example", "alice", "canary"));

    assert_eq!(refused["code"], "vault_none");
    assert_eq!(refused["message"], "no login is kept here: `store` in `[vault]` is `none`", "{refused}");
    assert!(
        refused["hint"].as_str().unwrap().starts_with("to keep logins, take that line away"),
        "{refused}"
    );
}

#[test]
fn a_survey_names_the_store_and_what_is_against_the_others() {
    let bed = without_key();

    let before = ask_whole(&bed, &json!({ "settings": {}, "task": { "do": "survey" } }));
    bed.write("home/.local/state/shorepass/vault", "a file");
    let after = ask_whole(&bed, &json!({ "settings": {}, "task": { "do": "survey" } }));

    let passed_over = &before["answer"]["passed_over"];
    assert_eq!(passed_over[0]["store"], "secret-service");
    assert_eq!(passed_over[0]["why"], "there is no session bus: its socket is not there");
    assert_eq!(passed_over[1]["store"], "file");
    assert_eq!(after["store"], "file");
    assert!(after["answer"]["because"].as_str().unwrap().ends_with("/vault` is there"), "{after}");
}

fn get(key: &str) -> Value {
    json!({ "do": "get", "key": key })
}

fn put(key: &str, username: &str, secret: &str) -> Value {
    json!({ "do": "put", "key": key, "login": { "username": username, "secret": secret } })
}

fn erase(key: &str) -> Value {
    json!({ "do": "erase", "key": key })
}

fn list() -> Value {
    json!({ "do": "list" })
}

/// The answer to one task.
fn ask(bed: &Bed, settings: &Value, task: &Value) -> Value {
    ask_whole(bed, &json!({ "settings": settings, "task": task }))["answer"].clone()
}

/// The reply to one request.
fn ask_whole(bed: &Bed, request: &Value) -> Value {
    reply(&bed.run("shorepass-vault", &[], &format!("{request}\n"), &[]))
}

/// What a worker replied. An error must not repeat a secret.
fn reply(said: &Said) -> Value {
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{}", said.stdout);
    let reply: Value = serde_json::from_str(&said.stdout).expect("one line of JSON");
    assert!(reply["answer"]["status"] != "error" || !said.stdout.contains("canary"), "{reply}");
    reply
}
