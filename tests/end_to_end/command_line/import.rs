//! `import`: from plain files and another helper into the vault, and back.

use std::fs;

use serde_json::{Value, json};

use super::{other_helper, with_vault};

#[test]
fn plain_logins_move_into_the_vault_and_undo_brings_them_back() {
    let bed = with_vault();
    let docker = bed.write("home/.docker/config.json", &docker_text());
    let containers = bed.write(
        "home/auth.json",
        r#"{"auths":{"s.example":{"auth":"Ym9iOmNhbmFyeS0y"},"t.example/team":{"auth":"Ym9iOmNhbmFyeS0z"}}}"#,
    );

    let dry = bed.shorepass(&["import", "--dry-run"]);
    let unasked = bed.shorepass(&["import"]);
    assert_eq!((dry.code, unasked.code), (0, 2), "{dry:?} {unasked:?}");
    assert_eq!(fs::read_to_string(&docker).unwrap(), docker_text());
    let done = bed.shorepass(&["import", "--yes"]);

    assert_eq!(done.code, 0, "{done:?}");
    assert!(!format!("{dry:?}{unasked:?}{done:?}").contains("canary"));
    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file["auths"], json!({ "r.example": {}, "https://index.docker.io/v1/": {} }));
    // podman finds a namespace's login nowhere else.
    assert!(done.stdout.contains("t.example/team: left alone"), "{done:?}");
    assert_eq!(
        fs::read_to_string(&containers).unwrap(),
        r#"{"auths":{"t.example/team":{"auth":"Ym9iOmNhbmFyeS0z"}}}"#
    );
    assert_eq!(bed.helper("get", "r.example").credential(), ("ann".into(), "canary-1".into()));
    assert_eq!(bed.helper("get", "docker.io").credential(), ("<token>".into(), "canary-token".into()));
    assert_eq!(bed.helper("get", "s.example").credential(), ("bob".into(), "canary-2".into()));
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
fn undo_takes_what_the_vault_has_and_not_what_a_job_brings_along() {
    let mut bed = with_vault();
    let before = r#"{"auths":{"ghcr.io":{"auth":"YW5uOmNhbmFyeS0x"}}}"#;
    let docker = bed.write("home/.docker/config.json", before);
    assert_eq!(bed.shorepass(&["import", "--yes"]).code, 0);
    bed.set("GITHUB_TOKEN", "of-a-job");

    let brought = bed.helper("get", "ghcr.io");
    let undo = bed.shorepass(&["import", "--undo"]);

    assert_eq!(brought.credential().1, "of-a-job");
    assert_eq!(undo.code, 0, "{undo:?}");
    assert_eq!(fs::read_to_string(&docker).unwrap(), before);
    assert_eq!(bed.shorepass(&["vault", "list"]).stdout, "no login is stored\n");
}

#[test]
fn what_was_erased_meanwhile_is_not_fetched_from_another_helper() {
    let mut bed = with_vault();
    let docker = bed.write("home/.docker/config.json", &docker_text());
    assert_eq!(bed.shorepass(&["import", "--from", "auths", "--yes"]).code, 0);
    other_helper(&mut bed, "theirs", &one_login("theirs"));
    let own = bed.path("home/.config/shorepass/config.toml");
    let text = fs::read_to_string(&own).unwrap();
    fs::write(&own, text.replace("[vault]\n", "[vault]\nhand_on = \"theirs\"\n")).unwrap();
    assert_eq!(bed.shorepass(&["vault", "erase", "r.example"]).code, 0);

    let handed_on = bed.helper("get", "https://r.example");
    let undo = bed.shorepass(&["import", "--undo"]);

    assert_eq!(handed_on.credential(), ("ann".into(), "theirs".into()));
    assert_eq!(undo.code, 1, "{undo:?}");
    assert!(undo.stdout.contains("r.example: left in the vault, the vault does not have it"), "{undo:?}");
    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file["auths"]["r.example"], json!({}));
    assert_eq!(file["auths"]["https://index.docker.io/v1/"], json!({ "identitytoken": "canary-token" }));
}

#[test]
fn a_copy_is_erased_only_while_the_other_helper_has_the_same() {
    let mut bed = with_vault();
    other_helper(&mut bed, "theirs", &one_login("canary"));
    assert_eq!(bed.shorepass(&["import", "--from", "theirs", "--yes"]).code, 0);
    other_helper(&mut bed, "theirs", &one_login("canary-new"));

    let kept = bed.shorepass(&["import", "--undo"]);
    let stored = bed.helper("get", "r.example");
    other_helper(&mut bed, "theirs", &one_login("canary"));
    let undo = bed.shorepass(&["import", "--undo"]);

    assert_eq!(kept.code, 1, "{kept:?}");
    assert!(kept.stdout.contains("`docker-credential-theirs` has another login than the vault"), "{kept:?}");
    assert!(!format!("{kept:?}{undo:?}").contains("canary"));
    assert_eq!(stored.credential(), ("ann".into(), "canary".into()));
    assert_eq!(undo.code, 0, "{undo:?}");
    assert_eq!(undo.stdout, "https://r.example: taken out of the vault (docker-credential-theirs)\n");
    assert_eq!(bed.shorepass(&["vault", "list"]).stdout, "no login is stored\n");
}

#[test]
fn the_docker_clis_own_tokens_come_back_under_their_own_names() {
    let bed = with_vault();
    let text = json!({ "auths": {
        "https://index.docker.io/v1/": { "auth": "YW5uOmNhbmFyeS0x" },
        "https://index.docker.io/v1/access-token": { "auth": "Ym9iOmNhbmFyeS0y" },
        "r.example:443": { "auth": "Ym9iOmNhbmFyeS0y" },
    } });
    let docker = bed.write("home/.docker/config.json", &text.to_string());

    let done = bed.shorepass(&["import", "--yes"]);
    let listed = bed.shorepass(&["vault", "list", "--json"]).json();
    let undo = bed.shorepass(&["import", "--undo"]);

    assert_eq!((done.code, undo.code), (0, 0), "{done:?} {undo:?}");
    let stored = json!({ "docker.io": "ann", "docker.io/v1/access-token": "bob", "r.example": "bob" });
    assert_eq!(listed["registries"], stored);
    let file: Value = serde_json::from_str(&fs::read_to_string(&docker).unwrap()).unwrap();
    assert_eq!(file, text);
    assert_eq!(bed.shorepass(&["vault", "list"]).stdout, "no login is stored\n");
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

/// A helper's script: it has one login, with this password.
fn one_login(password: &str) -> String {
    let login = format!(r#"{{"ServerURL":"r","Username":"ann","Secret":"{password}"}}"#);
    format!(
        "case \"$1 $(cat)\" in\n\
         list*) echo '{{\"https://r.example\":\"ann\"}}';;\n\
         'get https://r.example') echo '{login}';;\n\
         *) echo 'credentials not found in native keychain'; exit 1;; esac"
    )
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
