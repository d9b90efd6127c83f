//! Configuration files: any text is read without panic, and its faults tell nothing but keys.
//!
//! A byte 0x01 in the input becomes a canary in the shape of a secret access key, which must not
//! show wherever it stands. Beyond that, a fault of well-formed TOML may consist of our own words,
//! the file's keys and the names of identities only.

#![no_main]

use std::{collections::BTreeSet, path::Path};

use libfuzzer_sys::fuzz_target;
use shorepass_core::{config::Config, registry::Registry, route::Route};
use toml::{Table, Value};

fuzz_target!(|input: &str| {
    let text = input.replace('\u{1}', CANARY);
    let file = Path::new("config.toml");

    match Config::parse(file, &text) {
        Ok(config) => {
            assert_eq!(config.files, [file]);
            can_be_followed(&config);
        }
        Err(faults) => {
            assert!(!faults.is_empty());
            let names = text.parse::<Table>().ok().map(|table| names(&table));
            for fault in &faults {
                assert_eq!(fault.place.file, file);
                assert!(fault.place.line <= text.matches('\n').count() + 1, "{fault}");
                shows_no_value(&fault.message, input, names.as_ref());
            }
        }
    }
});

/// A rule leads to a route or to an error, for hosts that it was written for and for others.
fn can_be_followed(config: &Config) {
    for rule in &config.rules {
        for word in ["x", "123456789012", LONG_LABEL] {
            let host = rule.pattern.text().replace('*', word);
            for host in [host.as_str(), LONG_LABEL, "123456789012.dkr.ecr.eu-west-1.amazonaws.com"] {
                if let Ok(registry) = Registry::parse(host) {
                    let _ = Route::find(config, registry).map(|route| route.notes());
                }
            }
        }
    }
}

/// The fuzzer learns pieces of the canary from the comparison here; where it wrote one itself, it is no canary.
fn shows_no_value(message: &str, input: &str, names: Option<&BTreeSet<String>>) {
    let holds = |text: &str, part: &[u8]| text.as_bytes().windows(part.len()).any(|shown| shown == part);
    assert!(
        CANARY.as_bytes().windows(8).all(|part| !holds(message, part) || holds(input, part)),
        "the canary shows: {message}"
    );
    // The TOML parser's own words are not listed here.
    let Some(names) = names else { return };
    for word in message.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-') {
        let is_known = word.len() <= 3 || names.contains(word) || OURS.iter().any(|text| text.contains(word));
        assert!(is_known, "`{word}` is neither a key nor ours: {message}");
    }
}

/// What a fault may name: keys, and the identities and tokens that are asked for.
fn names(table: &Table) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(table, &mut names);
    names
}

fn collect(table: &Table, names: &mut BTreeSet<String>) {
    for (key, value) in table {
        names.insert(key.clone());
        match value {
            Value::Table(inner) => collect(inner, names),
            Value::Array(values) => {
                values.iter().filter_map(Value::as_table).for_each(|inner| collect(inner, names));
            }
            Value::String(name) if key == "identity" || key == "token" => {
                names.insert(name.clone());
            }
            _ => {}
        }
    }
}

const CANARY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const LONG_LABEL: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// Where the messages are written, and what `humantime` makes of the bounds in them.
const OURS: &[&str] = &[
    include_str!("../../../crates/core/src/config/reader.rs"),
    include_str!("../../../crates/core/src/config/rule.rs"),
    include_str!("../../../crates/core/src/config/identity.rs"),
    include_str!("../../../crates/core/src/config/broker.rs"),
    include_str!("../../../crates/core/src/config/pattern.rs"),
    include_str!("../../../crates/core/src/identity.rs"),
    include_str!("../../../crates/core/src/identity/aws.rs"),
    include_str!("../../../crates/core/src/identity/azure.rs"),
    include_str!("../../../crates/core/src/identity/google.rs"),
    include_str!("../../../crates/core/src/identity/github.rs"),
    include_str!("../../../crates/core/src/identity/gitlab.rs"),
    include_str!("../../../crates/core/src/identity/oidc.rs"),
    include_str!("../../../crates/core/src/identity/stored.rs"),
    include_str!("../../../crates/core/src/config/vault.rs"),
    include_str!("../../../crates/core/src/token.rs"),
    include_str!("../../../crates/core/src/token/aws_web_identity.rs"),
    include_str!("../../../crates/core/src/token/azure_pipelines.rs"),
    include_str!("../../../crates/core/src/token/bitbucket.rs"),
    include_str!("../../../crates/core/src/token/buildkite.rs"),
    include_str!("../../../crates/core/src/token/circleci.rs"),
    include_str!("../../../crates/core/src/token/command.rs"),
    include_str!("../../../crates/core/src/token/env.rs"),
    include_str!("../../../crates/core/src/token/file.rs"),
    include_str!("../../../crates/core/src/token/github_actions.rs"),
    include_str!("../../../crates/core/src/token/gitlab.rs"),
    include_str!("../../../crates/core/src/token/google_metadata.rs"),
    include_str!("../../../crates/core/src/token/jenkins.rs"),
    include_str!("../../../crates/core/src/token/kubelet.rs"),
    include_str!("../../../crates/core/src/token/kubernetes.rs"),
    include_str!("../../../crates/core/src/token/spiffe.rs"),
    include_str!("../../../crates/core/src/token/url.rs"),
    include_str!("../../../crates/core/src/kind.rs"),
    include_str!("../../../crates/core/src/kind/narrow.rs"),
    include_str!("../../../crates/core/src/kind/acr.rs"),
    include_str!("../../../crates/core/src/kind/artifact_registry.rs"),
    include_str!("../../../crates/core/src/kind/ecr.rs"),
    include_str!("../../../crates/core/src/kind/ecr_public.rs"),
    include_str!("../../../crates/core/src/kind/artifactory.rs"),
    include_str!("../../../crates/core/src/kind/docker_hub.rs"),
    include_str!("../../../crates/core/src/kind/ghcr.rs"),
    include_str!("../../../crates/core/src/kind/gitlab.rs"),
    include_str!("../../../crates/core/src/kind/harbor.rs"),
    include_str!("../../../crates/core/src/kind/nexus.rs"),
    include_str!("../../../crates/core/src/kind/oauth2_registry.rs"),
    include_str!("../../../crates/core/src/kind/quay.rs"),
    include_str!("../../../crates/core/src/kind/stored.rs"),
    include_str!("../../../crates/core/src/kind/token_exchange.rs"),
    "30days",
];
