//! `WWW-Authenticate`: any text is read without panic, means one thing, and never leads a login astray.
//!
//! What was understood is written again in another spelling and must be understood as the same. What makes a
//! realm safe is written here a second time, as expressions over the text that the registry sent.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use regex_lite::Regex;
use shorepass_core::challenge::{Challenge, Realm};

fuzz_target!(|text: &str| {
    let headers: Vec<&str> = text.split('\n').collect();
    let challenges = Challenge::of_headers(headers.iter().copied());

    let alone: Vec<Challenge> =
        headers.iter().take(16).flat_map(|header| Challenge::parse(header).unwrap_or_default()).collect();
    assert_eq!(challenges, alone, "one header changes what another says");
    challenges.iter().for_each(is_well_formed);
    for header in headers {
        match Challenge::parse(header) {
            Ok(challenges) => is_understood_in_every_spelling(&challenges),
            Err(error) => assert!(error.to_string().len() < 100, "{error}"),
        }
        is_safe(header);
    }
    if let Some(realm) = Challenge::bearer(&challenges).and_then(|bearer| bearer.parameter("realm")) {
        is_safe(realm);
    }
});

fn is_well_formed(challenge: &Challenge) {
    let names: Vec<&str> = challenge.parameters().map(|(name, _)| name).collect();
    assert!(WORD.is_match(challenge.scheme()), "{challenge:?}");
    assert!(names.len() <= 16 && names.iter().all(|name| WORD.is_match(name)), "{challenge:?}");
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len(), "{challenge:?}");
    assert!(challenge.token().is_none_or(|token| names.is_empty() && TOKEN.is_match(token)), "{challenge:?}");
    let is_clean = |value: &str| !value.contains(|c: char| c.is_control() && c != '\t');
    assert!(challenge.parameters().all(|(_, value)| is_clean(value)), "{challenge:?}");
}

fn is_understood_in_every_spelling(challenges: &[Challenge]) {
    let plain: Vec<String> = challenges.iter().map(|challenge| spelled(challenge, ",", "=", false)).collect();
    let odd: Vec<String> =
        challenges.iter().map(|challenge| spelled(challenge, " ,\t, ", "\t= ", true)).collect();
    for text in [plain.join(","), odd.join(" ,, ")] {
        // Escapes make it longer than what was sent.
        if text.len() <= 8 * 1024 {
            assert_eq!(Challenge::parse(&text).as_deref(), Ok(challenges), "{text:?}");
        }
    }
}

fn spelled(challenge: &Challenge, comma: &str, is: &str, escape_all: bool) -> String {
    let quoted = |value: &str| {
        let escaped = |c: char| {
            let escape = if escape_all || matches!(c, '"' | '\\') { "\\" } else { "" };
            format!("{escape}{c}")
        };
        format!("\"{}\"", value.chars().map(escaped).collect::<String>())
    };
    let rest: Vec<String> = match challenge.token() {
        Some(token) => vec![token.to_owned()],
        None => challenge.parameters().map(|(name, value)| format!("{name}{is}{}", quoted(value))).collect(),
    };
    let scheme =
        if escape_all { challenge.scheme().to_ascii_uppercase() } else { challenge.scheme().to_owned() };
    format!("{scheme} {}", rest.join(comma)).trim_end().to_owned()
}

/// A login is sent to the text as it is, so what it leads to must be plain to see.
fn is_safe(text: &str) {
    let Ok(realm) = Realm::parse(text) else { return };
    let found = ADDRESS.captures(realm.url()).unwrap_or_else(|| panic!("{text:?}"));
    let host = found[2].to_ascii_lowercase();
    assert!(text.eq_ignore_ascii_case(realm.url()), "{text:?}");
    assert!(&found[1] == "https" || LOOPBACK.is_match(&host), "{text:?}");
    assert!(realm.is_at(realm.authority()), "{text:?}");
    for other in ["evil.example", "r.example", "127.0.0.1:8080"] {
        let is_other = host != other && !realm.url().contains(":443");
        assert!(!(is_other && realm.is_at(other)), "{text:?}");
    }
}

static WORD: LazyLock<Regex> = LazyLock::new(|| expression(r"^[0-9a-z!#$%&'*+.^_`|~-]+$"));
static TOKEN: LazyLock<Regex> = LazyLock::new(|| expression(r"^[0-9A-Za-z._~+/-]+=*$"));

/// Scheme, host with port, and what follows; no user, no fragment, nothing that two readers split differently.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"^(https?)://((?:[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)(?:[/?][!$%&'()*+,./0-9:;=?A-Z\[\]_a-z~-]*)?$",
    )
});

static LOOPBACK: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^(?:localhost|127(?:\.[0-9]{1,3}){3}|\[[0:]*:0{0,3}1\])(?::[0-9]{1,5})?$"));

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("it is a literal")
}
