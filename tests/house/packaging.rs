//! The samples for kubelets match every registry that is known by its name, and nothing under a stranger's domain;
//! what the GitHub action declares is what it reads.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use shorepass_core::kind::Kind;
use shorepass_tests::yaml;

use super::kubelet;

#[test]
fn a_kubelet_asks_for_every_registry_that_is_known_by_its_name() {
    let globs = globs("credential-provider.yaml");

    let known: Vec<String> =
        Kind::ALL.iter().flat_map(|kind| hosts(kind.name(), true)).filter(|host| is_of_image(host)).collect();
    assert!(known.len() > 60, "{known:?}");
    for host in known {
        let image = format!("{}/team/app", host.split('/').next().unwrap_or_default());
        let by = globs.iter().filter(|glob| kubelet::matches(glob, &image)).count();
        assert!(by == 1, "`{host}` is matched by {by} of the sample's patterns");
    }
}

#[test]
fn a_kubelet_asks_for_nothing_under_a_strangers_domain() {
    let globs = globs("credential-provider.yaml");

    let known: Vec<String> = Kind::ALL.iter().flat_map(|kind| hosts(kind.name(), true)).collect();
    let alike: Vec<String> = Kind::ALL
        .iter()
        .flat_map(|kind| hosts(kind.name(), false))
        .filter(|host| !known.contains(&name(host).to_owned()))
        .collect();
    assert!(alike.len() > 300, "{}", alike.len());
    for host in alike {
        let is_of_owner = OWNED.iter().any(|owned| name(&host).ends_with(&format!(".{owned}")));
        let is_asked = globs.iter().any(|glob| kubelet::matches(glob, &host));
        assert!(!is_asked || is_of_owner, "the kubelet would ask for `{host}`");
    }
}

#[test]
fn every_star_of_the_samples_stands_in_an_operators_domain() {
    for sample in ["credential-provider.yaml", "credential-provider-service-account.yaml"] {
        for glob in globs(sample).into_iter().filter(|glob| glob.contains('*')) {
            let is_of_owner = OWNED.iter().any(|owned| glob.ends_with(&format!(".{owned}")));

            assert!(is_of_owner, "{sample}: `{glob}`");
        }
    }
}

#[test]
fn the_sample_for_service_accounts_asks_for_the_audience_that_nodes_may_ask_for() {
    let provider = provider("credential-provider-service-account.yaml");
    let role = yaml::read(&folder().join("rbac.yaml")).swap_remove(0);

    let audience = &provider["tokenAttributes"]["serviceAccountTokenAudience"];
    assert_eq!(&role["rules"][0]["resources"], &serde_json::json!([audience]));
    assert_eq!(role["rules"][0]["verbs"], serde_json::json!(["request-serviceaccounts-token-audience"]));
}

#[test]
fn both_samples_name_the_provider_and_every_key_that_a_kubelet_wants() {
    for sample in ["credential-provider.yaml", "credential-provider-service-account.yaml"] {
        let file = yaml::read(&folder().join(sample)).swap_remove(0);
        let provider = provider(sample);

        assert_eq!(file["apiVersion"], "kubelet.config.k8s.io/v1", "{sample}");
        assert_eq!(file["kind"], "CredentialProviderConfig", "{sample}");
        assert_eq!(provider["name"], "shorepass-credential-provider", "{sample}");
        assert_eq!(provider["apiVersion"], "credentialprovider.kubelet.k8s.io/v1", "{sample}");
        assert!(provider["defaultCacheDuration"].is_string(), "{sample}");
    }
}

#[test]
fn the_action_reads_the_inputs_that_it_declares() {
    let action = folder().join("../github-action");
    let declared = yaml::read(&action.join("action.yml")).swap_remove(0);
    let code = fs::read_to_string(action.join("src/inputs.js")).unwrap();

    let declared: BTreeSet<&str> =
        declared["inputs"].as_object().unwrap().keys().map(String::as_str).collect();
    let read: BTreeSet<&str> = ["input(\"", "list(\""]
        .iter()
        .flat_map(|call| code.split(call).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .chain(code.contains("INPUT_CONFIG").then_some("config"))
        .collect();
    assert_eq!(read, declared);
}

#[test]
fn the_action_links_what_exec_links() {
    let action = fs::read_to_string(folder().join("../github-action/src/clients.js")).unwrap();
    let exec = fs::read_to_string(folder().join("../../crates/cli/src/command/exec/docker.rs")).unwrap();

    let linked = names_of(&action, "const LINKED = [");

    assert!(!linked.is_empty());
    assert_eq!(linked, names_of(&exec, "const LINKED: [&str; 7] = ["));
}

/// The quoted names of a list in a source file.
fn names_of<'a>(code: &'a str, head: &str) -> BTreeSet<&'a str> {
    let list = code.split(head).nth(1).unwrap_or_default().split(']').next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).collect()
}

fn globs(sample: &str) -> Vec<String> {
    let globs = provider(sample)["matchImages"].take();
    serde_json::from_value(globs).unwrap()
}

fn provider(sample: &str) -> Value {
    yaml::read(&folder().join(sample)).swap_remove(0)["providers"][0].take()
}

/// The hosts of a kind's table that are its own, or those that are not.
fn hosts(kind: &str, is_known: bool) -> Vec<String> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("providers").join(kind).join("hosts.txt");
    let text = fs::read_to_string(table).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    // The rest's own are whatever no other kind knows.
    let is_wanted = |line: &&str| line.ends_with(" -") != is_known && (kind != "stored" || !is_known);
    lines.filter(is_wanted).map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// An image's name has neither scheme, capitals nor white space; a port is matched only by the same port.
fn is_of_image(host: &str) -> bool {
    !host.contains("://") && !host.contains([':', '\\']) && host.to_lowercase() == host
}

/// Without port and path.
fn name(host: &str) -> &str {
    host.split(['/', ':']).next().unwrap_or_default()
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/kubernetes")
}

/// Domains in which only a registry's operator can make names. A star cannot count digits, so a kubelet asks for some
/// names there that are no registries; the provider has no credential for them.
const OWNED: [&str; 14] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "on.aws",
    "on.amazonwebservices.com.cn",
    "pkg.dev",
    "azurecr.io",
    "azurecr.cn",
    "azurecr.us",
    "jfrog.io",
];
