mod bus;

use std::process::Command;

use serde_json::{Value, json};
use shorepass_tests::{
    bed::{Bed, finish},
    keyring::Keyring,
};

use super::{ask, ask_whole, erase, get, list, put, reply, without_key};

#[test]
fn logins_are_kept_replaced_listed_and_erased_in_a_gnome_keyring() {
    let (bed, _keyring) = session("pw");
    let ask = |task: &Value| ask(&bed, &json!({}), task);

    assert_eq!(ask(&get("r.example"))["status"], "absent");
    assert_eq!(ask(&put("r.example", "alice", "canary-1"))["status"], "done");
    assert_eq!(ask(&put("r.example:5000/team", "bob", "canary-2"))["status"], "done");
    assert_eq!(ask(&put("r.example", "anna", "canary-3"))["status"], "done");

    let found = ask(&get("r.example"));
    assert_eq!((&found["username"], &found["secret"]), (&json!("anna"), &json!("canary-3")));
    assert_eq!(ask(&list())["logins"], json!({ "r.example": "anna", "r.example:5000/team": "bob" }));
    assert_eq!(ask(&erase("r.example"))["status"], "done");
    assert_eq!(ask(&erase("r.example"))["status"], "absent");
    assert_eq!(ask(&get("r.example"))["status"], "absent");
    assert_eq!(ask(&get("r.example:5000/team"))["secret"], "canary-2");
}

#[test]
fn a_person_finds_the_login_with_other_tools_by_its_label_and_attributes() {
    let (bed, keyring) = session("pw");
    assert_eq!(ask(&bed, &json!({}), &put("r.example", "alice", "canary"))["status"], "done");

    let mut search = keyring.command("secret-tool");
    search.args(["search", "--all", "application", "shorepass"]);
    let seen = said_by(&mut search);

    for line in ["label = Shorepass: r.example", "secret = canary"] {
        assert!(seen.contains(line), "{seen}");
    }
    for line in ["attribute.key = r.example", "attribute.username = alice"] {
        assert!(seen.contains(line), "{seen}");
    }
    assert_eq!(seen.matches("label = ").count(), 1);
}

#[test]
fn a_secret_comes_back_as_it_was_whatever_it_holds() {
    let (bed, _keyring) = session("pw");

    for secret in ["", "line\nline\t\"quoted\" \\ ü 桜", &"x".repeat(100_000)] {
        assert_eq!(ask(&bed, &json!({}), &put("r.example", "<token>", secret))["status"], "done");
        assert_eq!(ask(&bed, &json!({}), &get("r.example"))["secret"], secret);
    }
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let (bed, _keyring) = session("pw");

    let writers: Vec<_> = (0..8)
        .map(|n| {
            let task = put(&format!("host-{n}.example"), "alice", "canary");
            let line = format!("{}\n", json!({ "settings": {}, "task": task }));
            (bed.start("shorepass-vault", &[], &[]), line)
        })
        .collect();
    for (writer, line) in writers {
        let reply = reply(&finish(writer, line.into_bytes(), "shorepass-vault"));
        assert_eq!(reply["answer"]["status"], "done", "{reply}");
    }

    assert_eq!(ask(&bed, &json!({}), &list())["logins"].as_object().unwrap().len(), 8);
}

#[test]
fn a_locked_keyring_is_said_to_be_locked_and_nobody_is_asked() {
    let (bed, mut keyring) = session("pw");
    let ask = |task: &Value| ask(&bed, &json!({}), task);
    ask(&put("r.example", "alice", "canary"));

    keyring.lock();

    for task in [get("r.example"), list(), erase("r.example"), put("s.example", "bob", "canary")] {
        let locked = ask(&task);
        assert_eq!((&locked["code"], &locked["kind"]), (&json!("vault_locked"), &json!("denied")), "{task}");
        assert_eq!(locked["message"], "the keyring is locked");
        assert!(locked["hint"].as_str().unwrap().contains("sign in at the desktop"), "{locked}");
    }
    assert_eq!(ask(&get("absent.example"))["status"], "absent");
    keyring.unlock("pw");
    assert_eq!(ask(&get("r.example"))["secret"], "canary");
}

#[test]
fn a_keyring_without_a_password_opens_without_asking() {
    let mut keyring = Keyring::without_service();
    keyring.start_with_plain_file();
    let bed = joined(without_key(), &keyring);
    assert_eq!(ask(&bed, &json!({}), &put("r.example", "alice", "canary"))["status"], "done");

    keyring.lock();

    assert_eq!(ask(&bed, &json!({}), &get("r.example"))["secret"], "canary");
}

#[test]
fn where_no_keyring_was_ever_made_none_is_made_by_a_prompt() {
    let mut keyring = Keyring::without_service();
    let bed = joined(without_key(), &keyring);
    keyring.start_without_password();

    let refused = ask(&bed, &json!({}), &put("r.example", "alice", "canary"));

    assert_eq!(
        (&refused["code"], &refused["message"]),
        (&json!("vault_locked"), &json!("there is no default keyring yet"))
    );
    assert_eq!(ask(&bed, &json!({}), &get("r.example"))["status"], "absent");
}

#[test]
fn a_service_that_was_killed_is_passed_over_and_missed_by_name() {
    let (bed, mut keyring) = session("pw");

    keyring.stop();

    let survey = ask_whole(&bed, &json!({ "settings": {}, "task": { "do": "survey" } }));
    let first = &survey["answer"]["passed_over"][0];
    assert_eq!(
        first["why"], "the session bus knows no Secret Service (`org.freedesktop.secrets`)",
        "{survey}"
    );
    let named = ask(&bed, &json!({ "store": "secret-service" }), &get("r.example"));
    assert_eq!((&named["code"], &named["kind"]), (&json!("vault_unreachable"), &json!("unavailable")));
    assert!(named["message"].as_str().unwrap().contains("no Secret Service on the session bus"), "{named}");
}

#[test]
fn a_service_that_hangs_is_given_up_in_time_and_named() {
    let (mut bed, keyring) = session("pw");
    bed.set("SHOREPASS_DEADLINE_MS", "2000");

    keyring.freeze();

    for task in [get("r.example"), put("r.example", "alice", "canary"), list()] {
        let late = ask(&bed, &json!({}), &task);
        assert_eq!((&late["code"], &late["kind"]), (&json!("vault_timeout"), &json!("unavailable")));
        let message = "the Secret Service (`org.freedesktop.secrets`) did not answer within 2 s";
        assert_eq!(late["message"], message);
    }
}

fn session(password: &str) -> (Bed, Keyring) {
    let keyring = Keyring::start(password);
    (joined(without_key(), &keyring), keyring)
}

fn joined(mut bed: Bed, keyring: &Keyring) -> Bed {
    bed.set("DBUS_SESSION_BUS_ADDRESS", &keyring.address());
    bed
}

fn said_by(command: &mut Command) -> String {
    let output = command.output().expect("`secret-tool` of the package `libsecret-tools`");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
