//! Credential files that would send secrets to somebody else.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use serde_json::{Value, json};
use shorepass_tests::cloud::{
    google::{CI_PROVIDER, Google, PULLER, SubjectSource, USER},
    http::Reply,
};

use super::{assert_reason, configure_trusting, get, holder_of};

#[test]
fn a_host_that_nobody_trusts_gets_nothing_and_is_named_with_its_field() {
    let cloud = Google::start().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let thief = super::serve(move |_| {
        count.fetch_add(1, SeqCst);
        Reply::text(200, "{}")
    });

    for (file, field) in everything_at(&cloud, &thief.url()) {
        let bed = holder_of(&cloud, &file);

        assert_reason(
            &get(&bed),
            &[
                &format!("`{field}` of the credential file `"),
                &format!(
                    "/home/credentials.json` names the host `{}`, which is not trusted",
                    thief.address()
                ),
                &format!("add `{}` to `trusted_hosts` of the identity", thief.address()),
            ],
        );
    }
    assert_eq!(asked.load(SeqCst), 0);
}

#[test]
fn a_trusted_host_of_another_machine_needs_tls() {
    let cloud = Google::start().unwrap();
    let mut file = cloud.credential_files().service_account(PULLER);
    file["token_uri"] = "http://oauth2.googleapis.com/token".into();

    assert_reason(
        &get(&holder_of(&cloud, &file)),
        &["`token_uri`", "names the host `oauth2.googleapis.com` without TLS; write the URL with `https://`"],
    );
}

#[test]
fn a_universe_of_the_file_s_own_is_not_believed() {
    let cloud = Google::start().unwrap();
    let mut file = cloud.credential_files().authorized_user(USER);
    file["universe_domain"] = "evil.example".into();
    file.as_object_mut().unwrap().remove("token_uri");

    assert_reason(
        &get(&holder_of(&cloud, &file)),
        &["names the host `oauth2.evil.example`, which is not trusted"],
    );
}

#[test]
fn look_alikes_of_google_s_hosts_are_not_google_s() {
    let cloud = Google::start().unwrap();

    for url in [
        "https://oauth2.googleapis.com.evil.example/token",
        "https://evil-googleapis.com/token",
        "https://oauth2.googleapis.com:8443/token",
        "https://evil.example/#.googleapis.com",
    ] {
        let mut file = cloud.credential_files().service_account(PULLER);
        file["token_uri"] = url.into();
        let bed = holder_of(&cloud, &file);
        configure_trusting(&bed, &[], "", "", "");

        assert_reason(&get(&bed), &["which is not trusted"]);
    }
}

/// Every field that can name a host, leading there.
fn everything_at(cloud: &Google, url: &str) -> Vec<(Value, &'static str)> {
    let files = cloud.credential_files();
    let external = files.external_account(CI_PROVIDER, &SubjectSource::File("/nowhere".into(), None));
    let aws = files.external_account(CI_PROVIDER, &SubjectSource::Aws(None));
    let with = |file: &Value, pointer: &str, value: String| {
        let mut file = file.clone();
        let (at, key) = pointer.rsplit_once('/').unwrap();
        file.pointer_mut(at).unwrap()[key] = json!(value);
        file
    };
    let account = format!("{url}/v1/projects/-/serviceAccounts/{PULLER}:generateAccessToken");
    vec![
        (with(&files.service_account(PULLER), "/token_uri", format!("{url}/token")), "token_uri"),
        (with(&files.authorized_user(USER), "/token_uri", format!("{url}/token")), "token_uri"),
        (with(&external, "/token_url", format!("{url}/v1/token")), "token_url"),
        (
            with(&external, "/service_account_impersonation_url", account.clone()),
            "service_account_impersonation_url",
        ),
        (
            with(
                &files.impersonated_service_account(&files.authorized_user(USER), &[], PULLER),
                "/service_account_impersonation_url",
                account,
            ),
            "service_account_impersonation_url",
        ),
        (
            files.external_account(CI_PROVIDER, &SubjectSource::Url(url.into(), [].into(), None)),
            "credential_source.url",
        ),
        (with(&aws, "/credential_source/url", url.into()), "credential_source.url"),
        (with(&aws, "/credential_source/region_url", url.into()), "credential_source.region_url"),
        (
            with(&aws, "/credential_source/imdsv2_session_token_url", url.into()),
            "credential_source.imdsv2_session_token_url",
        ),
        (
            with(
                &aws,
                "/credential_source/regional_cred_verification_url",
                format!("{url}?Action=GetCallerIdentity&Version=2011-06-15"),
            ),
            "regional_cred_verification_url",
        ),
    ]
}
