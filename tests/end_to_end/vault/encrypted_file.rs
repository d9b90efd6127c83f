use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use shorepass_tests::{
    bed::{Bed, finish},
    programs,
};

use super::{ask, ask_whole, erase, get, list, put, reply, without_key};

#[test]
fn a_passphrase_opens_what_it_closed_and_no_other_does() {
    let bed = without_key();
    let with = |passphrase: &str, task: Value| {
        ask_whole(&bed, &json!({ "settings": {}, "passphrase": passphrase, "task": task }))["answer"].clone()
    };

    assert_eq!(with("right", put("r.example", "alice", "canary"))["status"], "done");

    assert_eq!(with("right", get("r.example"))["secret"], "canary");
    assert_eq!(with("right", list())["logins"], json!({ "r.example": "alice" }));
    let wrong = with("wrong", get("r.example"));
    assert_eq!((&wrong["code"], &wrong["kind"]), (&json!("vault_key_wrong"), &json!("denied")));
    let locked = ask(&bed, &json!({}), &get("r.example"));
    assert_eq!((&locked["code"], &locked["kind"]), (&json!("vault_locked"), &json!("denied")));
    assert!(locked["hint"].as_str().unwrap().ends_with("`shorepass vault unlock`"));
    assert_eq!(with("right", erase("r.example"))["status"], "done");
    assert_eq!(with("right", erase("r.example"))["status"], "absent");
}

#[test]
fn it_lies_in_the_callers_state_folder_for_the_caller_only() {
    let bed = without_key();
    let settings = json!({ "key_file": key_file(&bed, "key") });

    ask(&bed, &settings, &put("r.example", "alice", "canary"));

    let mode = |path: &str| fs::metadata(bed.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("home/.local/state/shorepass"), 0o700);
    assert_eq!(mode("home/.local/state/shorepass/vault"), 0o600);
    let bytes = fs::read(bed.path("home/.local/state/shorepass/vault")).unwrap();
    for plain in ["canary", "alice", "r.example"] {
        assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()), "{plain}");
    }
}

#[test]
fn a_systemd_credential_and_a_key_file_of_the_same_bytes_open_the_same_file() {
    let mut bed = without_key();
    let key = key_file(&bed, "vault-key");
    bed.set("CREDENTIALS_DIRECTORY", key.parent().unwrap().to_str().unwrap());
    let credential = json!({ "key_credential": "vault-key" });

    assert_eq!(ask(&bed, &credential, &put("r.example", "alice", "canary"))["status"], "done");
    assert_eq!(ask(&bed, &json!({ "key_file": key }), &get("r.example"))["secret"], "canary");
    bed.unset("CREDENTIALS_DIRECTORY");
    let without = ask(&bed, &credential, &get("r.example"));

    assert_eq!(without["code"], "vault_key_missing");
    assert!(without["message"].as_str().unwrap().contains("`CREDENTIALS_DIRECTORY` is not set"), "{without}");
}

#[test]
fn each_way_to_have_no_key_or_the_wrong_one_has_its_own_words() {
    let bed = without_key();
    let key = key_file(&bed, "key");
    let other = key_file(&bed, "other");
    fs::write(&other, [7; 48]).unwrap();
    ask(&bed, &json!({ "key_file": key }), &put("r.example", "alice", "canary"));
    let refusal = |settings: &Value, passphrase: Option<&str>| {
        let mut request = json!({ "settings": settings, "task": get("r.example") });
        if let Some(passphrase) = passphrase {
            request["passphrase"] = json!(passphrase);
        }
        let answer = ask_whole(&bed, &request)["answer"].clone();
        (answer["code"].as_str().unwrap().to_owned(), answer["message"].as_str().unwrap().to_owned())
    };

    let (code, message) = refusal(&json!({ "key_file": other }), None);
    assert_eq!(code, "vault_key_wrong");
    assert!(message.contains("made with another key file"), "{message}");
    let (code, message) = refusal(&json!({}), Some("typed"));
    assert_eq!(code, "vault_key_wrong");
    assert!(message.contains("made with a key file or a credential, not with a passphrase"), "{message}");
    let (code, message) = refusal(&json!({}), None);
    assert_eq!(code, "vault_key_missing");
    assert!(message.contains("and neither is set"), "{message}");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let (code, message) = refusal(&json!({ "key_file": key }), None);
    assert_eq!(code, "vault_key_missing");
    assert!(message.ends_with("others may read it"), "{message}");
}

#[test]
fn processes_that_write_at_the_same_time_lose_nothing() {
    let bed = without_key();
    let settings = json!({ "key_file": key_file(&bed, "key") });

    for round in 0..4 {
        let writers: Vec<_> = (0..10)
            .map(|n| {
                let task = put(&format!("host-{round}-{n}.example"), "alice", "canary");
                let line = format!("{}\n", json!({ "settings": settings, "task": task }));
                (bed.start("shorepass-vault", &[], &[]), line)
            })
            .map(|(mut writer, line)| {
                writer.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
                writer
            })
            .collect();
        for writer in writers {
            let reply = reply(&finish(writer, Vec::new(), "shorepass-vault"));
            assert_eq!(reply["answer"]["status"], "done", "{reply}");
        }
    }

    assert_eq!(ask(&bed, &settings, &list())["logins"].as_object().unwrap().len(), 40);
}

#[test]
fn a_writer_that_is_killed_while_it_writes_leaves_the_old_file_or_the_new_one() {
    let bed = without_key();
    let settings = json!({ "key_file": key_file(&bed, "key") });
    let new = bed.path("home/.local/state/shorepass/.vault.new");
    ask(&bed, &settings, &put("kept.example", "alice", "canary"));

    for round in 0..20 {
        let task = put(&format!("host-{round}.example"), "bob", &"x".repeat(100_000));
        let mut writer = bed.start("shorepass-vault", &[], &[]);
        let line = format!("{}\n", json!({ "settings": settings, "task": task }));
        writer.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
        while !new.exists() && writer.try_wait().unwrap().is_none() {}
        let _ = writer.kill();
        let _ = writer.wait();

        let listed = ask(&bed, &settings, &list());
        assert_eq!(listed["logins"]["kept.example"], "alice", "{listed}");
    }
}

#[test]
fn without_room_the_old_file_stays_and_the_reason_is_said() {
    let bed = without_key();
    let settings = json!({ "key_file": key_file(&bed, "key") });
    ask(&bed, &settings, &put("r.example", "alice", "canary"));
    let before = fs::read(bed.path("home/.local/state/shorepass/vault")).unwrap();
    let task = put("s.example", "bob", &"x".repeat(5000));

    // The kernel's limit on a file's size fails like a full disk, and needs no disk of its own.
    let script =
        format!("trap '' XFSZ; ulimit -f 2; exec {}", programs::program("shorepass-vault").display());
    let mut limited = Command::new("sh");
    limited.args(["-c", &script]).env_clear().env("PATH", "/usr/bin:/bin").env("HOME", bed.path("home"));
    limited.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let line = format!("{}\n", json!({ "settings": settings, "task": task }));
    let reply = reply(&finish(limited.spawn().unwrap(), line.into_bytes(), "shorepass-vault"));

    assert_eq!(reply["answer"]["code"], "vault_full", "{reply}");
    assert_eq!(fs::read(bed.path("home/.local/state/shorepass/vault")).unwrap(), before);
    assert!(!bed.path("home/.local/state/shorepass/.vault.new").exists());
    assert_eq!(ask(&bed, &settings, &get("r.example"))["secret"], "canary");
}

#[test]
fn a_lock_that_is_not_given_back_is_waited_for_in_bounds() {
    let mut bed = without_key();
    let settings = json!({ "key_file": key_file(&bed, "key") });
    ask(&bed, &settings, &put("r.example", "alice", "canary"));
    bed.set("SHOREPASS_DEADLINE_MS", "1000");
    let lock = File::options().write(true).open(bed.path("home/.local/state/shorepass/.vault.lock")).unwrap();
    lock.lock().unwrap();

    let late = ask(&bed, &settings, &put("s.example", "bob", "canary"));

    assert_eq!(late["code"], "vault_timeout");
    assert!(late["message"].as_str().unwrap().starts_with("another process that writes `"), "{late}");
    assert_eq!(ask(&bed, &settings, &get("r.example"))["secret"], "canary");
}

#[test]
fn what_is_no_vault_is_never_written_over() {
    let bed = without_key();
    let key = key_file(&bed, "key");
    let place = bed.path("home/some.file");
    let settings = json!({ "store": "file", "file": place, "key_file": key });
    ask(&bed, &settings, &put("r.example", "alice", "canary"));
    let whole = fs::read(&place).unwrap();
    let mut newer = whole.clone();
    newer[15] = 9;
    let cut = whole[..whole.len() / 2].to_vec();

    for (bytes, code) in [
        (b"\x7fELF and more".to_vec(), "vault_damaged"),
        (Vec::new(), "vault_damaged"),
        (cut, "vault_damaged"),
        (newer, "vault_newer"),
        (vec![0; 5 << 20], "vault_too_long"),
    ] {
        fs::write(&place, &bytes).unwrap();
        for task in [put("s.example", "bob", "canary"), erase("r.example"), get("r.example"), list()] {
            let refused = ask(&bed, &settings, &task);
            assert_eq!(refused["code"], code, "{refused}");
        }
        assert!(fs::read(&place).unwrap() == bytes, "{code}: it was written over");
    }
}

#[test]
fn a_place_that_cannot_be_a_file_is_refused() {
    let bed = without_key();
    let key = key_file(&bed, "key");
    let refusal = |file: &Path| {
        let settings = json!({ "store": "file", "file": file, "key_file": key });
        ask(&bed, &settings, &put("r.example", "alice", "canary"))["code"].clone()
    };

    assert_eq!(refusal(&bed.path("home")), "vault_refused");
    assert_eq!(refusal(&key.join("vault")), "vault_refused");
    assert_eq!(refusal(Path::new("vault")), "vault_refused");
}

fn key_file(bed: &Bed, name: &str) -> PathBuf {
    let path = bed.write(&format!("keys/{name}"), "0123456789abcdef0123456789abcdef");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}
