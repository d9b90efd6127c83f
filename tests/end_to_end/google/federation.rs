//! Tokens of somebody else's issuer, by file, by address and by the configuration.

use std::{collections::BTreeMap, time::Duration};

use serde_json::json;
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        google::{
            CI_ISSUER, CI_PROVIDER, CredentialFiles, Google, PROJECT, PULLER, STAFF_ISSUER, STAFF_PROVIDER,
            SubjectSource,
        },
        http::Reply,
    },
};

use super::{
    FEDERATED, GAR, SUBJECT, assert_ends_as_issued, assert_reason, configure_trusting, get, holder_of, owner,
    puller, serve, stranger, subject_token,
};

#[test]
fn a_token_file_is_exchanged_as_text_and_as_json() {
    let cloud = Google::start().unwrap();
    let bed = with_token(&cloud, &format!("{}\n", subject_token(&cloud)));

    assert_eq!(owner(&cloud, &get(&bed)), FEDERATED);

    bed.write("token", &json!({ "nested": 1, "value": subject_token(&cloud) }).to_string());
    let source = SubjectSource::File(bed.path("token"), Some("value".into()));
    bed.write("home/credentials.json", &external(&cloud.credential_files(), &source).to_string());
    assert_eq!(owner(&cloud, &get(&bed)), FEDERATED);
}

#[test]
fn an_address_is_asked_with_its_headers() {
    let cloud = Google::start().unwrap();
    let token = subject_token(&cloud);
    let desk = serve(move |request| match (request.method.as_str(), request.header("authorization")) {
        ("GET", Some("Bearer canary")) => Reply::json(200, &json!({ "value": token })),
        _ => Reply::json(401, &json!({ "value": "canary" })),
    });
    let with_header = |value: &str| {
        let headers = BTreeMap::from([("Authorization".to_owned(), value.to_owned())]);
        let url = format!("{}/idtoken?audience=x", desk.url());
        external(&cloud.credential_files(), &SubjectSource::Url(url, headers, Some("value".into())))
    };
    let bed = holder_of(&cloud, &with_header("Bearer canary"));
    configure_trusting(&bed, &[cloud.address(), desk.address()], "", "", "");

    assert_eq!(owner(&cloud, &get(&bed)), FEDERATED);

    bed.write("home/credentials.json", &with_header("Bearer another").to_string());
    assert_reason(
        &get(&bed),
        &["the address in `credential_source` gave no token (HTTP 401)", "`permissions: id-token: write`"],
    );
}

#[test]
fn a_token_and_a_provider_of_the_configuration_need_no_file() {
    let cloud = Google::start().unwrap();
    let mut bed = stranger(&cloud);
    bed.set("MY_CI_TOKEN", &subject_token(&cloud));

    federate(&bed, &cloud, CI_PROVIDER, "");
    assert_eq!(owner(&cloud, &get(&bed)), FEDERATED);

    let account = format!("service_account = \"{PULLER}\"\niam_endpoint = \"{}\"", cloud.url());
    federate(&bed, &cloud, CI_PROVIDER, &account);
    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

#[test]
fn a_file_may_impersonate_with_a_lifetime_of_its_own() {
    let cloud = Google::start().unwrap();
    let bed = with_token(&cloud, &subject_token(&cloud));
    let files = cloud.credential_files();
    let source = external(&files, &SubjectSource::File(bed.path("token"), None));

    let file = files.impersonating(source.clone(), PULLER, Some(Duration::from_secs(1800)));
    bed.write("home/credentials.json", &file.to_string());
    assert_eq!(owner(&cloud, &get(&bed)), puller());

    let file = files.impersonating(source, PULLER, Some(Duration::from_secs(7200)));
    bed.write("home/credentials.json", &file.to_string());
    assert_reason(&get(&bed), &["Google does not give tokens", "; ask for 1 h at most"]);
}

#[test]
fn a_direct_token_ends_with_the_subject_token() {
    let cloud = Google::start().unwrap();
    let token = cloud.issuer(CI_ISSUER).unwrap().token(SUBJECT, CI_PROVIDER, Duration::from_secs(40));
    let bed = with_token(&cloud, &token);

    assert_eq!(owner(&cloud, &get(&bed)), FEDERATED);
    assert_ends_as_issued(&cloud, &bed, Duration::ZERO);
}

#[test]
fn a_workforce_pool_s_use_is_charged_to_a_project_or_to_its_client() {
    let cloud = Google::start().unwrap();
    let token = cloud.issuer(STAFF_ISSUER).unwrap().token("ann", STAFF_PROVIDER, Duration::from_secs(300));
    let bed = with_token(&cloud, &token);
    let source = SubjectSource::File(bed.path("token"), None);
    let plain = cloud.credential_files().external_account(STAFF_PROVIDER, &source);
    let ann = "principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/ann";

    for (keys, why) in [
        (json!({ "workforce_pool_user_project": PROJECT }), None),
        (json!({ "client_id": "staff-client", "client_secret": "staff-client-secret" }), None),
        (json!({}), Some("must be charged to a project that exists")),
        (
            json!({ "workforce_pool_user_project": "nowhere" }),
            Some("must be charged to a project that exists"),
        ),
        (
            json!({ "client_id": "staff-client", "client_secret": "canary" }),
            Some("Google does not accept the OAuth client of the workforce pool"),
        ),
    ] {
        let mut file = plain.clone();
        file.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
        bed.write("home/credentials.json", &file.to_string());

        let said = get(&bed);

        match why {
            None => assert_eq!(owner(&cloud, &said), ann),
            Some(why) => assert_reason(&said, &[why]),
        }
    }
}

#[test]
fn a_workforce_pool_s_project_may_stand_in_the_configuration() {
    let cloud = Google::start().unwrap();
    let mut bed = stranger(&cloud);
    let token = cloud.issuer(STAFF_ISSUER).unwrap().token("ann", STAFF_PROVIDER, Duration::from_secs(300));
    bed.set("MY_CI_TOKEN", &token);
    federate(&bed, &cloud, STAFF_PROVIDER, &format!("user_project = \"{PROJECT}\""));

    assert!(owner(&cloud, &get(&bed)).ends_with("/workforcePools/staff/subject/ann"));
}

#[test]
fn a_wrong_audience_shows_what_the_token_really_claims() {
    let cloud = Google::start().unwrap();

    let said = get_with(&cloud, &signed(&cloud, SUBJECT, "https://gitlab.example"));

    assert_reason(
        &said,
        &[
            "the token is meant for somebody else than the provider",
            &format!("its issuer is `{CI_ISSUER}`, its audience `https://gitlab.example`"),
            &format!(" and its subject `{SUBJECT}`; request the token for `https:{CI_PROVIDER}`"),
            "update-oidc gitlab --location=global --workload-identity-pool=ci --project=123456789 \
             --allowed-audiences='https://gitlab.example'`",
        ],
    );
}

#[test]
fn a_condition_that_does_not_let_in_shows_the_claims() {
    let cloud = Google::start().unwrap();
    cloud.with_world(|world| {
        world.provider_mut(CI_PROVIDER).unwrap().require("sub", "project_path:shore/other:*");
    });

    assert_reason(
        &get_with(&cloud, &subject_token(&cloud)),
        &[
            "attribute condition does not let the token in",
            &format!("`{SUBJECT}`"),
            &format!("--attribute-condition=\"assertion.sub=='{SUBJECT}'\"`"),
        ],
    );
}

#[test]
fn another_issuer_is_named() {
    let cloud = Google::start().unwrap();
    let token = cloud.issuer(STAFF_ISSUER).unwrap().token(SUBJECT, CI_PROVIDER, Duration::from_secs(300));

    assert_reason(
        &get_with(&cloud, &token),
        &["the provider takes tokens of another issuer", &format!("its issuer is `{STAFF_ISSUER}`")],
    );
}

#[test]
fn an_ended_token_says_when_and_a_new_one_is_taken() {
    let cloud = Google::start().unwrap();
    let claims = json!({
        "iss": CI_ISSUER, "sub": SUBJECT, "aud": CI_PROVIDER, "iat": 1_767_225_000, "exp": 1_767_225_600,
    });
    let bed = with_token(&cloud, &cloud.issuer(CI_ISSUER).unwrap().sign(&claims));

    assert_reason(&get(&bed), &["ended at 2026-01-01T00:00:00Z", "; have the platform write a new one"]);

    bed.write("token", &subject_token(&cloud));
    assert_eq!(bed.shorepass(&["refresh", GAR]).code, 0);
    assert_eq!(owner(&cloud, &get(&bed)), FEDERATED);
}

#[test]
fn a_forged_token_a_rotated_key_and_a_disabled_provider_have_words_of_their_own() {
    let cloud = Google::start().unwrap();

    assert_reason(
        &get_with(&cloud, "canary.canary.canary"),
        &["Google does not accept the token that is to be exchanged"],
    );

    let token = subject_token(&cloud);
    cloud.with_world(|world| world.provider_mut(CI_PROVIDER).unwrap().rotate_key());
    assert_reason(&get_with(&cloud, &token), &["Google does not find the key of the token's issuer"]);

    cloud.with_world(|world| world.provider_mut(CI_PROVIDER).unwrap().disable());
    assert_reason(
        &get_with(&cloud, &token),
        &[&format!("Google knows no provider `{CI_PROVIDER}`, or it or its pool is disabled")],
    );
}

#[test]
fn somebody_who_may_not_impersonate_is_named_as_iam_names_them() {
    let cloud = Google::start().unwrap();
    cloud.with_world(|world| world.account_mut(PULLER).unwrap().distrust());
    let bed = with_token(&cloud, &subject_token(&cloud));
    let files = cloud.credential_files();
    let source = external(&files, &SubjectSource::File(bed.path("token"), None));
    bed.write("home/credentials.json", &files.impersonating(source, PULLER, None).to_string());

    assert_reason(
        &get(&bed),
        &[
            &format!("{FEDERATED} may not get tokens of `{PULLER}`"),
            &format!("--role=roles/iam.workloadIdentityUser --member='{FEDERATED}'`"),
        ],
    );
}

#[test]
fn a_token_that_is_not_there_is_named_by_its_place() {
    let cloud = Google::start().unwrap();
    let mut bed = with_token(&cloud, "");

    assert_reason(&get(&bed), &["the token is empty"]);

    let source = SubjectSource::File("/nowhere/token".into(), None);
    bed.write("home/credentials.json", &external(&cloud.credential_files(), &source).to_string());
    assert_reason(&get(&bed), &["the token file `/nowhere/token` cannot be used: it is not there"]);

    bed.unset("GOOGLE_APPLICATION_CREDENTIALS");
    federate(&bed, &cloud, CI_PROVIDER, "");
    assert_reason(&get(&bed), &["the variable `MY_CI_TOKEN`, which should hold the token, is not set"]);
}

#[test]
fn a_client_certificate_is_refused_in_words() {
    let cloud = Google::start().unwrap();
    let mut file = external(&cloud.credential_files(), &SubjectSource::File("/x".into(), None));
    file["credential_source"] = json!({ "certificate": { "use_default_certificate_config": true } });

    assert_reason(&get(&holder_of(&cloud, &file)), &["by a client certificate, which is not supported"]);
}

fn get_with(cloud: &Google, token: &str) -> Said {
    let said = get(&with_token(cloud, token));
    assert!(!said.stdout.contains(token), "it repeats the token");
    said
}

fn with_token(cloud: &Google, token: &str) -> Bed {
    let mut bed = stranger(cloud);
    let path = bed.write("token", token);
    let file = external(&cloud.credential_files(), &SubjectSource::File(path, None));
    let path = bed.write("home/credentials.json", &file.to_string());
    bed.set("GOOGLE_APPLICATION_CREDENTIALS", path.to_str().unwrap());
    bed
}

fn federate(bed: &Bed, cloud: &Google, provider: &str, keys: &str) {
    let keys =
        format!("provider = \"{provider}\"\ntoken = \"ci\"\nsts_endpoint = \"{}\"\n{keys}", cloud.url());
    let token = "[token.ci]\nfrom = \"env\"\nvariable = \"MY_CI_TOKEN\"\n";
    configure_trusting(bed, &[], &keys, "", token);
}

fn external(files: &CredentialFiles, source: &SubjectSource) -> serde_json::Value {
    files.external_account(CI_PROVIDER, source)
}

fn signed(cloud: &Google, subject: &str, audience: &str) -> String {
    cloud.issuer(CI_ISSUER).unwrap().token(subject, audience, Duration::from_secs(300))
}
