//! Bytes in, bytes out, exit code: what docker's clients see of each verb.

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
};

use crate::ECR;

const NOT_FOUND: &str = "credentials not found in native keychain\n";

#[test]
fn get_prints_one_json_object_and_nothing_else() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let said = bed.helper("get", ECR);
    let (username, secret) = said.credential();

    assert_eq!(
        said.stdout,
        format!("{{\"ServerURL\":\"{ECR}\",\"Username\":\"AWS\",\"Secret\":\"{secret}\"}}\n")
    );
    assert!(cloud.issued().is_valid(&username, &secret));
}

#[test]
fn get_answers_every_spelling_and_repeats_it() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let (_, secret) = bed.helper("get", ECR).credential();

    for spelling in [
        ECR.to_owned(),
        format!("{ECR}\n"),
        format!("  {ECR}\r\n"),
        format!("https://{ECR}"),
        format!("https://{ECR}/v2/"),
        format!("http://{ECR}"),
        format!("{ECR}:443"),
        format!("{ECR}/team/app"),
        ECR.to_uppercase(),
        "123456789012.dkr-ecr.eu-west-1.on.aws".into(),
    ] {
        let said = bed.helper("get", &spelling);

        assert_eq!(said.credential().1, secret, "{spelling:?}");
        assert_eq!(said.json()["ServerURL"], spelling.trim(), "{spelling:?}");
    }
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
}

#[test]
fn get_of_a_registry_that_is_not_ours_is_docker_s_not_found() {
    let bed = Bed::new();

    for server in
        ["r.example", "ghcr.io", "https://index.docker.io/v1/", "no address at all", "a@b", &"x".repeat(3000)]
    {
        let expected = Said { code: 1, stdout: NOT_FOUND.into(), stderr: String::new() };
        assert_eq!(bed.helper("get", server), expected, "{server}");
    }
}

#[test]
fn get_without_a_server_is_docker_s_own_error() {
    let bed = Bed::new();

    for input in ["", "\n", "   "] {
        let expected = Said { code: 1, stdout: "no credentials server URL\n".into(), stderr: String::new() };
        assert_eq!(bed.helper("get", input), expected);
    }
}

#[test]
fn a_failure_is_one_line_on_both_outputs() {
    let bed = Bed::new();

    let said = bed.helper("get", ECR);

    assert_eq!(said.code, 1);
    assert_eq!(said.stdout, said.stderr);
    assert_eq!(said.stdout.lines().count(), 1);
    assert!(said.stdout.starts_with(&format!("shorepass: {ECR}: ")), "{}", said.stdout);
}

#[test]
fn store_for_a_brokered_registry_is_accepted_and_keeps_nothing() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let login = format!(r#"{{"ServerURL":"{ECR}","Username":"AWS","Secret":"canary"}}"#);

    for input in [login.clone(), format!("{login}\n")] {
        assert_eq!(
            bed.helper("store", &input),
            Said { code: 0, stdout: String::new(), stderr: String::new() }
        );
    }
    assert_ne!(bed.helper("get", ECR).credential().1, "canary");
}

#[test]
fn store_refuses_what_is_no_login_and_never_repeats_it() {
    let bed = Bed::new();
    let stdout = |input: &str| {
        let said = bed.helper("store", input);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(!format!("{said:?}").contains("canary"), "{said:?}");
        said.stdout
    };

    assert_eq!(stdout(r#"{"Username":"u","Secret":"canary"}"#), "no credentials server URL\n");
    assert_eq!(stdout(&format!(r#"{{"ServerURL":"{ECR}","Secret":"canary"}}"#)), "no credentials username\n");
    assert!(stdout("canary").contains("is not the JSON object of a login"));
    let nowhere = stdout(r#"{"ServerURL":"no address","Username":"u","Secret":"canary"}"#);
    assert!(nowhere.contains("no registry's address"), "{nowhere}");
}

#[test]
fn erase_succeeds_for_everything_and_drops_what_is_cached() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let silence = Said { code: 0, stdout: String::new(), stderr: String::new() };
    let (_, first) = bed.helper("get", ECR).credential();

    // What one `docker logout` sends.
    for server in [ECR.to_owned(), ECR.to_owned(), format!("http://{ECR}"), format!("https://{ECR}")] {
        assert_eq!(bed.helper("erase", &server), silence);
    }
    assert_eq!(bed.helper("erase", "never.heard.of.example"), silence);

    assert_ne!(bed.helper("get", ECR).credential().1, first);
}

#[test]
fn erase_does_not_start_a_broker() {
    let bed = Bed::new();

    assert_eq!(bed.helper("erase", ECR).code, 0);

    assert_eq!(bed.broker(), None);
}

#[test]
fn list_needs_neither_input_nor_broker_nor_network() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let without_broker = bed.helper("list", "");
    let _ = bed.helper("get", ECR).credential();
    // Standard input that never ends is not waited for.
    let mut open = bed.start("docker-credential-shorepass", &["list"], &[]);
    let kept_open = open.stdin.take();
    let with_broker = shorepass_tests::bed::finish(open, Vec::new(), "list");
    drop(kept_open);

    assert_eq!(without_broker.stdout, "{}\n");
    assert_eq!(with_broker.stdout, format!("{{\"{ECR}\":\"AWS\"}}\n"));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
}

#[test]
fn version_and_usage_are_for_people() {
    let bed = Bed::new();

    let version = bed.helper("version", "");
    let unknown = bed.helper("fetch", "");

    assert_eq!(version.stdout, format!("docker-credential-shorepass {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(unknown.code, 1);
    assert_eq!(unknown.stdout, "usage: docker-credential-shorepass <get|store|erase|list|version>\n");
}

#[test]
fn under_another_helper_s_name_it_answers_the_same() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    let link = bed.path("docker-credential-ecr-login");
    std::os::unix::fs::symlink(shorepass_tests::programs::program("docker-credential-shorepass"), &link)
        .unwrap();
    bed.set("SHOREPASS_BROKER", shorepass_tests::programs::program("shorepassd").to_str().unwrap());

    let (_, secret) = bed.helper("get", ECR).credential();
    let said = bed.run(link.to_str().unwrap(), &["get"], ECR, &[]);

    assert_eq!(said.credential().1, secret);
}
