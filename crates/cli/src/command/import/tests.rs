//! `import` on real files in a folder of its own, with a vault in memory.

use std::{collections::BTreeMap, fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use shorepass_protocol::message::Explained;

use super::*;
use crate::{broker::Refusal, output::screen_fake, prompt::fake::Person};

#[test]
fn plain_logins_move_and_come_back() {
    let home = tempfile::tempdir().unwrap();
    let docker = write(home.path(), ".docker/config.json", &docker_text());
    let containers = write(
        home.path(),
        ".config/containers/auth.json",
        &json!({ "auths": { "s.example": { "auth": STANDARD.encode("bob:canary-2") } } }).to_string(),
    );
    let around = Surroundings::fake(home.path(), &[]);
    let mut shelf = Shelf::default();

    let (out, _) = done(&yes(), &around, &mut shelf);

    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(
        file["auths"],
        json!({ "r.example": {}, "https://index.docker.io/v1/": {}, "t.example": { "auth": "!" } })
    );
    assert_eq!(fs::read_to_string(&containers).unwrap(), r#"{"auths":{}}"#);
    let keys: Vec<_> = shelf.logins.keys().map(String::as_str).collect();
    assert_eq!(keys, ["docker.io", "r.example", "s.example"]);
    assert_eq!(shelf.logins["docker.io"], ("<token>".to_owned(), Secret::new("canary-token")));
    assert!(out.contains("t.example: left alone, its `auth` is no base64"), "{out}");
    assert!(out.contains("r.example: the login of `ann` moved into the vault"), "{out}");
    let memory = fs::read_to_string(home.path().join(".local/state/shorepass/import.json")).unwrap();
    assert!(!out.contains("canary") && !memory.contains("canary"), "{memory}");

    done(&Import { undo: true, ..Import::default() }, &around, &mut shelf);

    let back = |path| serde_json::from_str::<Value>(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(back(&docker), serde_json::from_str::<Value>(&docker_text()).unwrap());
    assert_eq!(back(&containers)["auths"]["s.example"]["auth"], STANDARD.encode("bob:canary-2"));
    assert!(shelf.logins.is_empty());
    assert!(!home.path().join(".local/state/shorepass/import.json").exists());
}

#[test]
fn what_the_vault_does_not_hand_out_again_stays_in_its_file() {
    let home = tempfile::tempdir().unwrap();
    let docker = write(home.path(), ".docker/config.json", &docker_text());
    let around = Surroundings::fake(home.path(), &[]);
    let mut shelf = Shelf { is_mute: true, ..Shelf::default() };

    let (mut screen, out, _) = screen_fake();
    let exit = run(&yes(), &around, &mut shelf, &mut Person::default(), &mut screen, &routed).unwrap();

    assert_eq!(exit, Exit::Other);
    assert!(out.text().contains("r.example: left alone, it cannot be read back: locked"), "{}", out.text());
    assert_eq!(fs::read_to_string(&docker).unwrap(), docker_text());
    assert!(shelf.logins.is_empty());
}

#[test]
fn a_login_that_is_stored_already_is_not_replaced() {
    let home = tempfile::tempdir().unwrap();
    let docker = write(home.path(), ".docker/config.json", &docker_text());
    let around = Surroundings::fake(home.path(), &[]);
    let mut shelf = Shelf::default();
    shelf.logins.insert("r.example".into(), ("zoe".into(), Secret::new("hers")));

    let (mut screen, out, _) = screen_fake();
    run(&yes(), &around, &mut shelf, &mut Person::default(), &mut screen, &routed).unwrap();

    assert!(
        out.text().contains("r.example: left alone, another login for it is stored already"),
        "{}",
        out.text()
    );
    assert_eq!(shelf.logins["r.example"].0, "zoe");
    assert!(fs::read_to_string(&docker).unwrap().contains(&STANDARD.encode("ann:canary-1")));
}

#[test]
fn two_logins_for_one_registry_are_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let text = json!({ "auths": {
        "r.example": { "auth": STANDARD.encode("ann:canary-1") },
        "https://R.example:443": { "auth": STANDARD.encode("zoe:canary-2") },
        "r.example:443": { "auth": STANDARD.encode("ann:canary-1") },
    } });
    let docker = write(home.path(), ".docker/config.json", &text.to_string());
    let around = Surroundings::fake(home.path(), &[]);
    let mut shelf = Shelf::default();

    let (dry, _) = done(&Import { dry_run: true, ..Import::default() }, &around, &mut shelf);
    let (out, _) = done(&yes(), &around, &mut shelf);

    for said in [dry, out] {
        let left =
            "https://R.example:443: left alone, it is another login for `r.example` than `r.example` of ";
        assert!(said.contains(left), "{said}");
    }
    let file = || serde_json::from_str::<Value>(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file()["auths"]["https://R.example:443"]["auth"], STANDARD.encode("zoe:canary-2"));
    assert_eq!((&file()["auths"]["r.example"], &file()["auths"]["r.example:443"]), (&json!({}), &json!({})));
    assert_eq!(shelf.logins["r.example"], ("ann".into(), Secret::new("canary-1")));

    done(&Import { undo: true, ..Import::default() }, &around, &mut shelf);

    assert_eq!(file(), text);
    assert!(shelf.logins.is_empty());
}

#[test]
fn one_login_that_is_not_erased_makes_nothing_forgotten() {
    let home = tempfile::tempdir().unwrap();
    let docker = write(home.path(), ".docker/config.json", &docker_text());
    let around = Surroundings::fake(home.path(), &[]);
    let mut shelf = Shelf::default();
    done(&yes(), &around, &mut shelf);
    shelf.holds_fast = Some("r.example");

    let (mut screen, out, _) = screen_fake();
    let undo = Import { undo: true, ..Import::default() };
    let exit = run(&undo, &around, &mut shelf, &mut Person::default(), &mut screen, &routed).unwrap();

    assert_eq!(exit, Exit::Other);
    assert!(out.text().contains("r.example: left in the vault, it is not erased: stuck"), "{}", out.text());
    assert_eq!(shelf.logins.keys().collect::<Vec<_>>(), ["r.example"]);
    let memory = fs::read_to_string(home.path().join(".local/state/shorepass/import.json")).unwrap();
    assert!(memory.contains("r.example") && !memory.contains("docker.io"), "{memory}");

    shelf.holds_fast = None;
    done(&undo, &around, &mut shelf);

    assert!(shelf.logins.is_empty());
    let back: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(back, serde_json::from_str::<Value>(&docker_text()).unwrap());
}

#[test]
fn a_copy_of_a_helper_that_is_gone_stays_in_the_vault() {
    let home = tempfile::tempdir().unwrap();
    let text = json!({ "moved": [
        { "path": null, "helper": "absent", "family": "docker", "key": "https://r.example", "login": "r.example",
          "shape": "basic", "is_in_vault_by_us": true },
    ] });
    write(home.path(), ".local/state/shorepass/import.json", &text.to_string());
    let around = Surroundings::fake(home.path(), &[]);
    let mut shelf = Shelf::default();
    shelf.logins.insert("r.example".into(), ("ann".into(), Secret::new("canary")));

    let (mut screen, out, _) = screen_fake();
    let undo = Import { undo: true, ..Import::default() };
    let exit = run(&undo, &around, &mut shelf, &mut Person::default(), &mut screen, &routed).unwrap();

    assert_eq!(exit, Exit::Other);
    assert!(out.text().contains("`docker-credential-absent` cannot be run"), "{}", out.text());
    assert!(out.text().contains("run `shorepass vault erase r.example`"), "{}", out.text());
    assert!(shelf.logins.contains_key("r.example"));
}

#[test]
fn nothing_moves_before_somebody_agrees() {
    let home = tempfile::tempdir().unwrap();
    let docker = write(home.path(), ".docker/config.json", &docker_text());
    let around = Surroundings::fake(home.path(), &[]);

    for (says, exit) in [(None, Exit::Usage), (Some("n\n"), Exit::Other)] {
        let mut person = Person { says, ..Person::default() };
        let (mut screen, ..) = screen_fake();
        let asked =
            run(&Import::default(), &around, &mut Shelf::default(), &mut person, &mut screen, &routed);
        assert_eq!(asked.unwrap_err().exit, exit);
    }
    let (out, err) = done(&Import { dry_run: true, ..Import::default() }, &around, &mut Shelf::default());

    assert!(out.contains("would be moved") && err.contains("dry run"), "{out}{err}");
    assert_eq!(fs::read_to_string(&docker).unwrap(), docker_text());
}

#[test]
fn a_registry_whose_credentials_are_made_keeps_its_login() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".docker/config.json", &docker_text());
    let around = Surroundings::fake(home.path(), &[]);
    let cloud = |server: &str| {
        Ok(Explained { kind: Some("ecr".into()), registry: server.into(), ..Explained::default() })
    };

    let (mut screen, out, _) = screen_fake();
    run(&yes(), &around, &mut Shelf::default(), &mut Person::default(), &mut screen, &cloud).unwrap();

    assert!(out.text().contains("r.example: left alone, it is `ecr`"), "{}", out.text());
}

/// A vault in memory.
#[derive(Default)]
struct Shelf {
    logins: BTreeMap<String, (String, Secret)>,
    is_mute: bool,
    /// What it does not let go of.
    holds_fast: Option<&'static str>,
}

impl Keeper for Shelf {
    fn stored(&mut self) -> Result<BTreeMap<String, String>, Problem> {
        Ok(self.logins.iter().map(|(key, (user, _))| (key.clone(), user.clone())).collect())
    }

    fn put(&mut self, key: &str, username: &str, secret: &Secret) -> Result<(), Problem> {
        self.logins.insert(key.into(), (username.into(), secret.clone()));
        Ok(())
    }

    fn get(&mut self, key: &str) -> Result<Option<(String, Secret)>, String> {
        if self.is_mute { Err("locked".into()) } else { Ok(self.logins.get(key).cloned()) }
    }

    fn erase(&mut self, key: &str) -> Result<(), Problem> {
        if self.holds_fast == Some(key) {
            return Err(Problem::new(Exit::Unavailable, "it is not let go of").because("stuck"));
        }
        self.logins.remove(key);
        Ok(())
    }
}

fn docker_text() -> String {
    json!({
        "auths": {
            "r.example": { "auth": STANDARD.encode("ann:canary-1") },
            "https://index.docker.io/v1/": { "identitytoken": "canary-token" },
            "t.example": { "auth": "!" },
        },
        "psFormat": "x",
    })
    .to_string()
}

fn yes() -> Import {
    Import { yes: true, ..Import::default() }
}

fn done(import: &Import, around: &Surroundings, shelf: &mut Shelf) -> (String, String) {
    let (mut screen, out, err) = screen_fake();
    let exit = run(import, around, shelf, &mut Person::default(), &mut screen, &routed).unwrap();
    assert_eq!(exit, Exit::Ok, "{}", out.text());
    (out.text(), err.text())
}

fn routed(server: &str) -> Result<Explained, Refusal> {
    Ok(Explained { kind: Some("stored".into()), registry: server.into(), ..Explained::default() })
}

fn write(home: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = home.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path
}
