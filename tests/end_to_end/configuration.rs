//! `config`: every fault at its line, in an exit code, and never a value.

use serde_json::json;
use shorepass_tests::bed::Bed;

#[test]
fn every_fault_is_listed_with_file_and_line() {
    let mut bed = Bed::new();
    let file = bed.write("elsewhere.toml", FAULTY);
    bed.set("SHOREPASS_CONFIG", file.to_str().unwrap());

    let said = bed.shorepass(&["config", "check"]);
    let as_json = bed.shorepass(&["config", "check", "--json"]);

    let places: Vec<&str> = said.stdout.lines().filter_map(|line| line.split(": ").next()).collect();
    let expected: Vec<String> =
        [2, 3, 5, 8, 9, 11, 15].iter().map(|line| format!("{}:{line}", file.display())).collect();
    assert_eq!(places, expected, "{}", said.stdout);
    assert_eq!((said.code, as_json.code), (6, 6));
    let lines: Vec<u64> = as_json.json()["faults"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|fault| fault["line"].as_u64())
        .collect();
    assert_eq!(lines, [2, 3, 5, 8, 9, 11, 15]);
    assert!(!format!("{said:?} {as_json:?}").contains("canary"));
}

#[test]
fn a_fault_of_the_language_is_at_its_line_and_quotes_nothing() {
    let bed = Bed::new();
    let file = bed.configure("[broker]\n\npassword = canary canary\n");

    let said = bed.shorepass(&["config", "check"]);

    assert_eq!(said.code, 6);
    assert!(said.stdout.starts_with(&format!("{}:3: ", file.display())), "{}", said.stdout);
    assert!(!format!("{said:?}").contains("canary"), "{said:?}");
}

#[test]
fn a_sound_file_and_no_file_have_no_faults() {
    let bed = Bed::new();

    let without = bed.shorepass(&["config", "check"]);
    let file = bed.configure("[broker]\nworkers = 3\n");
    let with = bed.shorepass(&["config", "check"]);

    assert_eq!((without.code, without.stdout.as_str()), (0, "no faults (no file, built-in only)\n"));
    assert_eq!((with.code, with.stdout), (0, format!("no faults ({})\n", file.display())));
}

#[test]
fn what_cannot_be_a_configuration_is_a_fault_of_the_whole_file() {
    let mut bed = Bed::new();
    bed.set("SHOREPASS_CONFIG", bed.path("home").to_str().unwrap());

    let said = bed.shorepass(&["config", "check"]);

    assert_eq!(
        (said.code, said.stdout),
        (6, format!("{}: is not a regular file\n", bed.path("home").display()))
    );
}

#[test]
fn a_file_that_is_named_and_not_there_is_a_fault() {
    let mut bed = Bed::new();
    bed.set("SHOREPASS_CONFIG", bed.path("none.toml").to_str().unwrap());

    let said = bed.shorepass(&["config", "check"]);

    assert_eq!(said.code, 6);
    assert!(
        said.stdout.contains("none.toml: does not exist") && said.stdout.contains("`SHOREPASS_CONFIG`"),
        "{said:?}"
    );
}

#[test]
fn checking_reads_afresh_what_a_running_broker_has_not_taken_up() {
    let bed = Bed::new();
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);

    bed.configure("[brokre]\n");
    let said = bed.shorepass(&["config", "check"]);

    assert_eq!(said.code, 6);
    assert!(said.stdout.contains("`brokre` is not known here"), "{}", said.stdout);
}

#[test]
fn path_and_show_name_the_file_and_hide_what_looks_like_a_secret() {
    let mut bed = Bed::new();
    let file = bed.write("elsewhere.toml", "[identity.x]\ntype = \"aws\"\nsecret_key = \"canary\"\n");
    bed.set("SHOREPASS_CONFIG", file.to_str().unwrap());

    let path = bed.shorepass(&["config", "path", "--json"]);
    let show = bed.shorepass(&["config", "show"]);

    assert_eq!(path.json()["files"][1], json!({ "path": file, "exists": true }));
    assert!(show.stdout.contains("secret_key = \"…\"") && show.stdout.contains("type = \"aws\""), "{show:?}");
    assert!(!show.stdout.contains("canary"));
}

/// Faults in lines 2, 3, 5, 8, 9, 11 and 15.
const FAULTY: &str = r#"[broker]
workers = 1000
idle_exit = "canary"

surplus = "canary"

[identity.prod]
type = "canary"
role_arn = "canary"

[[registry]]
kind = "ecr"

[[registry]]
match = "canary canary"
"#;
