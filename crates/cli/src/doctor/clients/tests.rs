//! Files as people have them, and what is said about them.

use std::{fs, path::Path};

use super::*;
use crate::doctor::Level;

#[test]
fn an_entry_of_ours_is_fine_for_both_families() {
    let (_home, around) = home(&[
        (".docker/config.json", r#"{"credHelpers":{"https://index.docker.io/v1/":"shorepass"}}"#),
        (".config/containers/auth.json", r#"{"credHelpers":{"docker.io":"shorepass"}}"#),
    ]);

    let found = about(&server("docker.io"), &around);

    assert_eq!(ids(&found), [("client", Level::Ok), ("client", Level::Ok)]);
}

#[test]
fn a_drop_in_sends_every_registry_of_podman_to_us_unless_another_overrules_it() {
    let ours =
        ("credential-helpers = [\"shorepass\"]\n", ".config/containers/registries.conf.d/90-shorepass.conf");
    let auth = (".config/containers/auth.json", "{}");
    let (_home, around) = home(&[auth, (ours.1, ours.0)]);
    assert_eq!(ids(&about(&server("r.example"), &around)), [("client", Level::Ok)]);

    let later = (".config/containers/registries.conf.d/99-x.conf", "credential-helpers = [\"pass\"]\n");
    let (_home, around) = home(&[auth, (ours.1, ours.0), later]);
    assert_eq!(ids(&about(&server("r.example"), &around)), [("not_set_up", Level::Error)]);
}

#[test]
fn whatever_shadows_the_helper_is_named_with_its_file() {
    for (text, id) in [
        (r#"{"credHelpers":{"r.example":"ecr-login"}}"#, "other_helper"),
        (r#"{"credsStore":"desktop","auths":{"r.example":{}}}"#, "creds_store"),
        (r#"{"auths":{"https://r.example/v2/":{"auth":"eDp5"}}}"#, "static_login"),
        (r#"{"credHelpers":{"other.example":"shorepass"}}"#, "not_set_up"),
    ] {
        let (_home, around) = home(&[(".docker/config.json", text)]);

        let found = about(&server("r.example"), &around);

        assert_eq!(ids(&found), [(id, Level::Error)], "{text}");
        assert!(found[0].fix.as_ref().unwrap().contains("shorepass setup --docker r.example"));
    }
}

#[test]
fn a_store_of_ours_takes_every_registry() {
    let (_home, around) = home(&[(".docker/config.json", r#"{"credsStore":"shorepass"}"#)]);

    assert_eq!(ids(&about(&server("r.example"), &around)), [("client", Level::Ok)]);
    assert_eq!(ids(&overview(&around).1), [("clients", Level::Ok)]);
}

#[test]
fn podman_takes_the_first_file_that_knows_the_registry() {
    let ours = r#"{"credHelpers":{"r.example":"shorepass"}}"#;
    let (home, around) = home(&[(".config/containers/auth.json", ours), (".docker/config.json", ours)]);
    assert_eq!(ids(&about(&server("r.example"), &around)), [("client", Level::Ok), ("client", Level::Ok)]);

    write(home.path(), "run/containers/auth.json", r#"{"auths":{"r.example/team":{"auth":"eDp5"}}}"#);
    let found = about(&server("r.example"), &around);

    assert_eq!(ids(&found), [("client", Level::Ok), ("static_login", Level::Error)]);
    assert!(found[1].fix.as_ref().unwrap().contains("podman logout r.example/team"));
}

#[test]
fn podman_also_reads_dockers_file() {
    let (_home, around) = home(&[
        (".docker/config.json", r#"{"credHelpers":{"r.example":"shorepass"}}"#),
        (".config/containers/auth.json", "{}"),
    ]);

    assert_eq!(ids(&about(&server("r.example"), &around)), [("client", Level::Ok), ("client", Level::Ok)]);
}

#[test]
fn a_family_that_is_not_set_up_is_a_warning_when_the_other_is() {
    let (_home, around) = home(&[
        (".docker/config.json", r#"{"credHelpers":{"https://index.docker.io/v1/":"shorepass"}}"#),
        (".config/containers/auth.json", "{}"),
    ]);

    let found = about(&server("docker.io"), &around);

    assert_eq!(ids(&found), [("client", Level::Ok), ("not_set_up", Level::Warning)]);
}

#[test]
fn a_login_beside_the_helper_is_stale() {
    let (_home, around) = home(&[(
        ".docker/config.json",
        r#"{"credHelpers":{"r.example":"shorepass"},"auths":{"r.example":{"auth":"eDp5"}}}"#,
    )]);

    let found = about(&server("r.example"), &around);

    assert_eq!(ids(&found), [("stale_login", Level::Warning), ("client", Level::Ok)]);
    assert_eq!(
        found[0].fix.as_deref(),
        Some(
            "to keep it in the vault, run `shorepass import`; if nobody needs it, run `docker logout r.example`"
        )
    );
}

#[test]
fn keys_that_match_nothing_are_named() {
    let (_home, around) = home(&[(
        ".docker/config.json",
        r#"{"credHelpers":{"https://r.example":"shorepass","*.r.example":"shorepass","r.example/team":"shorepass","s.example":"shorepass"}}"#,
    )]);

    let (hosts, found) = overview(&around);

    assert_eq!(hosts.into_iter().collect::<Vec<_>>(), ["s.example"]);
    assert_eq!(
        ids(&found),
        [
            ("key_never_matches", Level::Warning),
            ("key_never_matches", Level::Warning),
            ("key_never_matches", Level::Warning),
            ("clients", Level::Ok)
        ]
    );
}

#[test]
fn a_broken_file_is_one_finding() {
    let (_home, around) = home(&[(".docker/config.json", "{")]);

    assert_eq!(
        ids(&overview(&around).1),
        [("client_file_broken", Level::Error), ("no_host", Level::Warning)]
    );
}

#[test]
fn the_variable_that_beats_every_helper_is_named() {
    let (home, _) = home(&[(".docker/config.json", r#"{"credHelpers":{"r.example":"shorepass"}}"#)]);
    let run = home.path().join("run");
    let variables = [("DOCKER_AUTH_CONFIG", Path::new("{}")), ("XDG_RUNTIME_DIR", &run)];
    let around = Surroundings::fake(home.path(), &variables);

    let found = about(&server("r.example"), &around);

    assert_eq!(ids(&found), [("client", Level::Ok), ("docker_auth_config", Level::Warning)]);
}

fn home(files: &[(&str, &str)]) -> (tempfile::TempDir, Surroundings) {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(home.path(), name, text);
    }
    let around = Surroundings::fake(home.path(), &[("XDG_RUNTIME_DIR", &home.path().join("run"))]);
    (home, around)
}

fn write(home: &Path, name: &str, text: &str) {
    let path = home.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn server(name: &str) -> Server {
    Server::parse(name).unwrap()
}

fn ids(findings: &[Finding]) -> Vec<(&str, Level)> {
    findings.iter().map(|finding| (finding.id.as_str(), finding.level)).collect()
}
