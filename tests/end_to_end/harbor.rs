//! Harbor: robots made with a stored login, and none of them left behind whatever becomes of the broker.

mod kills;
mod leaving;
mod making;
mod private;
mod refusals;
mod secrets;
mod several;

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use serde_json::Value;
use shorepass_tests::{
    bed::{Bed, Said, wait_until},
    cloud::harbor::Harbor,
};

use crate::broker_life::processes::{in_bed, is_alive, signal};

/// A user whose vault holds a login, with one rule for a Harbor.
fn bed(harbor: &Harbor, login: (&str, &str), keys: &str) -> Bed {
    let bed = Bed::new();
    configure(&bed, harbor, keys);
    put(&bed, login);
    bed
}

/// As the administrator, robots that pull from `team`.
fn puller(harbor: &Harbor) -> Bed {
    bed(harbor, ADMIN, PULL)
}

fn configure(bed: &Bed, harbor: &Harbor, keys: &str) {
    let key = bed.write("home/vault-key", &"k".repeat(32));
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    bed.configure(&format!(
        "[vault]\nstore = \"file\"\nkey_file = \"{}\"\n\n\
         [identity.maker]\ntype = \"stored\"\nlogin = \"harbor-maker\"\n\n\
         [[registry]]\nmatch = \"{HOST}\"\nkind = \"harbor\"\nidentity = \"maker\"\nrobots = true\n\
         endpoint = \"{}\"\n{keys}\n",
        key.display(),
        harbor.url(),
    ));
}

fn put(bed: &Bed, (username, password): (&str, &str)) {
    let words = ["vault", "put", "harbor-maker", "--username", username, "--password-stdin"];
    let said = bed.run("shorepass", &words, password, &[]);
    assert_eq!(said.code, 0, "{said:?}");
}

fn get(bed: &Bed) -> Said {
    bed.helper("get", HOST)
}

/// The robots that we have made and that are there.
fn robots(harbor: &Harbor) -> Vec<String> {
    harbor.robots().into_iter().filter(|name| name.contains("shorepass-")).collect()
}

fn comes_to_nothing(harbor: &Harbor) -> bool {
    wait_until(|| robots(harbor).is_empty())
}

fn ledgers(bed: &Bed) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(bed.path(LEDGERS)) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "json")).collect()
}

/// All robots that are noted.
fn noted(bed: &Bed) -> Vec<Value> {
    ledgers(bed)
        .into_iter()
        .filter_map(|path| serde_json::from_slice::<Value>(&fs::read(path).ok()?).ok())
        .flat_map(|ledger| ledger["robots"].as_array().cloned().unwrap_or_default())
        .collect()
}

fn stop(bed: &Bed) {
    assert_eq!(bed.shorepass(&["broker", "stop"]).code, 0);
    assert!(wait_until(|| in_bed(bed).is_empty()));
}

/// Gives it no time for anything.
fn kill(bed: &Bed) {
    let broker = bed.broker().unwrap();
    signal(broker, "KILL");
    assert!(wait_until(|| !is_alive(broker)));
}

fn start(bed: &Bed) -> u32 {
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    bed.broker().unwrap()
}

const HOST: &str = "harbor.example";
const ADMIN: (&str, &str) = ("admin", "Harbor12345-of-the-test");
const PULL: &str = "repositories = [\"team/*\"]\naccess = \"pull\"";
const LEDGERS: &str = "home/.local/state/shorepass/robots";
const MADE: &str = "harbor:CreateRobot";
/// Short enough to be seen ending.
const SHORT: Duration = Duration::from_secs(6);
