use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixListener},
    thread,
};

use serde_json::{Value, json};
use shorepass_tests::bed::Bed;

use super::{
    super::{ask, ask_whole, erase, get, list, put, without_key},
    session,
};

#[test]
fn a_bus_that_hangs_makes_no_login_go_to_another_store_or_seem_not_there() {
    let (bed, keyring) = session("pw");
    let settings = with_key(&bed);
    let tasks = [get("r.example"), put("r.example", "alice", "canary"), list(), erase("r.example")];

    keyring.freeze_bus();

    for task in tasks {
        let reply = ask_whole(&bed, &json!({ "settings": settings, "task": task }));
        let late = &reply["answer"];
        assert_eq!(
            (&late["code"], &late["kind"]),
            (&json!("vault_timeout"), &json!("unavailable")),
            "{task}"
        );
        assert_eq!(late["message"], "the session bus did not answer within 2 s");
        assert!(late["hint"].as_str().unwrap().contains("set `store` in `[vault]`"), "{late}");
        assert_eq!(reply["store"], "secret-service");
    }
    assert!(!bed.path(FILE).exists());
}

#[test]
fn a_bus_that_hangs_does_not_matter_to_a_store_that_is_named() {
    let (bed, keyring) = session("pw");
    let mut settings = with_key(&bed);
    settings["store"] = json!("file");

    keyring.freeze_bus();

    assert_eq!(ask(&bed, &settings, &put("r.example", "alice", "canary"))["status"], "done");
    assert_eq!(ask(&bed, &settings, &get("r.example"))["secret"], "canary");
}

#[test]
fn a_survey_says_which_store_it_would_be_when_the_bus_hangs() {
    let (bed, keyring) = session("pw");

    keyring.freeze_bus();

    let survey = survey(&bed);
    assert_eq!(
        (&survey["store"], &survey["answer"]["status"]),
        (&json!("secret-service"), &json!("surveyed"))
    );
    let because = "it would be this one, but the session bus did not answer within 2 s";
    assert_eq!(survey["answer"]["because"], because);
    assert_eq!(survey["answer"]["passed_over"], json!([]));
}

#[test]
fn a_bus_that_hangs_up_ends_the_choice_too() {
    let mut bed = without_key();
    let settings = with_key(&bed);
    let listener = listen(&mut bed);
    // It ends with the test's process.
    thread::spawn(move || listener.incoming().for_each(drop));

    let refused = ask(&bed, &settings, &put("r.example", "alice", "canary"));

    assert_eq!((&refused["code"], &refused["kind"]), (&json!("vault_unreachable"), &json!("unavailable")));
    assert!(
        refused["message"].as_str().unwrap().starts_with("the session bus cannot be reached"),
        "{refused}"
    );
    assert!(refused["hint"].as_str().unwrap().contains("set `store` in `[vault]`"), "{refused}");
    assert!(!bed.path(FILE).exists());
}

#[test]
fn a_bus_that_is_not_there_is_passed_over() {
    let mut bed = without_key();
    let settings = with_key(&bed);

    drop(listen(&mut bed));
    assert_eq!(why_not(&bed), "there is no session bus: nobody listens at its socket");
    bed.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
    assert_eq!(why_not(&bed), "there is no session bus: its socket is not there");
    for switched_off in ["", "disabled:", "/dev/null"] {
        bed.set("DBUS_SESSION_BUS_ADDRESS", switched_off);
        assert_eq!(why_not(&bed), "the session bus cannot be reached: its address is not understood");
    }
    assert_eq!(ask(&bed, &settings, &put("r.example", "alice", "canary"))["status"], "done");
    assert!(bed.path(FILE).exists());
}

#[test]
fn without_a_bus_the_store_that_is_named_says_so() {
    let bed = without_key();

    let refused = ask(&bed, &json!({ "store": "secret-service" }), &get("r.example"));

    assert_eq!(refused["code"], "vault_unreachable");
    assert_eq!(refused["message"], "there is no session bus: its socket is not there");
}

/// Settings by which the encrypted file could be taken.
fn with_key(bed: &Bed) -> Value {
    let path = bed.write("keys/key", "0123456789abcdef0123456789abcdef");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    json!({ "key_file": path })
}

/// The socket of a bus that is none.
fn listen(bed: &mut Bed) -> UnixListener {
    let socket = bed.path("run/bus");
    bed.set("DBUS_SESSION_BUS_ADDRESS", &format!("unix:path={}", socket.display()));
    UnixListener::bind(&socket).unwrap()
}

fn survey(bed: &Bed) -> Value {
    ask_whole(bed, &json!({ "settings": {}, "task": { "do": "survey" } }))
}

/// Why the Secret Service was passed over.
fn why_not(bed: &Bed) -> String {
    let survey = survey(bed);
    let first = &survey["answer"]["passed_over"][0];
    assert_eq!(first["store"], "secret-service", "{survey}");
    first["why"].as_str().unwrap().to_owned()
}

const FILE: &str = "home/.local/state/shorepass/vault";
