//! GitLab's template: its scripts in the order of a job, the last in a shell of its own.

use std::fs;

use serde_json::Value;
use shorepass_tests::{bed::Bed, yaml};

use super::{CONFIGURATION, LOOK, SET_UP, bed_with_temporary_folder, is_empty, packaging, shell};

#[test]
fn a_job_is_signed_in_and_leaves_nothing() {
    let bed = bed_with_temporary_folder();
    bed.write("project/shorepass.toml", CONFIGURATION);
    let job = job(&bed, &[("registries", "r.example")]);

    let ran = run(&bed, &job, &format!("{}{LOOK}", script(&job, "before_script")));
    let socket = bed.path("tmp/shorepass-77/broker.sock");
    let was_running = socket.exists();
    let ended = run(&bed, &job, &script(&job, "after_script"));

    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains(&format!("docker: {SET_UP}\npodman: {SET_UP}")), "{}", ran.stdout);
    assert_eq!((was_running, ended.code), (true, 0), "{ended:?}");
    assert!(is_empty(&bed.path("tmp")) && !bed.path("home/.local/state/shorepass").exists());
}

#[test]
fn a_fault_of_the_settings_ends_the_job_and_its_folder_goes() {
    let bed = bed_with_temporary_folder();
    bed.write("project/shorepass.toml", "[identity.ci]\ntype = \"aws\"\nrole_arn = \"admin\"\n");
    let job = job(&bed, &[("registries", "r.example")]);

    let ran = run(&bed, &job, &script(&job, "before_script"));
    let ended = run(&bed, &job, &script(&job, "after_script"));

    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stdout.contains("shorepass.toml:3: `role_arn` must be a role"), "{}", ran.stdout);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(is_empty(&bed.path("tmp")));
}

#[test]
fn a_folder_that_somebody_else_has_made_is_not_used() {
    let bed = bed_with_temporary_folder();
    bed.write("project/shorepass.toml", CONFIGURATION);
    bed.write("tmp/shorepass-77/docker/config.json", "{}");
    let job = job(&bed, &[("registries", "r.example")]);

    let ran = run(&bed, &job, &script(&job, "before_script"));

    assert_ne!(ran.code, 0, "{ran:?}");
    assert_eq!(fs::read_to_string(bed.path("tmp/shorepass-77/docker/config.json")).unwrap(), "{}");
}

#[test]
fn the_audience_is_the_input_or_that_of_aws() {
    let bed = bed_with_temporary_folder();

    for (inputs, audience) in [
        (&[][..], "sts.amazonaws.com"),
        (&[("audience", "api://AzureADTokenExchange")][..], "api://AzureADTokenExchange"),
    ] {
        let job = job(&bed, inputs);

        assert_eq!(job["id_tokens"]["SHOREPASS_ID_TOKEN"]["aud"], audience);
    }
}

fn run(bed: &Bed, job: &Value, script: &str) -> shorepass_tests::bed::Said {
    let project = bed.path("project");
    let mut env = vec![("CI_JOB_ID", "77"), ("CI_PROJECT_DIR", project.to_str().unwrap())];
    let variables = job["variables"].as_object().unwrap();
    env.extend(variables.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())));
    shell(bed, "/bin/sh", script, &env)
}

fn script(job: &Value, key: &str) -> String {
    job[key].as_array().unwrap().iter().map(|lines| lines.as_str().unwrap()).collect()
}

/// The hidden job after GitLab has put the inputs in.
fn job(bed: &Bed, inputs: &[(&str, &str)]) -> Value {
    let file = packaging("gitlab-ci/shorepass.yml");
    let declared = yaml::read(&file).swap_remove(0)["spec"]["inputs"].take();
    let mut text = fs::read_to_string(file).unwrap();
    for (name, input) in declared.as_object().unwrap() {
        let given = inputs.iter().find(|(given, _)| given == name).map(|(_, value)| *value);
        let value = given.or(input["default"].as_str()).unwrap_or_default();
        text = text.replace(&format!("$[[ inputs.{name} ]]"), value);
    }
    assert!(!text.contains("$[["), "an input that is not declared");
    yaml::read(&bed.write("filled.yml", &text)).swap_remove(1)[".shorepass"].take()
}
