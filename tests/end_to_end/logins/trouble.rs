//! When logins cannot be kept or read: said in words, and nothing is lost.

use std::{fs, thread};

use shorepass_tests::bed::Bed;

use super::{credential, login, pair, silence, somebody, store, with_vault};

#[test]
fn logins_at_the_same_moment_are_all_kept() {
    let bed = somebody();

    thread::scope(|scope| {
        for number in 0..12 {
            let bed = &bed;
            scope.spawn(move || store(bed, &format!("r{number}.example"), "alice", &number.to_string()));
        }
    });

    for number in 0..12 {
        assert_eq!(credential(&bed, &format!("r{number}.example")), pair("alice", &number.to_string()));
    }
}

#[test]
fn without_a_vault_a_login_is_refused_in_words_and_pulls_go_on() {
    let bed = Bed::new();
    bed.configure("[vault]\nstore = \"none\"\n");

    let said = bed.helper("store", &login("r.example", "alice", "canary"));

    assert_eq!((said.code, &said.stdout), (1, &said.stderr));
    assert!(said.stdout.starts_with("shorepass: r.example: ") && !said.stdout.contains("canary"), "{said:?}");
    assert_eq!(credential(&bed, "r.example"), None);
    assert_eq!(bed.helper("erase", "r.example"), silence());
    assert_eq!(bed.helper("list", "unused").stdout, "{}\n");
}

#[test]
fn a_vault_that_does_not_open_is_an_error_and_not_an_anonymous_pull() {
    let bed = somebody();
    store(&bed, "r.example", "alice", "canary");
    let _ = bed.shorepass(&["broker", "stop"]);
    fs::write(bed.path("home/vault-key"), "x".repeat(32)).unwrap();

    let got = bed.helper("get", "r.example");
    let stored = bed.helper("store", &login("r2.example", "alice", "canary"));
    let erased = bed.helper("erase", "r.example");
    let listed = bed.helper("list", "unused");

    for said in [&got, &stored, &erased] {
        assert_eq!((said.code, &said.stdout), (1, &said.stderr));
        assert!(said.stdout.contains("key"), "{said:?}");
    }
    assert_eq!((listed.code, listed.stdout.as_str()), (0, "{}\n"));
    assert!(listed.stderr.contains("may lack some"), "{listed:?}");

    fs::write(bed.path("home/vault-key"), "k".repeat(32)).unwrap();
    let _ = bed.shorepass(&["broker", "stop"]);
    assert_eq!(credential(&bed, "r.example"), pair("alice", "canary"));
}

#[test]
fn a_password_is_nowhere_but_in_the_vault() {
    let bed = somebody();
    with_vault(&bed, "[broker]\naudit = true\n");
    store(&bed, "r.example", "alice", "canary-7f3a");
    assert!(credential(&bed, "r.example").is_some());
    let _ = bed.helper("erase", "other.example");
    let status = bed.shorepass(&["status"]);
    let explained = bed.shorepass(&["explain", "r.example"]);

    assert!(!format!("{status:?}{explained:?}").contains("canary-7f3a"));
    assert_eq!(files_with(&bed, b"canary-7f3a"), Vec::<String>::new());
}

fn files_with(bed: &Bed, canary: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![bed.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file()
                && fs::read(entry.path())
                    .is_ok_and(|bytes| bytes.windows(canary.len()).any(|part| part == canary))
            {
                found.push(entry.path().display().to_string());
            }
        }
    }
    found
}
