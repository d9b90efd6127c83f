//! `doctor HOST` against a cloud that is well, off, out of reach or unwilling.

use std::time::Duration;

use serde_json::Value;
use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use crate::ECR;

#[test]
fn nothing_is_wrong_where_nothing_is_wrong() {
    let cloud = Aws::start().unwrap();
    let bed = set_up(Bed::of(&cloud, "alice"));

    let without_broker = bed.shorepass(&["doctor", ECR]);
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let with_broker = bed.shorepass(&["doctor", ECR]);
    let everything = bed.shorepass(&["doctor"]);

    for said in [without_broker, with_broker, everything] {
        assert_eq!(said.code, 0, "{}", said.stdout);
        assert!(said.stdout.ends_with("\nnothing is wrong\n"), "{}", said.stdout);
    }
    // Without a broker both the renewal and the answer are exchanges of their own.
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 3);
}

#[test]
fn a_clock_that_is_off_is_told_by_how_much() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().clock_ahead_ms(20 * 60 * 1000 + 30_000);
    let mut bed = Bed::of(&cloud, "alice");
    // A second attempt would be signed by the cloud's clock.
    bed.set("AWS_MAX_ATTEMPTS", "1");
    let bed = set_up(bed);

    let finding = the_error(&bed, "clock_skew");

    assert!(finding["why"].as_str().unwrap().contains("clock is 20 min behind AWS's"), "{finding}");
    assert!(finding["fix"].as_str().unwrap().contains("`timedatectl set-ntp true`"), "{finding}");
}

#[test]
fn a_clock_that_a_second_attempt_puts_up_with_is_warned_of() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().clock_ahead_ms(20 * 60 * 1000);
    let bed = set_up(Bed::of(&cloud, "alice"));

    let said = bed.shorepass(&["doctor", ECR]);

    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(
        said.stdout.contains("warning  this machine's clock is 20m behind the cloud's"),
        "{}",
        said.stdout
    );
}

#[test]
fn an_endpoint_that_is_out_of_reach_is_named() {
    let address = Aws::start().unwrap().address();
    let mut bed = Bed::of(&Aws::start().unwrap(), "alice");
    bed.set("AWS_ENDPOINT_URL", &format!("http://{address}")).set("AWS_MAX_ATTEMPTS", "1");
    let bed = set_up(bed);

    let finding = the_error(&bed, "unreachable");

    assert!(finding["why"].as_str().unwrap().contains(&address.ip().to_string()), "{finding}");
    assert!(finding["fix"].as_str().unwrap().contains("check the network"), "{finding}");
}

#[test]
fn an_expired_sign_in_is_named_with_the_command_that_renews_it() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().sign_in_life(Duration::from_millis(1));
    let sign_in = cloud.sign_in();
    cloud.sign_ins().revoke_refresh_tokens();
    let mut bed = Bed::new();
    bed.set("AWS_ENDPOINT_URL", &cloud.url()).set("AWS_PROFILE", "dev");
    bed.write(
        "home/.aws/config",
        &format!(
            "[profile dev]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n\
             [sso-session work]\nsso_start_url = {}\nsso_region = {}\n",
            sign_in.start_url, sign_in.region
        ),
    );
    let cache = shorepass_tests::cloud::aws::SignIn::cache_file_name("work");
    bed.write(&format!("home/.aws/sso/cache/{cache}"), &sign_in.cache_json().to_string());
    let bed = set_up(bed);

    let finding = the_error(&bed, "sso_expired");

    assert!(finding["why"].as_str().unwrap().contains("`work`"), "{finding}");
    assert!(finding["fix"].as_str().unwrap().ends_with("`aws sso login --sso-session work`"), "{finding}");
}

#[test]
fn a_refusal_names_who_may_not_do_what() {
    let cloud = Aws::start().unwrap();
    super::deny(&cloud, "ecr:GetAuthorizationToken");
    let bed = set_up(Bed::of(&cloud, "alice"));

    let finding = the_error(&bed, "access_denied");

    let why = finding["why"].as_str().unwrap();
    assert!(why.contains("user/alice") && why.contains("ecr:GetAuthorizationToken"), "{finding}");
    assert!(finding["fix"].as_str().unwrap().contains("allow the identity"), "{finding}");
}

#[test]
fn nobody_to_be_is_told_what_to_become() {
    let bed = set_up(Bed::new());

    let finding = the_error(&bed, "no_identity");

    assert!(finding["fix"].as_str().is_some_and(|fix| fix.contains('`')), "{finding}");
}

#[test]
fn a_credential_from_the_cache_proves_nothing() {
    let cloud = Aws::start().unwrap();
    let bed = set_up(Bed::of(&cloud, "alice"));
    let (_, secret) = bed.helper("get", ECR).credential();
    super::deny(&cloud, "ecr:GetAuthorizationToken");

    let _ = the_error(&bed, "access_denied");

    assert_eq!(bed.helper("get", ECR).credential().1, secret);
}

#[test]
fn a_broken_configuration_has_the_exit_code_of_one() {
    let bed = set_up(Bed::new());
    let file = bed.configure("[brokre]\n");

    let said = bed.shorepass(&["doctor", ECR]);

    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.stdout.contains(&format!("{}:1: ", file.display())), "{said:?}");
}

#[test]
fn the_errors_of_clients_are_explained() {
    let bed = Bed::new();
    for (text, id) in [
        ("Error response from daemon: no basic auth credentials", "no_credentials_sent"),
        ("denied: Your authorization token has expired. Reauthenticate and try again.", "token_expired"),
        ("exec: \"docker-credential-shorepass\": executable file not found in $PATH", "helper_not_found"),
        ("unauthorized: authentication required", "not_signed_in"),
        ("toomanyrequests: Rate exceeded", "throttled"),
        ("x509: certificate signed by unknown authority", "certificate"),
    ] {
        let said = bed.shorepass(&["doctor", "--json", "--error", text]);

        assert_eq!((said.code, &said.json()["findings"][0]["id"]), (0, &id.into()), "{text}");
    }
    let host = format!("Head \"https://{ECR}/v2/a/manifests/1\": no basic auth credentials");
    let piped = bed.run("shorepass", &["doctor", "--error", "-"], &host, &[]);
    assert!(piped.stdout.contains(&format!("`shorepass doctor {ECR}`")), "{piped:?}");
    assert_eq!(bed.shorepass(&["doctor", "--error", "out of memory"]).code, 3);
}

/// A bed in which every client sends the registry to the helper.
fn set_up(bed: Bed) -> Bed {
    let said = bed.shorepass(&["setup", ECR, "--docker", "--containers"]);
    assert_eq!(said.code, 0, "{said:?}");
    bed
}

/// The only error that the doctor finds, with and without a broker.
fn the_error(bed: &Bed, id: &str) -> Value {
    let without_broker = bed.shorepass(&["doctor", "--json", ECR]);
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let with_broker = bed.shorepass(&["doctor", "--json", ECR]);
    let [first, second] = [without_broker, with_broker].map(|said| {
        let report = said.json();
        let findings = report["findings"].as_array().unwrap();
        let errors: Vec<&Value> = findings.iter().filter(|finding| finding["level"] != "ok").collect();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_ne!(said.code, 0);
        errors[0].clone()
    });
    assert_eq!((first["id"].as_str(), second["id"].as_str()), (Some(id), Some(id)));
    second
}
