//! The credential files: what stands in them is what the fake takes.

use std::collections::BTreeMap;

use super::*;

#[test]
fn a_key_file_signs_what_the_token_endpoint_takes() {
    let google = Google::start().unwrap();
    let file = google.credential_files().service_account(PULLER);
    let claims = json!({
        "iss": file["client_email"], "scope": CLOUD_PLATFORM, "aud": file["token_uri"],
        "iat": now(), "exp": now() + 600,
    });
    let pem = file["private_key"].as_str().unwrap();
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let head = jsonwebtoken::Header {
        kid: file["private_key_id"].as_str().map(str::to_owned),
        ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::RS256)
    };
    let assertion = jsonwebtoken::encode(&head, &claims, &key).unwrap();
    let body =
        form(&[("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", &assertion)]);

    let headers = [("host", "h"), ("content-type", FORM)];
    let reply = Front::new(google.state.clone()).answer(&request("POST", "/token", &headers, &body));

    assert_eq!(reply.status, 200);
    assert_eq!((google.count("oauth2:JwtBearer"), google.issued().count()), (1, 1));
}

#[test]
fn every_address_leads_to_the_fake() {
    let google = Google::start().unwrap();
    let files = google.credential_files();
    let source = files.external_account(CI_PROVIDER, &SubjectSource::File("/tmp/token".into(), None));
    let minutes = Some(Duration::from_secs(600));

    let external = files.impersonating(source.clone(), PULLER, minutes);
    let chain = files.impersonated_service_account(&files.authorized_user(USER), &[PULLER, MIDDLE], TARGET);

    let url = google.url();
    assert_eq!(source["token_url"], format!("{url}/v1/token"));
    assert_eq!(
        external["service_account_impersonation_url"],
        format!("{url}/v1/projects/-/serviceAccounts/{PULLER}:generateAccessToken")
    );
    assert_eq!(external["service_account_impersonation"]["token_lifetime_seconds"], 600);
    assert_eq!(chain["delegates"][1], format!("projects/-/serviceAccounts/{MIDDLE}"));
    assert_eq!(chain["source_credentials"]["token_uri"], format!("{url}/token"));
}

#[test]
fn each_source_has_its_form() {
    let google = Google::start().unwrap();
    let source = |source: SubjectSource| {
        google.credential_files().external_account(AWS_PROVIDER, &source)["credential_source"].clone()
    };
    let url = SubjectSource::Url("http://h/t".into(), BTreeMap::new(), Some("value".into()));

    assert_eq!(source(url)["format"]["subject_token_field_name"], "value");
    assert_eq!(source(SubjectSource::Executable("/bin/x".into()))["executable"]["command"], "/bin/x");
    assert_eq!(source(SubjectSource::Aws(None))["environment_id"], "aws1");
    assert_eq!(
        source(SubjectSource::Aws(Some("http://h".into())))["imdsv2_session_token_url"],
        "http://h/latest/api/token"
    );
}
