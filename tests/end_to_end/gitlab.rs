//! Logins of GitLab's jobs and of people, through the helper to a password that the registry takes.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::gitlab::GitLab,
};

#[test]
fn a_job_logs_in_to_its_own_registry() {
    let cloud = cloud();
    let bed = job(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), "job/shore/app");
    assert_eq!(cloud.audit(), [], "nobody has to be asked");
}

#[test]
fn a_job_without_the_registrys_password_has_its_own_token() {
    let cloud = cloud();
    let mut bed = job(&cloud);
    bed.unset("CI_REGISTRY_USER").unset("CI_REGISTRY_PASSWORD");

    assert_eq!(get(&bed).credential().0, "gitlab-ci-token");
    assert_eq!(owner(&cloud, &get(&bed)), "job/shore/app");
}

#[test]
fn a_jobs_login_goes_to_no_other_registry() {
    let cloud = cloud();
    let bed = job(&cloud);
    let hosts = ["registry.gitlab.corp.example", "registry.gitlab.corp.example:5050", "images.example"];
    let rules = hosts.map(|host| format!("[[registry]]\nmatch = \"{host}\"\nkind = \"gitlab\"\n"));
    configure(&bed, &rules.concat());

    for host in
        hosts.iter().chain(&["registry.gitlab.com.evil.example", "registry.gitlab.com:5050", "ghcr.io"])
    {
        assert_not_found(&bed.helper("get", host));
    }
    assert_eq!(owner(&cloud, &get(&bed)), "job/shore/app");
}

#[test]
fn a_job_of_a_server_of_ones_own_logs_in_there() {
    let mut bed = stranger();
    configure(&bed, "[[registry]]\nmatch = \"registry.corp.example:5050\"\nkind = \"gitlab\"\n");
    bed.set("CI_REGISTRY", "registry.corp.example:5050").set("CI_JOB_TOKEN", "of-the-job");

    assert_eq!(bed.helper("get", "registry.corp.example:5050").credential().1, "of-the-job");
    assert_not_found(&get(&bed));
}

#[test]
fn a_look_alike_in_the_jobs_variables_gets_nothing() {
    for named in [
        "registry.gitlab.com@evil.example",
        "registry.gitlab.com/evil",
        "evil.example",
        "registry.gitlab.com.",
    ] {
        let mut bed = stranger();
        bed.set("CI_REGISTRY", named).set("CI_JOB_TOKEN", "canary").set("CI_REGISTRY_PASSWORD", "canary");

        assert_not_found(&get(&bed));
    }
}

#[test]
fn a_deploy_token_is_used_where_no_job_logs_in() {
    let cloud = cloud();
    let mut bed = stranger();
    let token = cloud.with_world(|world| world.find_deploy_token("gitlab+deploy-token-1").unwrap().clone());
    bed.set("CI_REGISTRY", GITLAB).set("CI_DEPLOY_USER", &token.username);
    bed.set("CI_DEPLOY_PASSWORD", token.secret.expose());

    assert!(owner(&cloud, &get(&bed)).contains("deploy-token-1"));
}

#[test]
fn a_source_that_is_the_only_one_is_missed() {
    let cloud = cloud();
    let bed = job(&cloud);
    configure(&bed, &rule("source = \"deploy-token\""));

    let said = get(&bed);

    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("`CI_DEPLOY_USER` and `CI_DEPLOY_PASSWORD` are not set"), "{said:?}");
    assert!(said.stdout.contains("run it in a job of that GitLab"), "{said:?}");
}

#[test]
fn a_login_of_a_client_comes_back_and_a_jobs_goes_before_it() {
    let cloud = cloud();
    let bed = job(&cloud);
    let token = cloud.with_world(|world| world.find_access_token("alice").unwrap().secret.clone());
    let login =
        format!("{{\"ServerURL\":\"{GITLAB}\",\"Username\":\"alice\",\"Secret\":\"{}\"}}\n", token.expose());
    assert_eq!(bed.helper("store", &login).code, 0);

    assert_eq!(owner(&cloud, &get(&bed)), "job/shore/app");
    let elsewhere = bed.helper_in(&[("CI_REGISTRY", "")], "get", GITLAB);
    assert_eq!(owner(&cloud, &elsewhere), "alice");
    configure(&bed, &rule("source = \"stored\""));
    assert_eq!(owner(&cloud, &get(&bed)), "alice");
}

#[test]
fn nobody_goes_on_anonymously() {
    assert_not_found(&get(&stranger()));
}

fn cloud() -> GitLab {
    GitLab::start().unwrap()
}

/// Somebody who keeps logins in a file and is nobody at GitLab.
fn stranger() -> Bed {
    let bed = Bed::new();
    configure(&bed, "");
    bed
}

fn job(cloud: &GitLab) -> Bed {
    let mut bed = stranger();
    let token = cloud.with_world(|world| world.find_job("shore/app").unwrap().token.clone());
    bed.set("CI_REGISTRY", GITLAB).set("CI_REGISTRY_USER", "gitlab-ci-token");
    bed.set("CI_REGISTRY_PASSWORD", token.expose()).set("CI_JOB_TOKEN", token.expose());
    bed
}

fn configure(bed: &Bed, tables: &str) {
    let key = bed.write("home/vault-key", &"k".repeat(32));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    bed.configure(&format!("[vault]\nstore = \"file\"\nkey_file = \"{}\"\n\n{tables}", key.display()));
}

fn rule(identity: &str) -> String {
    format!(
        "[identity.me]\ntype = \"gitlab\"\n{identity}\n\n[[registry]]\nmatch = \"{GITLAB}\"\nidentity = \"me\"\n"
    )
}

fn get(bed: &Bed) -> Said {
    bed.helper("get", GITLAB)
}

/// Whose the password is that a `get` has brought, which must be good at this moment.
fn owner(cloud: &GitLab, said: &Said) -> String {
    let (username, secret) = said.credential();
    cloud.owner(&username, &secret).expect("a password that counts")
}

fn assert_not_found(said: &Said) {
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (1, "credentials not found in native keychain\n"),
        "{said:?}"
    );
}

const GITLAB: &str = "registry.gitlab.com";
