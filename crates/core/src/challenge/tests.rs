//! Headers as registries and their proxies write them, and as nobody honest does.

use super::*;

#[test]
fn a_registry_s_challenge_is_understood() {
    let challenges = Challenge::parse(
        r#"Bearer realm="https://auth.r.example/token",service="r.example",scope="repository:a:pull,push""#,
    )
    .unwrap();

    let bearer = Challenge::bearer(&challenges).unwrap();
    assert_eq!(bearer.parameter("realm"), Some("https://auth.r.example/token"));
    assert_eq!(bearer.parameter("service"), Some("r.example"));
    assert_eq!(bearer.parameter("scope"), Some("repository:a:pull,push"));
    assert_eq!(bearer.parameter("error"), None);
}

#[test]
fn case_and_spaces_do_not_matter() {
    for text in [
        "BEARER Realm=\"https://r.example/t\",SERVICE=r.example",
        "bearer  realm = \"https://r.example/t\" ,\tservice =r.example",
        ", ,bearer realm=\"https://r.example/t\",,service=\"r.example\",",
    ] {
        let challenges = Challenge::parse(text).unwrap();

        let bearer = Challenge::bearer(&challenges).unwrap();
        assert_eq!(bearer.parameter("realm"), Some("https://r.example/t"), "{text}");
        assert_eq!(bearer.parameter("service"), Some("r.example"), "{text}");
    }
}

#[test]
fn escapes_and_quoted_commas_are_part_of_a_value() {
    let challenges = Challenge::parse(r#"Basic realm="a, \"b\" \\ c=d", charset="UTF-8""#).unwrap();

    assert_eq!(challenges[0].parameter("realm"), Some(r#"a, "b" \ c=d"#));
    assert_eq!(challenges[0].parameter("charset"), Some("UTF-8"));
}

#[test]
fn several_schemes_may_share_a_header_and_several_headers_an_answer() {
    let shared = r#"Negotiate abc==, Basic realm="x", Newauth , Bearer realm="https://r.example/t""#;

    let challenges = Challenge::of_headers([shared, "Digest nonce=1", "not \u{1} one", "NTLM"]);

    let schemes: Vec<_> = challenges.iter().map(Challenge::scheme).collect();
    assert_eq!(schemes, ["negotiate", "basic", "newauth", "bearer", "digest", "ntlm"]);
    assert_eq!(challenges[0].token(), Some("abc=="));
    assert_eq!(Challenge::bearer(&challenges).unwrap().parameter("realm"), Some("https://r.example/t"));
}

#[test]
fn a_bearer_without_a_realm_is_no_offer() {
    for text in ["Bearer", "Bearer x=y", "Bearer realm=\"\"", "Bearer abc==", "Basic realm=\"x\""] {
        assert_eq!(Challenge::bearer(&Challenge::parse(text).unwrap()), None, "{text}");
    }
}

#[test]
fn what_breaks_the_grammar_is_refused_as_a_whole() {
    for text in [
        "Bearer realm=\"https://r.example",
        "Bearer realm=\"https://r.example\\",
        "Bearer realm=\"a\" service=\"b\"",
        "Bearer realm=\"a\"service=\"b\"",
        "Bearer realm=\"a\",realm=\"b\"",
        "Bearer realm=\"a\",Realm=\"b\"",
        "Bearer realm=https://r.example",
        "Bearer realm=\"a\nb\"",
        "Bearer realm=\"a\\\nb\"",
        "Bearer abc==,realm=\"a\"",
        "Bearer =x",
        "Bearer\trealm=\"a\"",
        "realm=\"a\"",
        "\"Bearer\" realm=\"a\"",
        "B\u{e9}arer realm=\"a\"",
    ] {
        assert!(Challenge::parse(text).is_err(), "{text:?}");
    }
    assert!(Challenge::parse(&format!("Bearer realm=\"{}\"", "a".repeat(LONGEST))).is_err());
    assert!(Challenge::parse(&"a, ".repeat(MOST + 1)).is_err());
    let many: Vec<_> = (0..=MOST).map(|number| format!("p{number}=x")).collect();
    assert!(Challenge::parse(&format!("Bearer {}", many.join(","))).is_err());
    assert_eq!(Challenge::of_headers(["a"; 100]).len(), MOST);
}

#[test]
fn a_realm_is_one_safe_address() {
    for (text, authority) in [
        ("https://r.example/service/token", "r.example"),
        ("HTTPS://R.Example:443/token?x=y", "r.example"),
        ("https://r.example:8443", "r.example:8443"),
        ("https://[2001:db8::1]/t", "[2001:db8::1]"),
        ("http://127.0.0.1:5001/auth", "127.0.0.1:5001"),
        ("http://localhost:5001/auth?account=x", "localhost:5001"),
    ] {
        assert_eq!(Realm::parse(text).unwrap().authority(), authority, "{text}");
    }
    assert_eq!(Realm::parse("HTTPS://r.example/T?x=y").unwrap().url(), "https://r.example/T?x=y");
}

#[test]
fn what_could_mean_another_host_is_no_realm() {
    for text in [
        "",
        "r.example/token",
        "//r.example/token",
        "http://r.example/token",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1@evil.example/",
        "ftp://r.example/",
        "file:///etc/passwd",
        "https://user:password@r.example/token",
        "https://r.example\\@evil.example/",
        "https://r.example#@evil.example/",
        "https://r.example /token",
        "https://r.exa\u{301}mple/token",
        "https:///token",
        "https://?x=https://r.example",
        "https://r.example:x/token",
        "https://r.example%2eevil.example/",
    ] {
        assert!(Realm::parse(text).is_err(), "{text:?}");
    }
    assert!(Realm::parse(&format!("https://r.example/{}", "a".repeat(2048))).is_err());
}

#[test]
fn a_realm_is_at_the_very_host_only() {
    let realm = Realm::parse("https://Auth.r.example:8443/token").unwrap();

    assert!(realm.is_at("auth.r.example:8443"));
    for other in ["auth.r.example", "r.example:8443", "auth.r.example:8443/x", "", "auth.r.example.evil:8443"]
    {
        assert!(!realm.is_at(other), "{other}");
    }
}
