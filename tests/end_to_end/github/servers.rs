//! Tokens of one GitHub never reach the registry of another.

use shorepass_tests::bed::Bed;

use super::{assert_not_found, closed_url, cloud, install_gh};

#[test]
fn a_token_of_an_enterprise_server_does_not_go_to_ghcr_io() {
    for server in [
        "https://github.corp.example",
        "https://github.com.evil.example",
        "https://github.com@evil.example",
        "https://evil.example/github.com",
        "https://github.com:8443",
    ] {
        let mut bed = Bed::new();
        bed.set("GITHUB_TOKEN", "canary").set("GITHUB_SERVER_URL", server);

        assert_not_found(&bed.helper("get", "ghcr.io"));
    }
    let mut bed = Bed::new();
    bed.set("GH_ENTERPRISE_TOKEN", "canary").set("GH_HOST", "github.corp.example");
    assert_not_found(&bed.helper("get", "ghcr.io"));
}

#[test]
fn a_token_of_github_com_does_not_go_to_an_enterprise_server() {
    let mut bed = with_servers();
    bed.set("GITHUB_TOKEN", "canary").set("GH_TOKEN", "canary");

    for host in REGISTRIES {
        assert_not_found(&bed.helper("get", host));
    }
    assert_eq!(bed.helper("get", "ghcr.io").credential().1, "canary");
}

#[test]
fn a_job_of_an_enterprise_server_logs_in_to_its_own_registry() {
    let mut bed = with_servers();
    bed.set("GITHUB_TOKEN", "of-the-job").set("GITHUB_SERVER_URL", "https://github.corp.example");

    assert_eq!(bed.helper("get", REGISTRIES[0]).credential().1, "of-the-job");
    assert_not_found(&bed.helper("get", REGISTRIES[1]));
}

#[test]
fn a_token_for_gh_in_a_job_of_an_enterprise_server_does_not_go_to_its_registry() {
    let mut bed = with_servers();
    bed.set("GH_TOKEN", "canary").set("GITHUB_SERVER_URL", "https://github.corp.example");
    assert_not_found(&bed.helper("get", REGISTRIES[0]));

    bed.set("GITHUB_TOKEN", "of-the-job");

    assert_eq!(bed.helper("get", REGISTRIES[0]).credential().1, "of-the-job");
    assert_eq!(bed.helper("get", "ghcr.io").credential().1, "canary");
}

#[test]
fn a_ghe_com_is_a_server_of_its_own() {
    let mut bed = with_servers();
    bed.set("GH_TOKEN", "of-octocorp").set("GH_HOST", "octocorp.ghe.com");

    assert_eq!(bed.helper("get", REGISTRIES[1]).credential().1, "of-octocorp");
    assert_not_found(&bed.helper("get", REGISTRIES[0]));
    assert_not_found(&bed.helper("get", "ghcr.io"));
}

#[test]
fn an_enterprise_token_goes_to_the_host_that_is_named() {
    let mut bed = with_servers();
    bed.set("GITHUB_ENTERPRISE_TOKEN", "of-corp").set("GH_HOST", "other.example");
    assert_not_found(&bed.helper("get", REGISTRIES[0]));

    bed.set("GH_HOST", "github.corp.example");
    assert_eq!(bed.helper("get", REGISTRIES[0]).credential().1, "of-corp");

    bed.unset("GH_HOST");
    assert_eq!(bed.helper("get", REGISTRIES[0]).credential().1, "of-corp", "the rule names the server");
    assert_not_found(&bed.helper("get", REGISTRIES[1]));
}

#[test]
fn a_sign_in_to_gh_is_that_servers_only() {
    let cloud = cloud();
    let mut bed = with_servers();
    install_gh(&mut bed, &cloud.gh_script("github.corp.example", "alice", &["read:packages"]));

    let (_, token) = bed.helper("get", REGISTRIES[0]).credential();

    assert!(cloud.owner("alice", &token).is_some());
    assert_not_found(&bed.helper("get", REGISTRIES[1]));
    assert_not_found(&bed.helper("get", "ghcr.io"));
}

#[test]
fn a_registry_of_an_unknown_server_is_a_fault_of_the_rule() {
    let bed = Bed::new();
    bed.configure("[[registry]]\nmatch = \"containers.github.corp.example\"\nkind = \"ghcr\"\n");

    let said = bed.shorepass(&["config", "check"]);

    assert_ne!(said.code, 0);
    assert!(format!("{said:?}").contains("needs the key `server`"), "{said:?}");
}

fn with_servers() -> Bed {
    let mut bed = Bed::new();
    bed.set("HTTPS_PROXY", &closed_url());
    bed.configure(&format!(
        "[[registry]]\nmatch = \"{}\"\nkind = \"ghcr\"\nserver = \"github.corp.example\"\n\n\
         [[registry]]\nmatch = \"{}\"\nkind = \"ghcr\"\n",
        REGISTRIES[0], REGISTRIES[1]
    ));
    bed
}

const REGISTRIES: [&str; 2] = ["containers.github.corp.example", "containers.octocorp.ghe.com"];
