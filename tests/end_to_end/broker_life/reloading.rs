//! A configuration that changes, breaks and is mended while the broker runs.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
};

use serde_json::{Value, json};
use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::aws::Aws,
};

use super::processes::signal;
use crate::ECR;

#[test]
fn a_changed_file_is_in_force_with_the_next_request() {
    let bed = Bed::new();
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let broker = bed.broker();
    let kind = || explained(&bed)["kind"].clone();
    let before = kind();

    let file = bed.configure(RULE);
    let with_rule = kind();
    fs::remove_file(file).unwrap();
    let without_again = kind();

    assert_eq!((before.as_str(), with_rule.as_str(), without_again.as_str()), (None, Some("ecr"), None));
    assert_eq!(bed.broker(), broker);
}

#[test]
fn a_hangup_reads_the_files_again_although_nothing_changed() {
    let bed = Bed::new();
    bed.configure(RULE);
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let broker = bed.broker().unwrap();
    let readings = || log(&bed).matches("configuration read").count();
    assert_eq!(readings(), 0);

    signal(broker, "HUP");

    assert!(wait_until(|| readings() == 1), "{}", log(&bed));
    assert_eq!(bed.broker(), Some(broker));
}

#[test]
fn a_broken_change_leaves_the_last_good_one_in_force_and_status_says_where() {
    let bed = Bed::new();
    bed.configure(RULE);
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);

    let file = bed.configure(&format!("{RULE}regoin = \"canary\"\n"));
    let explained = explained(&bed);
    let (as_json, as_text) = (bed.status().unwrap(), bed.shorepass(&["status"]).stdout);

    let place = format!("{}:6: ", file.display());
    assert_eq!(explained["kind"], "ecr");
    let error = as_json["broker"]["config_error"].as_str().unwrap();
    assert!(error.starts_with(&place) && error.contains("`regoin`"), "{error}");
    assert!(as_text.contains(&place), "{as_text}");
    assert!(!error.contains("canary") && !as_text.contains("canary") && !log(&bed).contains("canary"));

    bed.configure(RULE);
    assert_eq!(bed.status().unwrap()["broker"].get("config_error"), None);
}

#[test]
fn broken_from_the_start_every_get_says_where_until_it_is_mended() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let file = bed.configure("[broker]\nworkers = \"canary\"\n");

    for server in [ECR, "ghcr.io"] {
        let said = bed.helper("get", server);

        assert_eq!(said.code, 1, "{server}");
        let place = format!("{}:2: ", file.display());
        assert!(said.stdout.contains(&place) && said.stdout.contains("`shorepass config check`"), "{said:?}");
        assert!(!format!("{said:?}").contains("canary"), "{said:?}");
        assert_eq!(said.stdout.lines().count(), 1);
    }
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 0);

    bed.configure("[broker]\nworkers = 2\n");
    let _ = bed.helper("get", ECR).credential();
}

/// What the broker itself says: the command line reads the files afresh.
fn explained(bed: &Bed) -> Value {
    let mut stream = UnixStream::connect(bed.path("run/shorepass/broker.sock")).unwrap();
    let request = json!({ "v": 1, "op": "explain", "server": OWN_NAME });
    stream.write_all(format!("{request}\n").as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap()
}

fn log(bed: &Bed) -> String {
    fs::read_to_string(bed.path("home/.local/state/shorepass/shorepassd.log")).unwrap_or_default()
}

const OWN_NAME: &str = "images.corp.example";
const RULE: &str = "[[registry]]
match = \"images.corp.example\"
kind = \"ecr\"
account = \"123456789012\"
region = \"eu-west-1\"
";
