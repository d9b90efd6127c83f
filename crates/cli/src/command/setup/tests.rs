//! The whole of `setup` on real files in a folder of its own, without a broker.

use std::{fs, path::Path};

use serde_json::{Value, json};
use shorepass_protocol::message::Recognised;

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
fn everything_goes_to_the_helper_and_undo_gives_back_every_byte() {
    let home = tempfile::tempdir().unwrap();
    let before =
        "{\n\t\"credsStore\": \"desktop\",\n\t\"credHelpers\": {\n\t\t\"gcr.io\": \"gcloud\"\n\t}\n}";
    let docker = write(home.path(), ".docker/config.json", before);
    let own = write(home.path(), ".config/shorepass/config.toml", "# mine\n[broker]\nworkers = 2\n");
    write(home.path(), ".config/containers/auth.json", "{}");
    let drop_in = home.path().join(".config/containers/registries.conf.d/90-shorepass.conf");
    let around = with_helper(home.path(), "docker-credential-desktop");
    let all = || Setup { all: true, ..Setup::default() };

    let (out, err) = done(&all(), &around);

    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file["credsStore"], "shorepass");
    assert_eq!(
        file["credHelpers"],
        json!({ "gcr.io": "gcloud", "https://index.docker.io/v1/": "shorepass" })
    );
    assert!(fs::read_to_string(&drop_in).unwrap().ends_with("[\"shorepass\", \"containers-auth.json\"]\n"));
    assert!(fs::read_to_string(&own).unwrap().ends_with("\n[vault]\nhand_on = \"desktop\"\n"));
    assert_eq!(fs::read_to_string(home.path().join(".config/containers/auth.json")).unwrap(), "{}");
    assert!(out.contains("credsStore: changed from `desktop` to `shorepass`"), "{out}");
    assert!(err.contains("`gcr.io` stays with `docker-credential-gcloud`"), "{err}");
    let once = [&docker, &drop_in, &own].map(|path| fs::read_to_string(path).unwrap());

    done(&all(), &around);

    assert_eq!([&docker, &drop_in, &own].map(|path| fs::read_to_string(path).unwrap()), once);

    done(&Setup { undo: true, ..Setup::default() }, &around);

    assert_eq!(fs::read_to_string(&docker).unwrap(), before);
    assert_eq!(fs::read_to_string(&own).unwrap(), "# mine\n[broker]\nworkers = 2\n");
    assert!(!drop_in.exists());
    assert!(!home.path().join(".local/state/shorepass/setup.json").exists());
}

#[test]
fn undo_of_everything_keeps_the_hosts_that_were_named() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".config/containers/auth.json", "{}");
    let around = Surroundings::fake(home.path(), &[]);
    done(&setup(&["r.example"]), &around);
    done(&Setup { all: true, ..Setup::default() }, &around);

    done(&Setup { all: true, undo: true, ..Setup::default() }, &around);

    for file in [".docker/config.json", ".config/containers/auth.json"] {
        let file: Value = serde_json::from_str(&fs::read_to_string(home.path().join(file)).unwrap()).unwrap();
        assert_eq!(file, json!({ "credHelpers": { "r.example": "shorepass" } }));
    }
    assert!(!home.path().join(".config/containers/registries.conf.d/90-shorepass.conf").exists());
}

#[test]
fn a_drop_in_that_setup_did_not_write_stops_everything() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".config/containers/auth.json", "{}");
    let theirs = write(home.path(), ".config/containers/registries.conf.d/90-shorepass.conf", "# mine\n");
    let around = Surroundings::fake(home.path(), &[]);

    let all = Setup { all: true, ..Setup::default() };
    let problem = run(&all, &around, &mut screen_fake().0, &routed, &mute).unwrap_err();

    assert_eq!(problem.exit, Exit::Misconfigured);
    assert_eq!(fs::read_to_string(theirs).unwrap(), "# mine\n");
    assert!(!home.path().join(".docker/config.json").exists());
}

#[test]
fn logins_that_docker_will_not_see_any_more_are_named() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".docker/config.json", r#"{"auths":{"r.example":{"auth":"eDp5"},"s.example":{}}}"#);
    let around = Surroundings::fake(home.path(), &[]);

    let (_, err) = done(&Setup { all: true, docker: true, ..Setup::default() }, &around);

    assert!(err.contains("has logins for `r.example`, which docker does not read"), "{err}");
    assert!(err.contains("run `shorepass import`") && !err.contains("eDp5"), "{err}");
}

#[test]
fn a_helper_that_is_not_there_is_not_handed_on_to() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".docker/config.json", r#"{"credsStore":"desktop"}"#);
    let around = Surroundings::fake(home.path(), &[]);

    done(&Setup { all: true, docker: true, ..Setup::default() }, &around);

    assert!(!home.path().join(".config/shorepass/config.toml").exists());
}

#[test]
fn a_helper_of_the_users_own_choice_stays_and_the_one_that_is_asked_no_more_is_named() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".docker/config.json", r#"{"credsStore":"desktop"}"#);
    let text = "[vault]\nhand_on = \"pass\"\n";
    let own = write(home.path(), ".config/shorepass/config.toml", text);
    let around = with_helper(home.path(), "docker-credential-desktop");

    let (out, err) = done(&Setup { all: true, ..setup(&[]) }, &around);

    assert!(!out.contains("hand_on"), "{out}");
    assert!(err.contains("names `pass`, so the logins that `docker-credential-desktop` has"), "{err}");
    assert!(err.contains("run `shorepass import --from desktop`"), "{err}");
    assert_eq!(fs::read_to_string(own).unwrap(), text);
}

#[test]
fn a_broken_file_stops_everything_before_anything_is_written() {
    let home = tempfile::tempdir().unwrap();
    let docker = write(home.path(), ".docker/config.json", "{}");
    let auth = write(home.path(), ".config/containers/auth.json", "{,}");
    let around = Surroundings::fake(home.path(), &[]);

    let problem = run(&setup(&["r.example"]), &around, &mut screen_fake().0, &routed, &mute).unwrap_err();

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

    let problem = run(&setup(&["r.example"]), &around, &mut screen_fake().0, &unrouted, &mute).unwrap_err();

    assert_eq!(problem.exit, Exit::NotFound);
    assert!(problem.hint.unwrap().ends_with("run `shorepass setup --force r.example`"));
    let forced = Setup { force: true, ..setup(&["r.example"]) };
    run(&forced, &around, &mut screen_fake().0, &unrouted, &mute).unwrap();
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
fn a_registry_that_says_what_it_is_gets_a_rule() {
    let home = tempfile::tempdir().unwrap();
    let own = write(home.path(), ".config/shorepass/config.toml", "# mine\n");
    let around = Surroundings::fake(home.path(), &[]);
    let by_rule = |server: &str| {
        let text = fs::read_to_string(&own).unwrap();
        let kind = if text.contains("kind = \"harbor\"") { "harbor" } else { "stored" };
        routed(server).map(|explained| Explained { kind: Some(kind.into()), ..explained })
    };
    let harbor = |_: &str| {
        let because = "its tokens are for `harbor-registry`".to_owned();
        Ok(Recognised { registry: "r.example".into(), kind: Some("harbor".into()), because })
    };
    let (mut screen, out, _) = screen_fake();

    run(&setup(&["r.example"]), &around, &mut screen, &by_rule, &harbor).unwrap();

    assert_eq!(
        fs::read_to_string(&own).unwrap(),
        "# mine\n\n# Recognised by `shorepass setup`.\n[[registry]]\nmatch = \"r.example\"\nkind = \"harbor\"\n"
    );
    assert!(out.text().contains("r.example is `harbor`, because its tokens are for"), "{}", out.text());
}

#[test]
fn a_rule_that_would_not_be_followed_is_taken_out_again() {
    let home = tempfile::tempdir().unwrap();
    let around = Surroundings::fake(home.path(), &[]);
    let stored =
        |server: &str| routed(server).map(|explained| Explained { kind: Some("stored".into()), ..explained });
    let odd = |_: &str| {
        Ok(Recognised { registry: "r.example".into(), kind: Some("quay".into()), because: "x".into() })
    };

    let problem = run(&setup(&["r.example"]), &around, &mut screen_fake().0, &stored, &odd).unwrap_err();

    assert_eq!(problem.exit, Exit::Misconfigured);
    assert!(!home.path().join(".config/shorepass/config.toml").exists());
}

#[test]
fn a_registry_that_does_not_answer_is_set_up_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    let around = Surroundings::fake(home.path(), &[]);
    let stored =
        |server: &str| routed(server).map(|explained| Explained { kind: Some("stored".into()), ..explained });
    let (mut screen, out, _) = screen_fake();

    run(&setup(&["r.example"]), &around, &mut screen, &stored, &mute).unwrap();

    assert!(out.text().contains("r.example is taken for a registry with a stored login"), "{}", out.text());
    assert!(home.path().join(".docker/config.json").exists());
}

#[test]
fn no_host_is_a_usage_error_with_an_example() {
    let problem =
        run(&setup(&[]), &Surroundings::default(), &mut screen_fake().0, &routed, &mute).unwrap_err();

    assert_eq!(problem.exit, Exit::Usage);
    assert!(problem.hint.unwrap().contains("shorepass setup 1234"));
}

#[test]
fn without_a_home_it_is_said_what_to_set() {
    let problem = run(&setup(&["r.example"]), &Surroundings::default(), &mut screen_fake().0, &routed, &mute)
        .unwrap_err();

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
    assert_eq!(run(setup, around, &mut screen, &routed, &mute).unwrap(), Exit::Ok);
    (out.text(), err.text())
}

fn routed(server: &str) -> Result<Explained, Refusal> {
    Ok(Explained {
        registry: server.to_owned(),
        kind: Some("ecr".into()),
        identity: Some("default".into()),
        access: Some("full".into()),
        source: Some("built-in".into()),
        ..Explained::default()
    })
}

/// A registry that does not answer.
fn mute(_: &str) -> Result<Recognised, Refusal> {
    Err(Refusal::NotFound)
}

fn write(home: &Path, name: &str, text: &str) -> PathBuf {
    let path = home.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// Somebody on whose path that program is.
fn with_helper(home: &Path, name: &str) -> Surroundings {
    use std::os::unix::fs::PermissionsExt;
    let program = write(home, &format!("bin/{name}"), "#!/bin/sh\n");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Surroundings::fake(home, &[("PATH", &home.join("bin"))])
}
