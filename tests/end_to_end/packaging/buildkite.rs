//! Buildkite's plugin: its hooks in one shell, in the agent's order.

use std::fs;

use shorepass_tests::{
    bed::{Bed, Said},
    yaml,
};

use super::{CONFIGURATION, LOOK, SET_UP, bed_with_temporary_folder, is_empty, packaging, shell};

#[test]
fn a_job_is_signed_in_and_leaves_nothing() {
    for name in ["BUILDKITE_PLUGIN_SHOREPASS_REGISTRIES", "BUILDKITE_PLUGIN_SHOREPASS_REGISTRIES_0"] {
        let bed = bed_with_temporary_folder();
        bed.write("checkout/shorepass.toml", CONFIGURATION);

        let said = job(&bed, LOOK, &[(name, "r.example")]);

        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stdout.contains(&format!("docker: {SET_UP}\npodman: {SET_UP}")), "{}", said.stdout);
        assert!(is_empty(&bed.path("tmp")) && !bed.path("home/.local/state/shorepass").exists());
    }
}

#[test]
fn every_entry_of_the_list_is_set_up() {
    let bed = bed_with_temporary_folder();
    bed.write("checkout/ci/other.toml", CONFIGURATION);

    let said = job(
        &bed,
        LOOK,
        &[
            ("BUILDKITE_PLUGIN_SHOREPASS_REGISTRIES_0", "r.example"),
            ("BUILDKITE_PLUGIN_SHOREPASS_REGISTRIES_1", "ghcr.io"),
            ("BUILDKITE_PLUGIN_SHOREPASS_CONFIG", "ci/other.toml"),
        ],
    );

    let both = r#"podman: {"credHelpers":{"ghcr.io":"shorepass","r.example":"shorepass"}}"#;
    assert!(said.code == 0 && said.stdout.contains(both), "{said:?}");
}

#[test]
fn a_plugin_without_registries_says_so_and_its_folder_goes() {
    let bed = bed_with_temporary_folder();
    bed.write("checkout/shorepass.toml", CONFIGURATION);

    let said = job(&bed, LOOK, &[]);

    assert_eq!((said.code, said.stdout.as_str()), (1, "no broker was running\n"), "{said:?}");
    assert!(said.stderr.contains("`registries` is empty"), "{}", said.stderr);
    assert!(is_empty(&bed.path("tmp")));
}

#[test]
fn the_keys_of_the_plugin_are_those_that_its_hooks_read() {
    let declared = yaml::read(&packaging("buildkite/plugin.yml")).swap_remove(0);
    let hooks: String = ["environment", "pre-command"].map(hook).concat();

    for key in declared["configuration"]["properties"].as_object().unwrap().keys() {
        let variable = format!("BUILDKITE_PLUGIN_SHOREPASS_{}", key.to_uppercase());
        assert!(hooks.contains(&variable), "no hook reads `{key}`");
    }
}

/// The agent runs `pre-exit` whatever came before.
fn job(bed: &Bed, command: &str, env: &[(&str, &str)]) -> Said {
    let checkout = bed.path("checkout");
    let mut env = env.to_vec();
    env.push(("BUILDKITE_BUILD_CHECKOUT_PATH", checkout.to_str().unwrap()));
    let at_end = format!("at_end() {{\n{}\n}}\n", hook("pre-exit"));
    let script =
        format!("{at_end}{}\ntrap at_end EXIT\n{}\n{command}", hook("environment"), hook("pre-command"));
    shell(bed, "/bin/bash", &script, &env)
}

fn hook(name: &str) -> String {
    fs::read_to_string(packaging(&format!("buildkite/hooks/{name}"))).unwrap()
}
