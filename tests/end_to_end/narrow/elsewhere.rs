//! `narrow = "require"` where other clouds keep it: scopes of Google's, tokens of ACR's, robots of Harbor's, and apps
//! of GitHub's.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        azure::Azure,
        github::GitHub,
        google::{Google, PULLER, READ_ONLY, USER},
        harbor::Harbor,
    },
};

use crate::ruled::assert_reason;

#[test]
fn a_google_service_account_s_key_gives_the_scope_to_pull() {
    let cloud = Google::start().unwrap();
    let mut bed = at_google(&cloud, "");
    let file = bed.write("key.json", &cloud.credential_files().service_account(PULLER).to_string());
    bed.set("GOOGLE_APPLICATION_CREDENTIALS", file.to_str().unwrap());

    let token = bed.helper("get", GAR).credential().1;

    assert_eq!(cloud.issued().find(&token).unwrap().scopes, [READ_ONLY]);
    assert!(cloud.issued().allows(&token, "pull") && !cloud.issued().allows(&token, "push"));
}

#[test]
fn a_google_machine_s_token_is_not_handed_out_unless_it_impersonates() {
    let cloud = Google::start().unwrap();
    let mut bed = at_google(&cloud, "");
    bed.set("GCE_METADATA_HOST", &cloud.address().to_string()).unset("NO_GCE_CHECK");

    let machine = bed.helper("get", GAR);

    assert_not_narrowed(&machine);
    assert_eq!(cloud.issued().count(), cloud.count("metadata:GetToken"));
}

#[test]
fn gcloud_s_token_is_not_handed_out_unless_it_impersonates() {
    let cloud = Google::start().unwrap();
    let mut bed = at_google(&cloud, "");
    bed.set("CLOUDSDK_AUTH_ACCESS_TOKEN", &given(&cloud));
    assert_not_narrowed(&bed.helper("get", GAR));

    let keys = format!("service_account = \"{PULLER}\"\niam_endpoint = \"{}\"", cloud.url());
    let mut bed = at_google(&cloud, &keys);
    bed.set("CLOUDSDK_AUTH_ACCESS_TOKEN", &given(&cloud));
    let token = bed.helper("get", GAR).credential().1;
    assert_eq!(cloud.issued().find(&token).unwrap().scopes, [READ_ONLY]);
}

#[test]
fn a_token_of_acr_is_for_the_repositories_of_the_rule() {
    let cloud = Azure::start().unwrap();
    cloud.stand_in_for(ACR);
    let mut bed = Bed::new();
    for (name, value) in cloud.environment_with_secret("build") {
        bed.set(name, &value);
    }
    bed.set("AZURE_AUTHORITY_HOST", &cloud.url())
        .set("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9");
    bed.configure(&format!(
        "[[registry]]\nmatch = \"{ACR}\"\nendpoint = \"{}\"\nrepositories = [\"team/app\"]\n{PULL}",
        cloud.url()
    ));

    let password = bed.helper("get", ACR).credential().1;

    let allows = |repository, action| cloud.issued().allows(&password, repository, action);
    assert!(allows("team/app", "pull") && !allows("team/app", "push") && !allows("team/other", "pull"));
}

#[test]
fn a_robot_of_harbor_s_is_for_the_projects_of_the_rule() {
    let harbor = Harbor::start().unwrap();
    let bed = Bed::new();
    let key = bed.write("home/vault-key", &"k".repeat(32));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    bed.configure(&format!(
        "[vault]\nstore = \"file\"\nkey_file = \"{}\"\n[[registry]]\nmatch = \"harbor.example\"\nkind = \"harbor\"\n\
         robots = true\nendpoint = \"{}\"\nrepositories = [\"team/*\"]\n{PULL}",
        key.display(),
        harbor.url()
    ));
    crate::ruled::store(&bed, "harbor.example", "admin", "Harbor12345-of-the-test");

    let (user, secret) = bed.helper("get", "harbor.example").credential();

    let may = |project, action| harbor.allows(&user, &secret, project, action);
    assert!(may("team", "pull") && !may("team", "push") && !may("other", "pull"));
}

#[test]
fn another_helper_s_login_is_not_handed_out_instead() {
    let bed = Bed::new();
    let helper = bed.write(
        "bin/docker-credential-other",
        "#!/bin/sh\necho '{\"ServerURL\":\"x\",\"Username\":\"ann\",\"Secret\":\"canary\"}'\n",
    );
    fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap());
    let bed_with = |narrow: &str| {
        bed.configure(&format!(
            "[vault]\nhand_on = \"other\"\n[[registry]]\nmatch = \"harbor.example\"\nkind = \"harbor\"\nrobots = true\n\
             repositories = [\"team/*\"]\naccess = \"pull\"\n{narrow}"
        ));
        bed.helper_in(&[("PATH", &path)], "get", "harbor.example")
    };

    assert_eq!(bed_with("").credential().0, "ann");
    assert_ne!(bed_with("narrow = \"require\"\n").code, 0);
}

#[test]
fn an_app_s_token_of_github_s_is_for_the_repositories_of_the_rule_and_to_read() {
    // The one is installed everywhere and may read; the other may write.
    for (name, owner, image) in [
        ("puller", "owner = \"shoreteam\"", "shoreteam/images"),
        ("narrow", "installation_id = \"2002\"", "shoreteam/tools"),
    ] {
        let cloud = GitHub::start().unwrap();
        cloud.knobs().app_tokens_open_packages(true);
        let bed = Bed::new();
        let (id, key) = cloud.with_world(|world| {
            let package = world.package_mut("shoreteam/app").unwrap();
            (package.name, package.repository) = (image.into(), Some(image.into()));
            let app = world.find_app(name).unwrap();
            (app.id, app.private_key().clone())
        });
        let file = bed.write("secrets/app.pem", key.expose());
        let url = cloud.url();
        bed.configure(&format!(
            "[identity.app]\ntype = \"github\"\napi_endpoint = \"{url}\"\napp_id = \"{id}\"\n{owner}\n\
             private_key_file = \"{}\"\n[[registry]]\nmatch = \"ghcr.io\"\nendpoint = \"{url}\"\n\
             identity = \"app\"\nrepositories = [\"{image}\"]\n{PULL}",
            file.display()
        ));

        let token = bed.helper("get", "ghcr.io").credential().1;

        let facts = cloud.installed().find(&token).unwrap().facts;
        assert_eq!(facts.permissions["packages"], "read", "{name}");
        assert_eq!(facts.repositories, Some(vec![image.to_owned()]), "{name}");
    }
}

/// Somebody who trusts the cloud's address, under a rule that wants to pull and no more.
fn at_google(cloud: &Google, identity: &str) -> Bed {
    let mut bed = Bed::new();
    bed.set("NO_GCE_CHECK", "true");
    bed.configure(&format!(
        "[identity.shore]\ntype = \"google\"\ntrusted_hosts = [\"{}\"]\n{identity}\n\
         [[registry]]\nmatch = \"{GAR}\"\nidentity = \"shore\"\n{PULL}",
        cloud.address()
    ));
    bed
}

/// A token of everything, which somebody gave gcloud.
fn given(cloud: &Google) -> String {
    let mut bed = at_google(cloud, "");
    let config = fs::read_to_string(bed.path("home/.config/shorepass/config.toml")).unwrap();
    bed.configure(&config.replace(PULL, ""));
    let file = bed.write("user.json", &cloud.credential_files().authorized_user(USER).to_string());
    bed.set("GOOGLE_APPLICATION_CREDENTIALS", file.to_str().unwrap());
    bed.helper("get", GAR).credential().1
}

fn assert_not_narrowed(said: &Said) {
    assert_reason(
        said,
        &["the credential would be wider than the rule says: gcloud and", "add a `service_account`"],
    );
}

const PULL: &str = "access = \"pull\"\nnarrow = \"require\"\n";
const GAR: &str = "europe-west10-docker.pkg.dev";
const ACR: &str = "shorepass.azurecr.io";
