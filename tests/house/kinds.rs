//! A registry kind is a file in `core`, a file in `exchange`, a row in the README, a page in the docs, a
//! folder of cases and a subject of the conformance suite. A half-done one fails here by its name.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use shorepass_core::kind::Kind;

#[test]
fn every_kind_is_whole() {
    for kind in Kind::ALL {
        let (name, module) = (kind.name(), kind.name().replace('-', "_"));
        for path in [
            format!("crates/core/src/kind/{module}.rs"),
            format!("docs/registries/{name}.md"),
            format!("tests/providers/{name}/hosts.txt"),
            format!("tests/end_to_end/conformance/subjects/{module}.rs"),
        ] {
            assert!(root().join(&path).is_file(), "kind `{name}` lacks `{path}`");
        }
        let call = format!("crates/exchange/src/registry/{module}.rs");
        let calls_nobody = CALL_NOBODY.contains(kind);
        assert_ne!(root().join(&call).is_file(), calls_nobody, "kind `{name}`: `{call}`");
    }
}

#[test]
fn the_readme_s_table_lists_the_kinds_that_are_there() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();

    let rows: BTreeSet<&str> = readme
        .lines()
        .skip_while(|line| !line.starts_with("| kind "))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('`').nth(1))
        .collect();

    assert_eq!(rows, Kind::ALL.iter().map(|kind| kind.name()).collect());
}

#[test]
fn the_conformance_suite_runs_for_every_kind() {
    let suite = fs::read_to_string(root().join("tests/end_to_end/conformance.rs")).unwrap();

    let subjects: BTreeSet<String> = suite
        .lines()
        .skip_while(|line| *line != "suite! {")
        .skip(1)
        .take_while(|line| *line != "}")
        .map(|line| line.trim().trim_end_matches(',').replace('_', "-"))
        .collect();

    assert_eq!(subjects, Kind::ALL.iter().map(|kind| kind.name().to_owned()).collect());
}

#[test]
fn no_folder_of_cases_is_without_its_kind() {
    let folders = fs::read_dir(root().join("tests/providers")).unwrap();

    for folder in folders {
        let name = folder.unwrap().file_name().into_string().unwrap();
        assert!(
            Kind::ALL.iter().any(|kind| kind.name() == name),
            "`tests/providers/{name}` belongs to no kind"
        );
    }
}

/// The login itself is their credential.
const CALL_NOBODY: [Kind; 2] = [Kind::Nexus, Kind::Stored];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
