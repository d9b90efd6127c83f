//! The whole of `setup` on real files in a folder of its own, without a broker.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::*;
use crate::output::screen_fake;

#[test]
fn docker_gets_an_entry_and_undo_gives_back_every_byte() {
    let home = tempfile::tempdir().unwrap();
    let path = write(
        home.path(),
        ".docker/config.json",
        "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"r.example\": \"old\"\n\t}\n}",
    );
    let before = fs::read_to_string(&path).unwrap();
    let around = Surroundings::fake(home.path(), &[]);

    let (out, _) = done(&setup(&["r.example", "docker.io"]), &around);

    let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        file["credHelpers"],
        json!({ "r.example": "shorepass", "https://index.docker.io/v1/": "shorepass" })
    );
    assert!(out.contains("r.example: changed from `old` to `shorepass`"), "{out}");
    assert_eq!(fs::read_to_string(path.with_file_name("config.json.before-shorepass")).unwrap(), before);

    let (out, _) = done(&Setup { undo: true, ..Setup::default() }, &around);

    assert!(out.contains("r.example: given back to `old`"), "{out}");
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    assert!(!path.with_file_name("config.json.before-shorepass").exists());
}

#[test]
fn podmans_file_is_written_when_it_exists_or_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let around = Surroundings::fake(home.path(), &[("XDG_RUNTIME_DIR", &home.path().join("run"))]);
    let auth = home.path().join(".config/containers/auth.json");

    done(&setup(&["docker.io"]), &around);
    assert!(!auth.exists());
    done(&Setup { containers: true, ..setup(&["docker.io"]) }, &around);

    assert_eq!(
        fs::read_to_string(&auth).unwrap(),
        "{\n\t\"credHelpers\": {\n\t\t\"docker.io\": \"shorepass\"\n\t}\n}\n"
    );
    done(&Setup { undo: true, ..Setup::default() }, &around);
    assert!(!auth.exists());
}

#[test]
fn a_broken_file_stops_everything_before_anything_is_written() {
    let home = tempfile::tempdir().unwrap();
    let docker = write(home.path(), ".docker/config.json", "{}");
    let auth = write(home.path(), ".config/containers/auth.json", "{,}");
    let around = Surroundings::fake(home.path(), &[]);

    let problem = run(&setup(&["r.example"]), &around, &mut screen_fake().0, &routed).unwrap_err();

    assert_eq!(problem.exit, Exit::Misconfigured);
    assert!(problem.cause.unwrap().contains("auth.json:1:2: "));
    assert_eq!(fs::read_to_string(docker).unwrap(), "{}");
    assert_eq!(fs::read_to_string(auth).unwrap(), "{,}");
}

#[test]
fn a_host_without_a_route_is_refused_unless_forced() {
    let home = tempfile::tempdir().unwrap();
    let around = Surroundings::fake(home.path(), &[]);
    let unrouted = |server: &str| routed(server).map(|explained| Explained { kind: None, ..explained });

    let problem = run(&setup(&["r.example"]), &around, &mut screen_fake().0, &unrouted).unwrap_err();

    assert_eq!(problem.exit, Exit::NotFound);
    assert!(problem.hint.unwrap().ends_with("run `shorepass setup --force r.example`"));
    let forced = Setup { force: true, ..setup(&["r.example"]) };
    run(&forced, &around, &mut screen_fake().0, &unrouted).unwrap();
    assert!(home.path().join(".docker/config.json").exists());
}

#[test]
fn a_dry_run_writes_nothing_at_all() {
    let home = tempfile::tempdir().unwrap();
    let around = Surroundings::fake(home.path(), &[]);

    let (out, _) = done(&Setup { dry_run: true, ..setup(&["r.example"]) }, &around);

    assert!(out.contains("r.example: would be added"), "{out}");
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn no_host_is_a_usage_error_with_an_example() {
    let problem = run(&setup(&[]), &Surroundings::default(), &mut screen_fake().0, &routed).unwrap_err();

    assert_eq!(problem.exit, Exit::Usage);
    assert!(problem.hint.unwrap().contains("shorepass setup 1234"));
}

#[test]
fn without_a_home_it_is_said_what_to_set() {
    let problem =
        run(&setup(&["r.example"]), &Surroundings::default(), &mut screen_fake().0, &routed).unwrap_err();

    assert!(problem.hint.unwrap().contains("DOCKER_CONFIG"));
}

#[test]
fn what_gets_in_the_way_is_warned_about() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".docker/config.json", r#"{"auths":{"https://r.example":{"auth":"eDp5"}}}"#);
    write(home.path(), "run/containers/auth.json", r#"{"auths":{"r.example/team":{"auth":"eDp5"}}}"#);
    let around = Surroundings::fake(
        home.path(),
        &[("XDG_RUNTIME_DIR", &home.path().join("run")), ("DOCKER_AUTH_CONFIG", Path::new("{}"))],
    );

    let (_, err) = done(&setup(&["r.example"]), &around);

    for part in [
        "`docker-credential-shorepass` is not on PATH",
        "run `docker logout https://r.example`",
        "run `unset DOCKER_AUTH_CONFIG`",
        "run `podman logout r.example`",
    ] {
        assert!(err.contains(part), "{part} is not in:\n{err}");
    }
    assert!(!err.contains("eDp5"));
}

fn setup(hosts: &[&str]) -> Setup {
    Setup { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..Setup::default() }
}

fn done(setup: &Setup, around: &Surroundings) -> (String, String) {
    let (mut screen, out, err) = screen_fake();
    assert_eq!(run(setup, around, &mut screen, &routed).unwrap(), Exit::Ok);
    (out.text(), err.text())
}

fn routed(server: &str) -> Result<Explained, Refusal> {
    Ok(Explained {
        repositories: Vec::new(),
        registry: server.to_owned(),
        kind: Some("ecr".into()),
        target: Value::Null,
        identity: Some("default".into()),
        access: Some("full".into()),
        source: Some("built-in".into()),
        variables: Vec::new(),
        rule: None,
        notes: Vec::new(),
    })
}

fn write(home: &Path, name: &str, text: &str) -> PathBuf {
    let path = home.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}
