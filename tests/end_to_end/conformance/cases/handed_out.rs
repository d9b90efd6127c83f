//! What is handed out as it is: to whom it belongs, at once and no longer, and without a call to anybody.

use std::fs;

use shorepass_tests::bed::{Bed, Said};

use super::super::{
    hand_out::{HandOut, LOGINS, Witness},
    hearing::Hearing,
    subject::{MARK, get_as, pairs, reason},
};

pub(in super::super) fn nobody_is_ever_called(start: fn() -> HandOut) {
    let (kind, witness) = (start(), Witness::new());
    let bed = kind.bed(&witness);

    let said = bed.shorepass(&["explain", "--json", kind.host]);
    kind.log_in(&bed, LOGINS[0]);
    let second = (kind.second)(&bed, LOGINS[1].0, LOGINS[1].1);

    assert_eq!((said.code, &said.json()["kind"]), (0, &kind.kind.into()), "{said:?}");
    assert_eq!(get(&kind, &bed).credential(), owned(LOGINS[0]));
    assert_eq!(get_as(&bed, &second).credential(), owned(LOGINS[1]));
    assert_eq!(bed.shorepass(&["refresh", kind.host]).code, 0);
    assert_eq!(get(&kind, &bed).credential(), owned(LOGINS[0]));
    assert!(!witness.has_noticed_anybody());
}

pub(in super::super) fn everybody_gets_their_own_and_strangers_go_on_anonymously(start: fn() -> HandOut) {
    let (kind, witness) = (start(), Witness::new());
    let bed = kind.bed(&witness);
    let before = get(&kind, &bed);

    let second = (kind.second)(&bed, LOGINS[1].0, LOGINS[1].1);
    let between = get(&kind, &bed);
    kind.log_in(&bed, LOGINS[0]);

    assert!(is_not_found(&before) && is_not_found(&between), "{before:?} {between:?}");
    for _ in 0..2 {
        assert_eq!(get(&kind, &bed).credential(), owned(LOGINS[0]));
        assert_eq!(get_as(&bed, &second).credential(), owned(LOGINS[1]));
    }
}

pub(in super::super) fn a_login_counts_at_once_and_a_logout_ends_it_at_once(start: fn() -> HandOut) {
    let (kind, witness) = (start(), Witness::new());
    let bed = kind.bed(&witness);
    let second = (kind.second)(&bed, LOGINS[1].0, LOGINS[1].1);

    for login in LOGINS {
        kind.log_in(&bed, login);
        assert_eq!(get(&kind, &bed).credential(), owned(login));
    }
    let erased = bed.helper("erase", kind.host);

    assert_eq!(erased, Said { code: 0, stdout: String::new(), stderr: String::new() });
    assert!(is_not_found(&get(&kind, &bed)));
    assert_eq!(get_as(&bed, &second).credential(), owned(LOGINS[1]));
}

pub(in super::super) fn look_alikes_get_nothing(start: fn() -> HandOut) {
    let (kind, witness) = (start(), Witness::new());
    let bed = kind.bed(&witness);
    kind.log_in(&bed, LOGINS[0]);
    let second = (kind.second)(&bed, LOGINS[1].0, LOGINS[1].1);

    for server in kind.look_alikes() {
        let said = [bed.helper("get", &server), bed.helper_in(&pairs(&second), "get", &server)];

        assert!(said.iter().all(is_not_found), "{server}: {said:?}");
    }
    assert_eq!(get(&kind, &bed).credential(), owned(LOGINS[0]));
    assert!(!witness.has_noticed_anybody());
}

pub(in super::super) fn a_vault_that_does_not_open_is_an_error_in_words(start: fn() -> HandOut) {
    let (kind, witness) = (start(), Witness::new());
    let bed = kind.bed(&witness);
    kind.log_in(&bed, LOGINS[0]);
    assert_eq!(bed.shorepass(&["broker", "stop"]).code, 0);
    let key = bed.path("credentials/shorepass-vault-key");

    fs::write(&key, "x".repeat(32)).unwrap();
    let shut = get(&kind, &bed);
    fs::write(&key, "k".repeat(32)).unwrap();
    assert_eq!(bed.shorepass(&["broker", "stop"]).code, 0);

    let line = reason(kind.host, &shut);
    let (why, remedy) = line.split_once("; ").unwrap_or_default();
    assert!(why.contains("key") && !remedy.is_empty() && !line.contains(MARK), "{line}");
    assert_eq!(get(&kind, &bed).credential(), owned(LOGINS[0]));
}

pub(in super::super) fn no_secret_comes_out_anywhere(start: fn() -> HandOut) {
    let (kind, witness) = (start(), Witness::new());
    let bed = kind.bed(&witness);
    let mut hearing = Hearing::new(LOGINS.map(|(_, secret)| secret.to_owned()).into());
    let second = (kind.second)(&bed, LOGINS[1].0, LOGINS[1].1);
    kind.log_in(&bed, LOGINS[0]);
    let _ = (get(&kind, &bed).credential(), get_as(&bed, &second).credential());

    for server in kind.look_alikes() {
        hearing.hear(&format!("get {server}"), &bed.helper_in(&pairs(&second), "get", &server));
    }
    for words in [&["status"][..], &["doctor", second.server], &["explain", "--json", second.server]] {
        hearing.hear(&format!("{words:?} as the second"), &bed.run("shorepass", words, "", &pairs(&second)));
    }
    hearing.hear("list", &bed.helper("list", "unused"));
    hearing.question(&bed, kind.host);

    assert!(hearing.has_heard("list", kind.host));
    assert!(hearing.has_heard("broker logs --audit -n 10000", "\"outcome\":"));
    assert_eq!(hearing.leaks(&bed), Vec::<String>::new());
}

fn get(kind: &HandOut, bed: &Bed) -> Said {
    bed.helper("get", kind.host)
}

fn owned((username, secret): (&str, &str)) -> (String, String) {
    (username.into(), secret.into())
}

fn is_not_found(said: &Said) -> bool {
    (said.code, said.stdout.as_str()) == (1, "credentials not found in native keychain\n")
}
