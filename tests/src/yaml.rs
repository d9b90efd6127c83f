//! Reads YAML with PyYAML, which comes with the tests' Python packages: no second opinion of ours on what a file means.

use std::{path::Path, process::Command};

use serde_json::Value;

/// All documents of a file, as JSON.
///
/// # Panics
/// When there is no Python, or the file is no YAML.
#[must_use]
pub fn read(file: &Path) -> Vec<Value> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".bed/python/bin/python3");
    assert!(python.is_file(), "PyYAML is missing; to install it, run `sh tests/install/run.sh`");
    let output = Command::new(python).args(["-c", READER]).arg(file).output().expect("Python starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} is no YAML: {complaint}", file.display());
    serde_json::from_slice(&output.stdout).expect("a list of documents")
}

const READER: &str =
    "import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)";
