use std::process::{Command, Stdio};

use serde_json::{Value, json};
use shorepass_tests::{bed::finish, programs};

use super::{erase, get, list, put, reply, without_key};

#[test]
fn a_login_of_one_session_is_found_by_another_session_of_the_user() {
    let tasks = [
        get("r.example"),
        put("r.example", "alice", "canary-1"),
        put("s.example", "bob", "canary-2"),
        put("r.example", "anna", "canary-3"),
        get("r.example"),
        list(),
        erase("r.example"),
        erase("r.example"),
        get("r.example"),
        list(),
    ];

    let answers = in_sessions("keyutils", "", &tasks);

    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].as_str().unwrap()).collect();
    let expected =
        ["absent", "done", "done", "done", "login", "listed", "done", "absent", "absent", "listed"];
    assert_eq!(statuses, expected);
    assert_eq!((&answers[4]["username"], &answers[4]["secret"]), (&json!("anna"), &json!("canary-3")));
    assert_eq!(answers[5]["logins"], json!({ "r.example": "anna", "s.example": "bob" }));
    assert_eq!(answers[9]["logins"], json!({ "s.example": "bob" }));
}

#[test]
fn what_a_key_cannot_hold_is_refused_and_the_old_login_kept() {
    let long = "x".repeat(32_768);
    let tasks = [
        put("r.example", "alice", "canary"),
        put("r.example", "alice", &long),
        get("r.example"),
        put("r.example", "alice", &long[..32_000]),
        get("r.example"),
    ];

    let answers = in_sessions("keyutils", "", &tasks);

    assert_eq!(answers[1]["code"], "vault_too_long");
    assert!(answers[1]["message"].as_str().unwrap().contains("32767 bytes"), "{}", answers[1]);
    assert_eq!(answers[2]["secret"], "canary");
    assert_eq!(answers[4]["secret"], long[..32_000]);
}

#[test]
fn keys_of_others_in_the_same_keyring_are_left_alone() {
    let add = "keyctl add user somebody-else canary $(keyctl get_persistent @s)";
    let others = format!("keyctl session - sh -c '{add}' >/dev/null 2>&1 || exit 1;");

    let answers = in_sessions("keyutils", &others, &[list(), get("somebody-else"), erase("somebody-else")]);

    assert_eq!(answers[0]["logins"], json!({}));
    assert_eq!((&answers[1]["status"], &answers[2]["status"]), (&json!("absent"), &json!("absent")));
}

#[test]
fn where_there_is_nothing_else_it_is_chosen() {
    let answers = in_sessions("", "", &[json!({ "do": "survey" })]);

    assert_eq!(answers[0]["because"], "the kernel's keyring can be used; it forgets when the machine stops");
}

/// The answers to tasks, each asked under a session keyring of its own. All are of one user who has never been
/// there before, as a user namespace has persistent keyrings of its own.
fn in_sessions(store: &str, before: &str, tasks: &[Value]) -> Vec<Value> {
    let bed = without_key();
    let settings = if store.is_empty() { json!({}) } else { json!({ "store": store }) };
    let lines: String =
        tasks.iter().map(|task| format!("{}\n", json!({ "settings": settings, "task": task }))).collect();
    let script = format!(
        "{before} while IFS= read -r line; do printf '%s\\n' \"$line\" | keyctl session - {} 2>/dev/null; done",
        programs::program("shorepass-vault").display()
    );
    assert!(
        Command::new("keyctl").arg("--version").output().is_ok(),
        "`keyctl` of the package `keyutils` is missing"
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", &script]).env_clear().env("PATH", "/usr/bin:/bin");
    command.env("HOME", bed.path("home")).env("XDG_RUNTIME_DIR", bed.path("run"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let said = finish(command.spawn().expect("`unshare`"), lines.into_bytes(), "the sessions");
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let replies: Vec<_> = said.stdout.lines().map(answer).collect();
    assert_eq!(replies.len(), tasks.len(), "{}", said.stdout);
    replies
}

fn answer(line: &str) -> Value {
    let said = shorepass_tests::bed::Said { code: 0, stdout: line.into(), stderr: String::new() };
    reply(&said)["answer"].clone()
}
