//! The instance's metadata server.

use super::*;

#[test]
fn metadata_wants_its_header_and_nobody_in_between() {
    let bench = Bench::new();

    let bare = bench.get(EMAIL, &[]);
    let other = bench.get(EMAIL, &[("metadata-flavor", "Amazon")]);
    let forwarded = bench.get(EMAIL, &[FLAVOR, ("x-forwarded-for", "10.0.0.1")]);
    let well = bench.get(EMAIL, &[FLAVOR]);

    assert_eq!([bare.status, other.status, forwarded.status], [403, 403, 403]);
    assert!(String::from_utf8_lossy(&bare.body).contains("Missing Metadata-Flavor:Google header."));
    assert_eq!((well.status, well.body.as_slice()), (200, INSTANCE_ACCOUNT.as_bytes()));
    assert!([&bare, &well].iter().all(|reply| header(reply, "metadata-flavor") == "Google"));
}

#[test]
fn the_root_says_who_it_is_unless_it_forgets() {
    let bench = Bench::new();

    assert_eq!(header(&bench.get("/", &[]), "metadata-flavor"), "Google");
    bench.state.knobs.forget_metadata_flavor(true);
    assert_eq!(header(&bench.get("/", &[]), "metadata-flavor"), "");
    assert_eq!(bench.get(TOKEN, &[FLAVOR]).status, 200);
}

#[test]
fn only_reading_is_allowed() {
    let bench = Bench::new();

    let reply = bench.front.answer(&request("POST", TOKEN, &[("host", "h"), FLAVOR], ""));

    assert_eq!(reply.status, 405);
}

#[test]
fn an_account_that_is_not_there_is_not_found() {
    let bench = Bench::new();

    let unknown = bench.get(&TOKEN.replace("default", "none@shore.example"), &[FLAVOR]);
    let by_email = bench.get(&TOKEN.replace("default", INSTANCE_ACCOUNT), &[FLAVOR]);
    bench.state.world().detach_instance_account();
    let detached = bench.get(TOKEN, &[FLAVOR]);

    assert_eq!([unknown.status, by_email.status, detached.status], [404, 200, 404]);
    let page = String::from_utf8_lossy(&unknown.body).into_owned();
    assert!(page.contains("Error 404 (Not Found)!!1") && page.contains("was not found on this server."));
    assert_eq!(bench.get(ACCOUNTS, &[FLAVOR]).body, b"");
}

#[test]
fn accounts_are_listed_as_text_and_as_json() {
    let bench = Bench::new();

    let text = bench.get(ACCOUNTS, &[FLAVOR]);
    let all = json_of(&bench.get(&format!("{ACCOUNTS}?recursive=true"), &[FLAVOR]));
    let one = json_of(&bench.get(&format!("{ACCOUNTS}default/?recursive=true"), &[FLAVOR]));

    assert_eq!(text.body, format!("{INSTANCE_ACCOUNT}/\ndefault/\n").into_bytes());
    assert_eq!(all["default"], one);
    assert_eq!(one, json!({ "aliases": ["default"], "email": INSTANCE_ACCOUNT, "scopes": [CLOUD_PLATFORM] }));
}

#[test]
fn a_token_comes_out_of_the_cache_until_it_is_nearly_over() {
    let bench = Bench::new();
    let token = || json_of(&bench.get(TOKEN, &[FLAVOR]));

    let first = token();
    bench.state.knobs.clock_ahead_ms(3_200_000);
    let again = token();
    bench.state.knobs.clock_ahead_ms(3_400_000);
    let renewed = token();

    assert!(bench.state.issued.is_valid("oauth2accesstoken", text_of(&renewed, "access_token")));
    assert_eq!((&first["expires_in"], &first["token_type"]), (&3599.into(), &"Bearer".into()));
    assert_eq!((&again["access_token"], &again["expires_in"]), (&first["access_token"], &399.into()));
    assert_ne!(renewed["access_token"], first["access_token"]);
}

#[test]
fn a_cached_token_can_be_nearly_over_and_stays_until_it_is() {
    let bench = Bench::new();
    let token = || json_of(&bench.get(TOKEN, &[FLAVOR]));
    bench.state.knobs.metadata_token_left(Some(Duration::from_millis(20_900)));

    let first = token();
    bench.state.knobs.clock_ahead_ms(19_000);
    let again = token();
    bench.state.knobs.clock_ahead_ms(21_000);
    let other = token();

    assert_eq!(first["expires_in"], 20);
    assert_eq!((&again["access_token"], &again["expires_in"]), (&first["access_token"], &1.into()));
    assert_ne!(other["access_token"], first["access_token"]);
}

#[test]
fn scopes_are_those_that_were_asked_for_and_no_others() {
    let bench = Bench::new();
    let ask = |scopes: &str| bench.get(&format!("{TOKEN}?scopes={}", encode(scopes)), &[FLAVOR]);

    let narrow = json_of(&ask(READ_ONLY));
    let narrow = text_of(&narrow, "access_token");

    assert!(bench.state.issued.allows(narrow, "pull") && !bench.state.issued.allows(narrow, "push"));
    assert_eq!(ask("https://www.googleapis.com/auth/nonsense").status, 400);
    bench.state.world().instance_scopes = vec![READ_ONLY.into()];
    assert_eq!(ask(&format!("{READ_ONLY},{CLOUD_PLATFORM}")).status, 400);
}

#[test]
fn an_identity_token_is_for_an_audience_and_names_the_account_in_full_only() {
    let bench = Bench::new();
    let claims = |query: &str| {
        let reply = bench.get(&format!("{IDENTITY}?{query}"), &[FLAVOR]);
        let issuer = bench.state.world().google_issuer.clone();
        issuer.verified(&String::from_utf8(reply.body).unwrap()).unwrap()
    };

    let (full, standard) = (claims("audience=https%3A%2F%2Fa&format=full"), claims("audience=b"));

    assert_eq!((&full["aud"], &full["sub"]), (&json!("https://a"), &json!(INSTANCE_SUBJECT)));
    assert_eq!((&full["email"], standard.get("email")), (&json!(INSTANCE_ACCOUNT), None));
    for query in ["", "?audience=", "?audience=a&format=half"] {
        assert_eq!(bench.get(&format!("{IDENTITY}{query}"), &[FLAVOR]).status, 400, "{query}");
    }
}

#[test]
fn the_project_and_the_universe_are_told() {
    let bench = Bench::new();
    let get = |path: &str| bench.get(&format!("/computeMetadata/v1/{path}"), &[FLAVOR]);

    assert_eq!(get("project/project-id").body, PROJECT.as_bytes());
    assert_eq!(get("project/numeric-project-id").body, b"123456789");
    assert_eq!(get("universe/universe-domain").body, b"googleapis.com");
    assert_eq!(get("instance/attributes/secret").status, 404);
}

const FLAVOR: (&str, &str) = ("metadata-flavor", "Google");
const ACCOUNTS: &str = "/computeMetadata/v1/instance/service-accounts/";
const TOKEN: &str = "/computeMetadata/v1/instance/service-accounts/default/token";
const IDENTITY: &str = "/computeMetadata/v1/instance/service-accounts/default/identity";
const EMAIL: &str = "/computeMetadata/v1/instance/service-accounts/default/email";
