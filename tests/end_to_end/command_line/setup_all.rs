//! `setup --all`, and the helper that was there before.

use std::fs;

use serde_json::{Value, json};
use shorepass_tests::{bed::Bed, programs};

use super::{other_helper, with_vault};

#[test]
fn everything_goes_to_us_and_what_we_lack_is_asked_of_the_helper_of_before() {
    let mut bed = with_vault();
    other_helper(&mut bed, "theirs", THEIRS);
    let before = r#"{"credsStore":"theirs","credHelpers":{"gcr.io":"gcloud"}}"#;
    let docker = bed.write("home/.docker/config.json", before);
    let own = fs::read_to_string(bed.path("home/.config/shorepass/config.toml")).unwrap();

    let done = bed.shorepass(&["setup", "--all"]);

    assert_eq!(done.code, 0, "{done:?}");
    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file["credsStore"], "shorepass");
    assert_eq!(
        file["credHelpers"],
        json!({ "gcr.io": "gcloud", "https://index.docker.io/v1/": "shorepass" })
    );
    let drop_in = bed.path("home/.config/containers/registries.conf.d/90-shorepass.conf");
    assert!(fs::read_to_string(&drop_in).unwrap().contains("[\"shorepass\", \"containers-auth.json\"]"));
    assert_eq!(bed.shorepass(&["config", "check"]).code, 0);
    assert_eq!(bed.helper("get", "r.example").credential(), ("ann".into(), "theirs".into()));
    assert_eq!(bed.helper("get", "docker.io").credential(), ("hub".into(), "theirs".into()));
    let calls = fs::read_to_string(bed.path("calls")).unwrap();
    assert_eq!(bed.helper("get", "r.example").code, 0);
    assert_eq!(fs::read_to_string(bed.path("calls")).unwrap(), calls, "the second answer is from the cache");

    let put = ["vault", "put", "r.example", "-u", "ann", "--password-stdin"];
    assert_eq!(bed.run("shorepass", &put, "ours", &[]).code, 0);
    assert_eq!(bed.helper("get", "r.example").credential(), ("ann".into(), "ours".into()));

    let undo = bed.shorepass(&["setup", "--undo"]);

    assert_eq!(undo.code, 0, "{undo:?}");
    assert_eq!(fs::read_to_string(&docker).unwrap(), before);
    assert_eq!(fs::read_to_string(bed.path("home/.config/shorepass/config.toml")).unwrap(), own);
    assert!(!drop_in.exists());
    assert_eq!(bed.helper("get", "docker.io").code, 1, "what was handed on is forgotten with `hand_on`");
}

#[test]
fn a_helper_that_nobody_will_ask_any_more_is_named_with_its_way_out() {
    let mut bed = with_vault();
    other_helper(&mut bed, "theirs", THEIRS);
    hand_on(&bed, "mine");
    bed.write("home/.docker/config.json", r#"{"credsStore":"theirs"}"#);

    let done = bed.shorepass(&["setup", "--all"]);

    assert_eq!(done.code, 0, "{done:?}");
    assert!(!done.stdout.contains("hand_on"), "{done:?}");
    assert!(
        done.stderr.contains("names `mine`, so the logins that `docker-credential-theirs` has"),
        "{done:?}"
    );
    assert!(done.stderr.contains("run `shorepass import --from theirs`"), "{done:?}");
}

#[test]
fn nothing_there_is_not_found_and_a_fault_is_said_in_words() {
    let mut bed = with_vault();
    other_helper(&mut bed, "theirs", THEIRS);
    hand_on(&bed, "theirs");

    let absent = bed.helper("get", "absent.example");
    let broken = bed.helper("get", "broken.example");

    assert_eq!(absent.stdout.trim(), "credentials not found in native keychain", "{absent:?}");
    assert_eq!(broken.code, 1);
    assert!(
        broken.stdout.contains("`docker-credential-theirs`, to which `hand_on` hands it on"),
        "{broken:?}"
    );
    assert!(!format!("{broken:?}").contains("canary"));
}

#[test]
fn a_helper_that_is_gone_is_named() {
    let bed = with_vault();
    hand_on(&bed, "gone");

    let said = bed.helper("get", "r.example");

    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("`docker-credential-gone`"), "{said:?}");
    assert!(said.stdout.contains("was not found"), "{said:?}");
}

#[test]
fn we_are_never_handed_on_to_ourselves() {
    let mut bed = with_vault();
    let ours = programs::program("docker-credential-shorepass");
    other_helper(&mut bed, "wrapped", &format!("exec {} \"$1\"", ours.display()));
    std::os::unix::fs::symlink(&ours, bed.path("bin/docker-credential-linked")).unwrap();

    hand_on(&bed, "linked");
    let linked = bed.helper("get", "r.example");
    hand_on(&bed, "wrapped");
    let wrapped = bed.helper("get", "s.example");
    hand_on(&bed, "shorepass");
    let checked = bed.shorepass(&["config", "check"]);

    assert!(linked.stdout.contains("is Shorepass itself under another name"), "{linked:?}");
    assert_eq!(wrapped.stdout.trim(), "credentials not found in native keychain", "{wrapped:?}");
    assert_eq!(checked.code, 6, "{checked:?}");
}

/// Names the helper in our configuration.
fn hand_on(bed: &Bed, helper: &str) {
    let file = bed.path("home/.config/shorepass/config.toml");
    let text = fs::read_to_string(&file).unwrap();
    let others = text.lines().filter(|line| !line.starts_with("hand_on")).collect::<Vec<_>>().join("\n");
    fs::write(file, others.replace("[vault]", &format!("[vault]\nhand_on = \"{helper}\""))).unwrap();
}

/// Knows two registries by docker's names and fails for a third; notes each call.
const THEIRS: &str = "server=$(cat)\necho \"$server\" >> \"$HOME/../calls\"\n\
    login() { echo \"{\\\"ServerURL\\\":\\\"x\\\",\\\"Username\\\":\\\"$1\\\",\\\"Secret\\\":\\\"theirs\\\"}\"; }\n\
    case $server in\n\
    r.example) login ann;;\n\
    https://index.docker.io/v1/) login hub;;\n\
    broken.example) echo canary; exit 1;;\n\
    *) echo 'credentials not found in native keychain'; exit 1;; esac";
