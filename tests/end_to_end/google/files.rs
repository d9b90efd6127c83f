//! Keys of service accounts and sign-ins of people, in their files.

use shorepass_tests::cloud::google::{CLOUD_PLATFORM, Google, PULLER, READ_ONLY, READ_WRITE, USER};

use super::{assert_reason, configure_trusting, get, holder_of, owner, puller, scopes, stranger};

#[test]
fn a_service_account_s_key_signs_for_a_token() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

    let said = get(&bed);

    assert_eq!(owner(&cloud, &said), puller());
    assert_eq!(scopes(&cloud, &said), [CLOUD_PLATFORM]);
    assert_eq!(cloud.count("oauth2:JwtBearer"), 1);
}

#[test]
fn less_access_is_a_narrower_scope() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

    for (access, scope) in [("pull", READ_ONLY), ("push", READ_WRITE), ("full", CLOUD_PLATFORM)] {
        configure_trusting(&bed, &[cloud.address()], "", &format!("access = \"{access}\""), "");

        assert_eq!(scopes(&cloud, &get(&bed)), [scope], "{access}");
    }
}

#[test]
fn a_person_s_sign_in_is_used_for_all_that_it_allows_or_for_less() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().authorized_user(USER));

    let full = get(&bed);
    configure_trusting(&bed, &[cloud.address()], "", "access = \"pull\"", "");
    let pull = get(&bed);

    assert_eq!(owner(&cloud, &full), format!("user:{USER}"));
    assert!(scopes(&cloud, &full).contains(&CLOUD_PLATFORM.to_owned()));
    assert_eq!(scopes(&cloud, &pull), [READ_ONLY]);
}

#[test]
fn a_scope_that_the_sign_in_does_not_have_is_not_widened() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().authorized_user(USER));
    configure_trusting(&bed, &[cloud.address()], "", "access = \"push\"", "");

    assert_reason(
        &get(&bed),
        &["the identity cannot give a token of the scope that is asked for; use `access = \"full\"`"],
    );
}

#[test]
fn the_file_of_application_default_login_is_found_without_a_variable() {
    let cloud = Google::start().unwrap();
    let mut bed = stranger(&cloud);
    let file = cloud.credential_files().authorized_user(USER).to_string();
    bed.write("home/.config/gcloud/application_default_credentials.json", &file);

    assert_eq!(owner(&cloud, &get(&bed)), format!("user:{USER}"));

    let other = bed.write("other/application_default_credentials.json", "{}");
    bed.set("CLOUDSDK_CONFIG", other.parent().unwrap().to_str().unwrap());
    assert_reason(&get(&bed), &["/other/application_default_credentials.json` lacks `type`"]);
}

#[test]
fn a_file_of_the_configuration_wins_over_the_caller_s() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().authorized_user(USER));
    let key = bed.write("key.json", &cloud.credential_files().service_account(PULLER).to_string());
    let keys = format!("credentials_file = \"{}\"", key.display());
    configure_trusting(&bed, &[cloud.address()], &keys, "", "");

    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

#[test]
fn a_changed_file_counts_from_the_next_get() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));
    assert_eq!(owner(&cloud, &get(&bed)), puller());

    bed.write("home/credentials.json", &cloud.credential_files().authorized_user(USER).to_string());

    assert_eq!(owner(&cloud, &get(&bed)), format!("user:{USER}"));
}

#[test]
fn a_file_that_cannot_be_used_is_named_and_not_repeated() {
    let cloud = Google::start().unwrap();
    let mut bed = holder_of(&cloud, &serde_json::Value::Null);

    for (text, why) in [
        ("canary".to_owned(), "is no JSON; make the file anew where it came from"),
        (r#"{"type":"canary"}"#.into(), "is of a type that is not supported"),
        (r#"{"type":"service_account","client_email":"canary"}"#.into(), "lacks `private_key`"),
        (" ".repeat(70_000), "cannot be used: it is longer than 64 KiB"),
    ] {
        bed.write("home/credentials.json", &text);

        assert_reason(&get(&bed), &["/home/credentials.json` ", why]);
    }

    let mut key = cloud.credential_files().service_account(PULLER);
    key["private_key"] = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n".into();
    bed.write("home/credentials.json", &key.to_string());
    assert_reason(&get(&bed), &["the private key of the credential file cannot be used", "keys create"]);

    bed.set("GOOGLE_APPLICATION_CREDENTIALS", bed.path("nowhere").to_str().unwrap());
    assert_reason(&get(&bed), &["/nowhere` cannot be used: it is not there"]);
}
