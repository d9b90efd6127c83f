//! What Google says no to, and what it does not answer, in the words that a person gets.

use std::time::Duration;

use shorepass_tests::cloud::{
    ApiError, Fault, Times,
    google::{Google, PULLER, Service, USER, World},
};

use super::{GAR, assert_reason, get, holder_of, owner, puller};

#[test]
fn a_revoked_sign_in_says_how_to_sign_in() {
    let cloud = Google::start().unwrap();
    cloud.with_world(|world| world.user_mut(USER).unwrap().revoke());
    let bed = holder_of(&cloud, &cloud.credential_files().authorized_user(USER));

    assert_reason(
        &get(&bed),
        &["the Google sign-in has expired or was revoked; to sign in, run `gcloud auth application-default \
             login`"],
    );
    assert_eq!(bed.shorepass(&["refresh", GAR]).code, 4);
}

#[test]
fn an_organization_that_wants_a_new_sign_in_is_named() {
    let cloud = Google::start().unwrap();
    cloud.with_world(|world| world.user_mut(USER).unwrap().want_reauthentication());
    let bed = holder_of(&cloud, &cloud.credential_files().authorized_user(USER));

    assert_reason(
        &get(&bed),
        &[
            "the organization wants the person",
            "to sign in again; to sign in, run `gcloud auth application-default login`",
        ],
    );
}

#[test]
fn a_sign_in_of_an_oauth_client_that_is_not_known_says_how_to_sign_in() {
    let cloud = Google::start().unwrap();
    let mut file = cloud.credential_files().authorized_user(USER);
    file["client_secret"] = "canary".into();

    assert_reason(
        &get(&holder_of(&cloud, &file)),
        &["does not accept the OAuth client", "`gcloud auth application-default login`"],
    );
}

#[test]
fn a_deleted_key_and_a_deleted_account_are_told_apart() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

    cloud.with_world(|world| world.account_mut(PULLER).unwrap().delete_keys());
    assert_reason(
        &get(&bed),
        &[
            &format!("Google does not accept the key of `{PULLER}`"),
            &format!("keys list --iam-account={PULLER}`"),
        ],
    );

    cloud.with_world(|world| *world = World::empty());
    bed.write("home/credentials.json", &std::fs::read_to_string(bed.path("home/credentials.json")).unwrap());
    assert_reason(
        &get(&bed),
        &[&format!("Google knows no service account `{PULLER}`"), &format!("describe {PULLER}`")],
    );
}

#[test]
fn a_clock_that_is_wrong_is_put_up_with() {
    for ahead_ms in [-7_200_000, 7_200_000] {
        let cloud = Google::start().unwrap();
        cloud.knobs().clock_ahead_ms(ahead_ms);
        let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

        assert_eq!(owner(&cloud, &get(&bed)), puller(), "{ahead_ms}");
        assert_eq!(cloud.count("oauth2:JwtBearer"), 2);
    }
}

#[test]
fn a_fault_over_there_is_waited_for_or_tried_again() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

    cloud.knobs().fail(Service::OAuth, Fault::Throttle(Duration::from_secs(7)), Times::Next(1));
    assert_reason(&get(&bed), &["Google's token endpoint has had too many requests"]);

    let fault = Fault::Error(ApiError::new(503, "backend_error", "canary"));
    cloud.knobs().fail(Service::OAuth, fault.clone(), Times::UntilHealed);
    assert_eq!(bed.shorepass(&["refresh", GAR]).code, 5);
    cloud.knobs().heal(Service::OAuth);

    cloud.knobs().fail(Service::OAuth, fault, Times::Next(1));
    assert_eq!(bed.shorepass(&["refresh", GAR]).code, 0);
    assert_eq!(owner(&cloud, &get(&bed)), puller());
}

#[test]
fn an_answer_that_makes_no_sense_is_not_repeated() {
    let cloud = Google::start().unwrap();

    for fault in [Fault::Garbage, Fault::Huge(2 * 1024 * 1024)] {
        cloud.knobs().fail(Service::OAuth, fault, Times::UntilHealed);
        let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

        assert_reason(&get(&bed), &["the answer of Google's token endpoint makes no sense"]);
        cloud.knobs().heal(Service::OAuth);
    }
}

#[test]
fn a_token_without_life_is_an_error() {
    let cloud = Google::start().unwrap();
    cloud.knobs().token_life(Some(Duration::ZERO));
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

    assert_reason(&get(&bed), &["Google's token endpoint gave a token that has ended"]);
}
