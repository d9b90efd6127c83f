//! `import`: from plain files and another helper into the vault, and back.

use std::fs;

use serde_json::{Value, json};

use super::{other_helper, with_vault};

#[test]
fn plain_logins_move_into_the_vault_and_undo_brings_them_back() {
    let bed = with_vault();
    let docker = bed.write("home/.docker/config.json", &docker_text());
    let containers =
        bed.write("home/auth.json", r#"{"auths":{"s.example/team":{"auth":"Ym9iOmNhbmFyeS0y"}}}"#);

    let dry = bed.shorepass(&["import", "--dry-run"]);
    let unasked = bed.shorepass(&["import"]);
    assert_eq!((dry.code, unasked.code), (0, 2), "{dry:?} {unasked:?}");
    assert_eq!(fs::read_to_string(&docker).unwrap(), docker_text());
    let done = bed.shorepass(&["import", "--yes"]);

    assert_eq!(done.code, 0, "{done:?}");
    assert!(!format!("{dry:?}{unasked:?}{done:?}").contains("canary"));
    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file["auths"], json!({ "r.example": {}, "https://index.docker.io/v1/": {} }));
    assert_eq!(fs::read_to_string(&containers).unwrap(), r#"{"auths":{}}"#);
    assert_eq!(bed.helper("get", "r.example").credential(), ("ann".into(), "canary-1".into()));
    assert_eq!(bed.helper("get", "docker.io").credential(), ("<token>".into(), "canary-token".into()));
    assert_eq!(bed.helper("get", "s.example/team/app").credential(), ("bob".into(), "canary-2".into()));
    for file in files_below(&bed.path("home/.local/state")) {
        assert!(!String::from_utf8_lossy(&fs::read(&file).unwrap()).contains("canary"), "{}", file.display());
    }

    let undo = bed.shorepass(&["import", "--undo"]);

    assert_eq!(undo.code, 0, "{undo:?}");
    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file, serde_json::from_str::<Value>(&docker_text()).unwrap());
    assert!(fs::read_to_string(&containers).unwrap().contains("Ym9iOmNhbmFyeS0y"));
    assert_eq!(bed.shorepass(&["vault", "list"]).stdout, "no login is stored\n");
}

#[test]
fn another_helpers_logins_are_copied_and_its_faults_named() {
    let mut bed = with_vault();
    let script = "case \"$1 $(cat)\" in\n\
        list*) echo '{\"https://r.example\":\"ann\",\"broken.example\":\"x\"}';;\n\
        'get https://r.example') echo '{\"ServerURL\":\"r\",\"Username\":\"ann\",\"Secret\":\"canary\"}';;\n\
        *) echo canary; exit 1;; esac";
    other_helper(&mut bed, "theirs", script);

    let done = bed.shorepass(&["import", "--from", "theirs", "--yes"]);

    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("r.example: the login of `ann` copied into the vault"), "{done:?}");
    assert!(done.stdout.contains("broken.example: left alone"), "{done:?}");
    assert!(!done.stdout.contains("canary"));
    assert_eq!(bed.helper("get", "r.example").credential(), ("ann".into(), "canary".into()));
}

#[test]
fn without_a_vault_nothing_is_taken_out_of_a_file() {
    let bed = shorepass_tests::bed::Bed::new();
    bed.configure("[vault]\nstore = \"none\"\n");
    let docker = bed.write("home/.docker/config.json", &docker_text());

    let done = bed.shorepass(&["import", "--yes"]);

    assert_ne!(done.code, 0, "{done:?}");
    assert_eq!(fs::read_to_string(&docker).unwrap(), docker_text());
}

fn docker_text() -> String {
    // ann:canary-1
    json!({
        "auths": {
            "r.example": { "auth": "YW5uOmNhbmFyeS0x" },
            "https://index.docker.io/v1/": { "identitytoken": "canary-token" },
        },
    })
    .to_string()
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}
