use std::{fs, path::Path, thread};

use shorepass_core::exchange::ErrorKind;
use shorepass_secret::Secret;
use tempfile::TempDir;

use super::*;

#[test]
fn logins_are_kept_listed_replaced_and_erased() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, "right");

    assert_eq!(vault.get("a.example").unwrap(), None);
    vault.put("a.example", &login("alice")).unwrap();
    vault.put("b.example", &login("bob")).unwrap();
    vault.put("a.example", &login("anna")).unwrap();

    assert_eq!(vault.get("a.example").unwrap(), Some(login("anna")));
    let names = [("a.example".into(), "anna".into()), ("b.example".into(), "bob".into())];
    assert_eq!(vault.list().unwrap(), BTreeMap::from(names));
    assert!(vault.erase("a.example").unwrap());
    assert!(!vault.erase("a.example").unwrap());
    assert_eq!(vault.get("a.example").unwrap(), None);
    assert_eq!(vault.get("b.example").unwrap(), Some(login("bob")));
}

#[test]
fn nothing_is_made_by_looking() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, "right");

    assert_eq!(vault.get("a.example").unwrap(), None);
    assert!(vault.list().unwrap().is_empty());
    assert!(!vault.erase("a.example").unwrap());

    assert!(!folder.path().join("state").exists());
}

#[test]
fn neither_secret_nor_names_stand_in_the_file() {
    let folder = tempfile::tempdir().unwrap();

    vault(&folder, "right").put("a.example", &login("alice")).unwrap();

    let bytes = fs::read(file(&folder)).unwrap();
    for plain in ["canary", "alice", "a.example", "right"] {
        assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()), "{plain}");
    }
}

#[test]
fn a_wrong_passphrase_is_refused_and_the_file_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    vault(&folder, "right").put("a.example", &login("alice")).unwrap();
    let before = fs::read(file(&folder)).unwrap();
    let wrong = vault(&folder, "wrong");

    let errors = [
        wrong.get("a.example").unwrap_err(),
        wrong.put("b.example", &login("bob")).unwrap_err(),
        wrong.erase("a.example").unwrap_err(),
        wrong.list().unwrap_err(),
    ];

    for error in errors {
        assert_eq!((error.code.as_str(), error.kind), ("vault_key_wrong", ErrorKind::Denied), "{error}");
    }
    assert_eq!(fs::read(file(&folder)).unwrap(), before);
}

#[test]
fn a_file_cut_at_any_length_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, "right");
    vault.put("a.example", &login("alice")).unwrap();
    let whole = fs::read(file(&folder)).unwrap();

    for length in 0..whole.len() {
        fs::write(file(&folder), &whole[..length]).unwrap();
        let error = vault.put("b.example", &login("bob")).unwrap_err();

        assert_eq!(error.code, "vault_damaged", "{length}: {error}");
        assert_eq!(fs::read(file(&folder)).unwrap(), whole[..length]);
    }
}

#[test]
fn a_file_with_any_bit_turned_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, "right");
    vault.put("a.example", &login("alice")).unwrap();
    let whole = fs::read(file(&folder)).unwrap();

    for bit in 0..whole.len() * 8 {
        let mut turned = whole.clone();
        turned[bit / 8] ^= 1 << (bit % 8);
        fs::write(file(&folder), &turned).unwrap();
        let error = vault.get("a.example").unwrap_err();

        assert!(["vault_damaged", "vault_newer"].contains(&error.code.as_str()), "bit {bit}: {error}");
    }
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();

    thread::scope(|scope| {
        for writer in 0..8 {
            let folder = &folder;
            scope.spawn(move || {
                for round in 0..10 {
                    let key = format!("host-{writer}-{round}.example");
                    vault(folder, "right").put(&key, &login("alice")).unwrap();
                }
            });
        }
    });

    assert_eq!(vault(&folder, "right").list().unwrap().len(), 80);
}

#[test]
fn what_a_writer_left_that_was_killed_before_the_rename_is_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, "right");
    vault.put("a.example", &login("alice")).unwrap();
    let leftover = folder.path().join("state/.vault.new");
    fs::write(&leftover, b"half a fi").unwrap();

    assert_eq!(vault.get("a.example").unwrap(), Some(login("alice")));
    vault.put("b.example", &login("bob")).unwrap();

    assert_eq!(vault.list().unwrap().len(), 2);
    assert!(!leftover.exists());
}

#[test]
#[cfg(unix)]
fn file_and_folder_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();

    vault(&folder, "right").put("a.example", &login("alice")).unwrap();

    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path().join("state")), 0o700);
    assert_eq!(mode(&file(&folder)), 0o600);
    assert_eq!(mode(&folder.path().join("state/.vault.lock")), 0o600);
}

#[test]
#[cfg(unix)]
fn behind_a_link_the_target_is_replaced_and_the_link_stays() {
    let folder = tempfile::tempdir().unwrap();
    vault(&folder, "right").put("a.example", &login("alice")).unwrap();
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(file(&folder), &link).unwrap();
    let linked = opened(link.clone(), "right");

    linked.put("b.example", &login("bob")).unwrap();

    assert!(link.is_symlink());
    assert_eq!(vault(&folder, "right").list().unwrap().len(), 2);
}

#[test]
fn a_file_that_is_too_long_is_neither_read_nor_written() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder, "right");
    vault.put("a.example", &login("alice")).unwrap();
    let big = Login { username: "bob".into(), secret: Secret::new("x".repeat(place::LONGEST)) };

    let written = vault.put("b.example", &big).unwrap_err();
    let kept = vault.list().unwrap();
    fs::write(file(&folder), vec![b's'; place::LONGEST + 1]).unwrap();
    let read = vault.get("a.example").unwrap_err();

    assert_eq!((written.code.as_str(), read.code.as_str()), ("vault_too_long", "vault_too_long"));
    assert_eq!(kept.len(), 1);
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();

    let error = opened(folder.path().into(), "right").get("a.example").unwrap_err();

    assert_eq!(error.code, "vault_refused");
    let relative = FileVault::new("vault".into(), Keys::default(), Progress::default());
    assert_eq!(relative.map(|_| ()).unwrap_err().kind, ErrorKind::Misconfigured);
}

fn vault(folder: &TempDir, passphrase: &str) -> FileVault {
    opened(file(folder), passphrase)
}

fn opened(path: PathBuf, passphrase: &str) -> FileVault {
    let keys = Keys { passphrase: Some(Secret::new(passphrase)), ..Keys::default() };
    let vault = FileVault::new(path, keys, Progress::default()).unwrap();
    FileVault { cost: Cost { kibibytes: 8, passes: 1, lanes: 1 }, ..vault }
}

fn file(folder: &TempDir) -> PathBuf {
    folder.path().join("state/vault")
}

fn login(username: &str) -> Login {
    Login { username: username.into(), secret: Secret::new("canary") }
}
