//! Every code of a failure stands in `docs/errors.md`, and nobody speaks of codes that do not exist.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

#[test]
fn every_code_that_is_produced_stands_in_the_docs() {
    let (produced, documented) = (produced(), documented());

    assert!(produced.len() > 30, "the pattern finds too little: {produced:?}");
    let missing: Vec<_> = produced.difference(&documented).collect();
    assert!(missing.is_empty(), "`docs/errors.md` lacks {missing:?}");
}

#[test]
fn every_code_in_the_docs_is_produced() {
    let (produced, documented) = (produced(), documented());

    let surplus: Vec<_> = documented.difference(&produced).collect();
    assert!(surplus.is_empty(), "nothing produces {surplus:?} of `docs/errors.md`");
}

#[test]
fn the_doctor_has_advice_for_real_codes_only() {
    let text = fs::read_to_string(root().join("crates/cli/src/doctor/advice.rs")).unwrap();
    let table = text.split("const ADVICE").nth(1).unwrap().split("];").next().unwrap();
    let advised: BTreeSet<String> = table
        .split('(')
        .filter_map(|entry| Some(literal(entry)?.to_owned()))
        .filter(|code| is_code(code))
        .collect();

    assert!(!advised.is_empty());
    let surplus: Vec<_> = advised.difference(&produced()).cloned().collect();
    assert!(surplus.is_empty(), "nothing produces {surplus:?}");
}

/// The codes in the calls that make a failure: the first literal among their arguments.
fn produced() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for name in ["core", "daemon", "exchange", "vault", "worker"] {
        for file in sources(&root().join("crates").join(name).join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("mod tests {").next().unwrap_or_default();
            for call in CALLS {
                let arguments = code.split(call).skip(1);
                codes.extend(arguments.filter_map(literal).filter(|code| is_code(code)).map(str::to_owned));
            }
        }
    }
    codes
}

/// The first cells of the tables whose head says `code`.
fn documented() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let mut codes = BTreeSet::new();
    let mut is_table_of_codes = false;
    for line in text.lines() {
        is_table_of_codes = line.starts_with("| code ") || (is_table_of_codes && line.starts_with('|'));
        if is_table_of_codes && line.starts_with("| `") {
            codes.extend(line.split('`').nth(1).map(str::to_owned));
        }
    }
    codes
}

/// The text in quotes after nothing but names and commas.
fn literal(arguments: &str) -> Option<&str> {
    let (before, rest) = arguments.split_once('"')?;
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || matches!(c, '_' | ':' | ',');
    before.chars().all(is_plain).then(|| rest.split('"').next())?
}

fn is_code(text: &str) -> bool {
    text.len() > 2 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    found
        .filter(|path| path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs"))
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

const CALLS: [&str; 4] = ["ExchangeError::new(", "misconfigured(", "unavailable(", "failed("];
