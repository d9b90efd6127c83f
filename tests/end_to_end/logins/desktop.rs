//! The whole way from a client to a real GNOME Keyring and back.

use std::time::{Duration, Instant};

use shorepass_tests::{bed::Bed, keyring::Keyring};

use super::{credential, login, pair, silence, store};

#[test]
fn a_login_is_kept_in_the_keyring_of_the_session_and_leaves_it_with_the_logout() {
    let keyring = Keyring::start("pw");
    let bed = at_a_desktop(&keyring);

    store(&bed, "r.example", "alice", "canary");
    let kept = search(&keyring);
    assert_eq!(credential(&bed, "r.example"), pair("alice", "canary"));
    assert_eq!(bed.helper("erase", "r.example"), silence());

    assert!(kept.contains("r.example") && kept.contains("alice"), "{kept}");
    assert!(!search(&keyring).contains("r.example"));
    assert_eq!(credential(&bed, "r.example"), None);
}

#[test]
fn a_locked_keyring_is_an_error_that_says_so() {
    let keyring = Keyring::start("pw");
    let bed = at_a_desktop(&keyring);
    store(&bed, "r.example", "alice", "canary");
    let _ = bed.shorepass(&["broker", "stop"]);

    keyring.lock();
    let said = [bed.helper("get", "r.example"), bed.helper("store", &login("r2.example", "bob", "canary"))];

    for said in said {
        assert_eq!((said.code, &said.stdout), (1, &said.stderr));
        assert!(said.stdout.contains("the keyring is locked") && !said.stdout.contains("canary"), "{said:?}");
    }
}

#[test]
fn a_login_at_hand_is_handed_out_although_the_keyring_was_locked_meanwhile() {
    let keyring = Keyring::start("pw");
    let bed = at_a_desktop(&keyring);
    store(&bed, "r.example", "alice", "canary");
    assert!(credential(&bed, "r.example").is_some());

    keyring.lock();

    assert_eq!(credential(&bed, "r.example"), pair("alice", "canary"));
}

#[test]
fn a_keyring_that_hangs_is_waited_for_once_and_not_for_long() {
    let keyring = Keyring::start("pw");
    let bed = at_a_desktop(&keyring);
    keyring.freeze();

    #[expect(clippy::disallowed_methods, reason = "the limit is in time as people feel it")]
    let begun = Instant::now();
    let first = bed.helper("get", "r.example");
    let second = bed.helper("get", "r2.example");
    let took = begun.elapsed();

    for said in [&first, &second] {
        assert_eq!((said.code, &said.stdout), (1, &said.stderr));
        assert!(said.stdout.contains("did not answer within"), "{said:?}");
    }
    assert!(took < Duration::from_secs(20), "{took:?}");
}

fn at_a_desktop(keyring: &Keyring) -> Bed {
    let mut bed = Bed::new();
    bed.set("DBUS_SESSION_BUS_ADDRESS", &keyring.address());
    bed
}

fn search(keyring: &Keyring) -> String {
    let output = keyring
        .command("secret-tool")
        .args(["search", "--all", "application", "shorepass"])
        .output()
        .unwrap();
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
