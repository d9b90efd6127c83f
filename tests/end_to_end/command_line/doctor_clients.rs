//! What the doctor finds between a client and the helper.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::{bed::Bed, cloud::aws::Aws, programs};

use crate::ECR;

#[test]
fn a_helper_that_is_not_on_the_path_is_missing() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    set_up(&bed);
    bed.set("PATH", "/usr/bin:/bin");

    assert_eq!(complaints(&bed), ["error helper_missing"]);
}

#[test]
fn another_helper_of_that_name_first_on_the_path_is_found() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    set_up(&bed);
    let old =
        bed.write("old/docker-credential-shorepass", "#!/bin/sh\necho docker-credential-shorepass 0.0.1\n");
    fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}:/usr/bin:/bin", bed.path("old").display(), programs::folder().display());
    bed.set("PATH", &path);

    assert_eq!(complaints(&bed), ["warning helper_version"]);
}

#[test]
fn what_shadows_the_helper_is_found() {
    let other_auth = format!(r#"{{"auths":{{"{ECR}":{{"auth":"eDp5"}}}}}}"#);
    for (config, complaint) in [
        (r#"{"credsStore":"desktop"}"#.to_owned(), "error creds_store"),
        (format!(r#"{{"credHelpers":{{"{ECR}":"ecr-login"}}}}"#), "error other_helper"),
        (other_auth, "error static_login"),
        ("{}".to_owned(), "error not_set_up"),
        (r#"{"credHelpers":"#.to_owned(), "error client_file_broken"),
    ] {
        let cloud = Aws::start().unwrap();
        let mut bed = Bed::of(&cloud, "alice");
        bed.unset("REGISTRY_AUTH_FILE");
        without_other_clients(&mut bed);
        bed.write("home/.docker/config.json", &config);

        assert_eq!(complaints(&bed), [complaint], "{config}");
    }
}

#[test]
fn a_login_beside_the_helper_is_only_a_warning() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.unset("REGISTRY_AUTH_FILE");
    without_other_clients(&mut bed);
    let config =
        format!(r#"{{"auths":{{"{ECR}":{{"auth":"eDp5"}}}},"credHelpers":{{"{ECR}":"shorepass"}}}}"#);
    bed.write("home/.docker/config.json", &config);

    assert_eq!(complaints(&bed), ["warning stale_login"]);
}

#[test]
fn keys_that_no_client_looks_up_are_found_without_a_host() {
    let mut bed = Bed::new();
    without_other_clients(&mut bed);
    let config = format!(r#"{{"credHelpers":{{"https://{ECR}":"shorepass","*.example":"shorepass"}}}}"#);
    bed.write("home/.docker/config.json", &config);

    let said = bed.shorepass(&["doctor", "--json"]);

    let ids: Vec<String> = findings(&said.json());
    assert_eq!(
        ids,
        ["warning key_never_matches", "warning key_never_matches", "warning no_host"],
        "{said:?}"
    );
}

#[test]
fn doors_that_others_can_open_are_found() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    set_up(&bed);
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    fs::set_permissions(bed.path("run/shorepass"), fs::Permissions::from_mode(0o755)).unwrap();

    assert_eq!(complaints(&bed), ["warning socket_folder_mode"]);
}

fn set_up(bed: &Bed) {
    let said = bed.shorepass(&["setup", ECR, "--docker", "--containers"]);
    assert_eq!(said.code, 0, "{said:?}");
}

/// A path with our programs only, so that neither docker nor podman is in use by being installed.
fn without_other_clients(bed: &mut Bed) {
    bed.set("PATH", programs::folder().to_str().unwrap());
}

/// Level and id of what is not well; the exit code goes with it.
fn complaints(bed: &Bed) -> Vec<String> {
    let said = bed.shorepass(&["doctor", "--json", ECR]);
    let found = findings(&said.json());
    let has_error = found.iter().any(|finding| finding.starts_with("error "));
    assert_eq!(said.code != 0, has_error, "{said:?}");
    found
}

fn findings(report: &serde_json::Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    findings
        .filter(|finding| finding["level"] != "ok")
        .map(|finding| format!("{} {}", text(&finding["level"]), text(&finding["id"])))
        .collect()
}
