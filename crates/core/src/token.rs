//! Token sources: where an OIDC token comes from that proves who we are.
//!
//! Settings only; the exchange fetches the token when it needs it, and keeps it no longer than that.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{config::reader::Reader, kind};

/// The `[token.NAME]` tables.
pub type Tokens = BTreeMap<String, TokenSource>;

/// Where a token is got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "lowercase")]
pub enum TokenSource {
    /// A variable of the caller.
    Env {
        /// Its name.
        variable: String,
    },
    /// A file, read each time.
    File {
        /// Where it is.
        path: PathBuf,
        /// Which field of a JSON file; without it the file is the token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    /// The standard output of a program; no shell takes part.
    Command {
        /// The program and its arguments.
        command: Vec<String>,
        /// How long it may take; half a minute by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        timeout: Option<Duration>,
    },
    /// The answer to a `GET`.
    Url {
        /// Where.
        url: String,
        /// The caller's variable whose value goes along as `Authorization: Bearer`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bearer_variable: Option<String>,
        /// Which field of a JSON answer; without it the answer is the token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
}

impl TokenSource {
    /// Reads one `[token.NAME]`.
    pub(crate) fn read(table: &mut Reader<'_>) -> Option<Self> {
        if !table.has("from") {
            table.fault_here("a token needs the key `from`, such as `from = \"file\"`");
        }
        let from = table.text("from", |text| {
            FROM.iter().copied().find(|known| *known == text).ok_or("`env`, `file`, `command` or `url`")
        })?;
        let needed = |table: &Reader<'_>, key: &str| {
            if !table.has(key) {
                table.fault_here(format!("a token from `{from}` needs the key `{key}`"));
            }
        };
        match from {
            "env" => {
                needed(table, "variable");
                Some(Self::Env { variable: table.text("variable", variable)? })
            }
            "file" => {
                needed(table, "path");
                let field = table.string("field");
                Some(Self::File { path: table.text("path", absolute)?, field })
            }
            "command" => {
                needed(table, "command");
                let timeout = table.duration("timeout", Duration::from_secs(1), Duration::from_secs(120));
                let command = table.strings("command")?;
                if command.first().is_none_or(String::is_empty) {
                    table.fault_here("`command` must name a program");
                }
                Some(Self::Command { command, timeout })
            }
            _ => {
                needed(table, "url");
                let (bearer_variable, field) =
                    (table.text("bearer_variable", variable), table.string("field"));
                Some(Self::Url { url: table.text("url", kind::checked_endpoint)?, bearer_variable, field })
            }
        }
    }

    /// The caller's variables that decide whose token it is.
    pub(crate) fn variables(&self) -> Option<&str> {
        match self {
            Self::Env { variable } => Some(variable),
            Self::Url { bearer_variable, .. } => bearer_variable.as_deref(),
            Self::File { .. } | Self::Command { .. } => None,
        }
    }

    /// The file that is replaced when the token is renewed.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        match self {
            Self::File { path, .. } => Some(path.clone()),
            _ => None,
        }
    }
}

fn variable(text: &str) -> Result<String, &'static str> {
    let is_name = !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_name { Ok(text.to_owned()) } else { Err("the name of a variable") }
}

/// The broker has no working folder that a file could be beside.
pub(crate) fn absolute(text: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(text);
    if path.is_absolute() { Ok(path) } else { Err("an absolute path") }
}

const FROM: [&str; 4] = ["env", "file", "command", "url"];
