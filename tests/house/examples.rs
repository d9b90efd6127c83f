//! Every configuration that the pages show as TOML can be copied as it stands, what they show as JSON or
//! YAML is that, and the words of a failure that the pages for CI explain are said somewhere.

use std::{
    fs,
    path::{Path, PathBuf},
};

use shorepass_core::{config::Config, vault::VaultKind};
use shorepass_tests::yaml;

#[test]
fn every_toml_of_the_pages_is_without_faults() {
    let mut count = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split("```toml\n").skip(1) {
            let toml = block.split("\n```").next().unwrap_or_default();

            let faults = Config::parse(&page, toml).err();

            assert!(faults.is_none(), "{}: {faults:?} in\n{toml}", page.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} were found");
}

#[test]
fn every_job_s_configuration_of_the_pages_for_ci_keeps_no_login() {
    let mut count = 0;
    for page in below(&root().join("docs/ci")) {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split("```toml\n").skip(1) {
            let toml = block.split("\n```").next().unwrap_or_default();
            // Nobody logs in through a kubelet.
            if toml.contains("from = \"kubelet\"") {
                continue;
            }

            let config = Config::parse(&page, toml).unwrap();

            assert_eq!(config.vault.store, Some(VaultKind::None), "{}:\n{toml}", page.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} were found");
}

#[test]
fn every_json_of_the_pages_for_ci_is_json() {
    let mut count = 0;
    for page in below(&root().join("docs/ci")) {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split("```json\n").skip(1) {
            let json = block.split("\n```").next().unwrap_or_default();

            let parsed = serde_json::from_str::<serde_json::Value>(json);

            assert!(parsed.is_ok(), "{}: {parsed:?} in\n{json}", page.display());
            count += 1;
        }
    }
    assert!(count > 10, "only {count} were found");
}

#[test]
fn every_yaml_of_the_pages_for_ci_is_yaml() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for page in below(&root().join("docs/ci")).into_iter().chain(below(&root().join("packaging"))) {
        let text = fs::read_to_string(&page).unwrap();
        for block in text.split("```yaml\n").skip(1) {
            let file = folder.path().join(format!("block-{count}.yaml"));
            fs::write(&file, block.split("\n```").next().unwrap_or_default()).unwrap();

            let documents = yaml::read(&file);

            assert!(documents.iter().all(serde_json::Value::is_object), "{}: {documents:?}", page.display());
            count += 1;
        }
    }
    assert!(count > 10, "only {count} were found");
}

#[test]
fn the_words_that_the_pages_for_ci_explain_are_said() {
    let said = said();
    let mut count = 0;
    for page in below(&root().join("docs/ci")) {
        let text = fs::read_to_string(&page).unwrap();
        let rows = text.lines().skip_while(|line| !line.starts_with("| words ")).skip(2);
        for row in rows.take_while(|line| line.starts_with('|')) {
            let words = row.split(" | ").next().unwrap_or_default().trim_start_matches("| ");
            for piece in words.split(['…', '`']).map(str::trim).filter(|piece| piece.len() > 3) {
                let is_name =
                    piece.starts_with('/') || piece.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');

                assert!(is_name || said.contains(piece), "{}: nobody says `{piece}`", page.display());
                count += 1;
            }
        }
    }
    assert!(count > 50, "only {count} were found");
}

/// The exchange's messages and the action's, each on one line.
fn said() -> String {
    let root = root();
    let sources = files(&root.join("crates/exchange/src"))
        .into_iter()
        .chain(files(&root.join("packaging/github-action")));
    let text: String = sources.map(|file| fs::read_to_string(file).unwrap()).collect();
    let lines = text.split("\\\n").map(str::trim_start).collect::<Vec<_>>();
    lines.concat()
}

fn pages() -> Vec<PathBuf> {
    let root = root();
    let folders = below(&root.join("docs")).into_iter().chain(below(&root.join("packaging")));
    [root.join("README.md")].into_iter().chain(folders).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    files(folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
