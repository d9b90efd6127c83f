//! `setup` and `setup --undo` on the files that people really have.

use std::{fs, path::Path};

use serde_json::Value;
use shorepass_tests::bed::Bed;

use crate::ECR;

#[test]
fn what_setup_does_undo_takes_back_to_the_byte() {
    for config in [TABS, TWO_SPACES, ONE_LINE, "{}", "{\r\n\t\"auths\": {}\r\n}\r\n"] {
        let bed = Bed::new();
        let file = bed.write("home/.docker/config.json", config);

        let setup = bed.shorepass(&["setup", "--docker", ECR, OTHERS]);
        let set_up = read(&file);
        let again = bed.shorepass(&["setup", "--docker", ECR, OTHERS]);
        let undo = bed.shorepass(&["setup", "--undo"]);

        assert_eq!((setup.code, again.code, undo.code), (0, 0, 0), "{setup:?} {again:?} {undo:?}");
        let changed: Value = serde_json::from_str(&set_up).unwrap();
        assert_eq!(changed["credHelpers"][ECR], "shorepass");
        assert_eq!(changed["credHelpers"][OTHERS], "shorepass");
        assert!(again.stdout.contains("was there already"), "{again:?}");
        assert_eq!(read(&file), config);
        let left: Vec<_> =
            fs::read_dir(bed.path("home/.docker")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left, ["config.json"]);
    }
}

#[test]
fn the_copy_beside_a_file_is_of_the_file_as_it_was() {
    let bed = Bed::new();
    let copy = bed.path("home/.docker/config.json.before-shorepass");

    // The file is made by the first setup: there is nothing to copy, and later on it is ours.
    for words in
        [&["setup", "--docker", ECR, OTHERS][..], &["setup", "--undo", ECR], &["setup", "--docker", ECR]]
    {
        assert_eq!(bed.shorepass(words).code, 0, "{words:?}");
        assert!(!copy.exists(), "{words:?}");
    }
}

#[test]
fn only_the_named_helpers_change_and_everything_else_stays_to_the_byte() {
    let bed = Bed::new();
    let file = bed.write("home/.docker/config.json", TABS);

    assert_eq!(bed.shorepass(&["setup", "--docker", OTHERS]).code, 0);

    assert_eq!(read(&file), TABS.replace("\"ecr-login\"", "\"shorepass\""));
}

#[test]
fn a_dry_run_says_what_it_would_do_and_writes_nothing() {
    let bed = Bed::new();
    let file = bed.write("home/.docker/config.json", TABS);

    let said = bed.shorepass(&["setup", "--docker", "--dry-run", ECR, OTHERS]);
    let as_json = bed.shorepass(&["setup", "--docker", "--dry-run", "--json", ECR]).json();

    assert!(said.stdout.contains(&format!("{ECR}: would be added")), "{said:?}");
    assert!(said.stdout.contains("would be changed from `ecr-login` to `shorepass`"), "{said:?}");
    assert_eq!((&as_json["dry_run"], &as_json["files"][0]["changed"]), (&true.into(), &true.into()));
    assert_eq!(read(&file), TABS);
    assert!(!bed.path("home/.local/state/shorepass/setup.json").exists());
}

#[test]
fn the_variables_name_the_files() {
    let mut bed = Bed::new();
    bed.set("DOCKER_CONFIG", bed.path("d").to_str().unwrap());
    bed.set("REGISTRY_AUTH_FILE", bed.path("c/own.json").to_str().unwrap());

    let setup = bed.shorepass(&["setup", ECR]);
    let (docker, containers) = (bed.path("d/config.json"), bed.path("c/own.json"));
    let helpers = [&docker, &containers].map(|file| serde_json::from_str::<Value>(&read(file)).unwrap());
    let undo = bed.shorepass(&["setup", "--undo"]);

    assert_eq!((setup.code, undo.code), (0, 0), "{setup:?} {undo:?}");
    for file in helpers {
        assert_eq!(file["credHelpers"][ECR], "shorepass");
    }
    assert!(!docker.exists() && !containers.exists());
    assert!(!bed.path("home/.docker/config.json").exists());
}

#[test]
fn a_helper_that_somebody_changed_meanwhile_is_left_alone() {
    let bed = Bed::new();
    let file = bed.write("home/.docker/config.json", TABS);
    assert_eq!(bed.shorepass(&["setup", "--docker", ECR, OTHERS]).code, 0);
    let edited = read(&file).replacen("\"shorepass\"", "\"theirs\"", 1);
    fs::write(&file, &edited).unwrap();

    let undo = bed.shorepass(&["setup", "--undo"]);

    assert_eq!(undo.code, 0);
    assert!(undo.stdout.contains("left alone"), "{undo:?}");
    assert!(read(&file).contains("\"theirs\"") && !read(&file).contains("\"shorepass\""));
}

#[test]
fn a_broken_file_is_left_as_it_is_and_named_with_the_place() {
    let bed = Bed::new();
    let broken = "{\n\t\"auths\": {\n\t\t\"r\": {\"auth\": \"canary\"},,\n";
    let file = bed.write("home/.docker/config.json", broken);

    let said = bed.shorepass(&["setup", "--docker", ECR]);

    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.stderr.contains(&format!("{}:3:", file.display())), "{said:?}");
    assert!(!format!("{said:?}").contains("canary"));
    assert_eq!(read(&file), broken);
}

#[test]
fn docker_finds_the_helper_by_what_setup_wrote() {
    let bed = Bed::new();
    assert_eq!(bed.shorepass(&["setup", "--docker", ECR, "docker.io", "--force"]).code, 0);

    let file: Value = serde_json::from_str(&read(&bed.path("home/.docker/config.json"))).unwrap();

    assert_eq!(file["credHelpers"][ECR], "shorepass");
    assert_eq!(file["credHelpers"]["https://index.docker.io/v1/"], "shorepass");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// A registry for which another helper is set up already.
const OTHERS: &str = "public.ecr.aws";

/// As docker writes it: tabs, no newline at the end; with fields that we do not know.
const TABS: &str = "{\n\t\"auths\": {\n\t\t\"https://index.docker.io/v1/\": {}\n\t},\n\t\"HttpHeaders\": {\n\t\t\"X-Meta\": \
                    \"a \\\"b\\\" \\u00e9\"\n\t},\n\t\"credsStore\": \"desktop\",\n\t\"credHelpers\": {\n\t\t\"gcr.io\": \
                    \"gcloud\",\n\t\t\"public.ecr.aws\": \"ecr-login\"\n\t},\n\t\"plugins\": {\n\t\t\"x\": [1, 2.50, 1e3, \
                    null]\n\t}\n}";

const TWO_SPACES: &str =
    "{\n  \"currentContext\" : \"x\",\n\n  \"credHelpers\": {\n    \"gcr.io\": \"gcloud\"\n  }\n}\n\n";

const ONE_LINE: &str = "{\"credHelpers\":{},\"auths\":{\"r.example\":{\"auth\":\"eDp5\"}}}";
