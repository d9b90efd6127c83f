//! The configuration: settings, identities and rules, parsed into types that cannot be wrong.
//!
//! Reading never stops at the first fault: all of them are listed with file and line. A fault names
//! the key and what was expected, never the value, which may be a secret in the wrong place.

mod broker;
mod identity;
mod pattern;
pub(crate) mod reader;
mod rule;
mod vault;

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::Read,
    path::{Path, PathBuf},
};

use toml::de::DeTable;

use crate::{
    identity::Identity,
    registry::Registry,
    token::{TokenSource, Tokens},
    vault::VaultSettings,
};
use reader::Reader;

pub use broker::BrokerSettings;
pub use rule::{Rule, RuleIdentity};

/// All files together, the most general first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// How the broker behaves.
    pub broker: BrokerSettings,
    /// Where logins are kept.
    pub vault: VaultSettings,
    /// By name, as `[token.NAME]`.
    pub tokens: Tokens,
    /// By name, as `[identity.NAME]`.
    pub identities: BTreeMap<String, Identity>,
    /// The `[[registry]]` tables; later files come later.
    pub rules: Vec<Rule>,
    /// The files that were there.
    pub files: Vec<PathBuf>,
}

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub place: FilePlace,
    /// What, as a lower-case fragment without any value of the file.
    pub message: String,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePlace {
    /// The file.
    pub file: PathBuf,
    /// Counted from 1; 0 means the file as a whole.
    pub line: usize,
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.file.display()),
            line => write!(f, "{}:{line}", self.file.display()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl Config {
    /// Reads the files that exist, the most general first; a later one overrides an earlier one. The one
    /// that somebody named must exist.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn load(files: &[PathBuf], named: Option<&Path>) -> Result<Self, Vec<Fault>> {
        let mut config = Self::default();
        let mut faults = Vec::new();
        for file in files {
            match read_capped(file) {
                Ok(None) if named == Some(file) => {
                    let message = "does not exist, and `SHOREPASS_CONFIG` names it".into();
                    faults.push(Fault { place: FilePlace { file: file.clone(), line: 0 }, message });
                }
                Ok(None) => {}
                Ok(Some(text)) => {
                    config.files.push(file.clone());
                    config.add(file, &text, &mut faults);
                }
                Err(message) => {
                    faults.push(Fault { place: FilePlace { file: file.clone(), line: 0 }, message });
                }
            }
        }
        config.checked(files, faults)
    }

    /// Whether a rule is for a namespace of this registry's host only.
    #[must_use]
    pub fn divides(&self, registry: &Registry) -> bool {
        self.rules.iter().any(|rule| rule.pattern.is_inside(registry))
    }

    /// Reads one text as what stands in `file`, which is only named.
    ///
    /// # Errors
    /// Every fault of the text.
    pub fn parse(file: &Path, text: &str) -> Result<Self, Vec<Fault>> {
        let files = [file.to_owned()];
        let mut config = Self { files: files.to_vec(), ..Self::default() };
        let mut faults = Vec::new();
        config.add(file, text, &mut faults);
        config.checked(&files, faults)
    }

    fn checked(self, files: &[PathBuf], mut faults: Vec<Fault>) -> Result<Self, Vec<Fault>> {
        rule::check_references(&self, &mut faults);
        faults
            .sort_by_key(|fault| (files.iter().position(|file| *file == fault.place.file), fault.place.line));
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }

    fn add(&mut self, file: &Path, text: &str, faults: &mut Vec<Fault>) {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let line = error.span().map_or(0, |span| reader::line_of(text, span.start));
            // Never the error's display: it shows the line, and the line may hold a secret.
            let message = error.message().lines().next().unwrap_or("malformed").to_owned();
            faults.push(Fault { place: FilePlace { file: file.to_owned(), line }, message });
        }
        if !errors.is_empty() {
            return;
        }

        let mut top = Reader::new(file, text, document.get_ref(), faults);
        if let Some(mut table) = top.table("broker") {
            broker::read(&mut table, &mut self.broker);
            table.finish();
        }
        if let Some(mut table) = top.table("vault") {
            vault::read(&mut table, &mut self.vault);
            table.finish();
        }
        for (name, table) in top.named_tables("token") {
            self.tokens.insert(name, TokenSource::read(table));
        }
        for (name, mut table) in top.named_tables("identity") {
            if let Some(identity) = identity::read(&mut table, &self.tokens) {
                self.identities.insert(name, identity);
            }
            table.finish();
        }
        for mut table in top.tables("registry") {
            if let Some(rule) = rule::read(&mut table) {
                self.rules.push(rule);
            }
            table.finish();
        }
        top.finish();
    }
}

fn read_capped(file: &Path) -> Result<Option<String>, String> {
    let opened = match fs::File::open(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(|error| format!("cannot be read: {error}"))?,
    };
    if !opened.metadata().is_ok_and(|found| found.is_file()) {
        return Err("is not a regular file".into());
    }
    let mut text = String::new();
    opened
        .take(LONGEST_FILE + 1)
        .read_to_string(&mut text)
        .map_err(|error| format!("cannot be read: {error}"))?;
    if text.len() as u64 > LONGEST_FILE {
        return Err("is longer than 1 MiB".into());
    }
    Ok(Some(text))
}

const LONGEST_FILE: u64 = 1024 * 1024;

#[cfg(test)]
mod tests;
