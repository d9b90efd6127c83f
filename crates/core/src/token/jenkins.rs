//! A build of Jenkins with the plugin `oidc-provider`: `withCredentials` puts the token, or the path of a file
//! that holds it, into a variable.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{Settings, variable};
use crate::config::reader::Reader;

/// What `withCredentials` binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Which of the two, and its name.
    #[serde(flatten)]
    pub binding: Binding,
}

/// The two kinds of credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// "OpenID Connect id token": the variable holds the token.
    Variable(String),
    /// "OpenID Connect id token as file": the variable holds a path.
    FileVariable(String),
}

impl Settings for Source {
    fn read(table: &mut Reader<'_>) -> Option<Self> {
        if table.has("variable") == table.has("file_variable") {
            table.fault_here("a token from `jenkins` needs one of the keys `variable` and `file_variable`");
        }
        let (token, file) = (table.text("variable", variable), table.text("file_variable", variable));
        let binding = token.map(Binding::Variable).or(file.map(Binding::FileVariable))?;
        Some(Self { binding })
    }

    fn deciding_variables(&self) -> Vec<&str> {
        let (Binding::Variable(name) | Binding::FileVariable(name)) = &self.binding;
        vec![name]
    }

    /// A path may be another build's next.
    fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        match &self.binding {
            Binding::Variable(_) => Vec::new(),
            Binding::FileVariable(name) => {
                env.get(name).map(|path| PathBuf::from(path.expose())).into_iter().collect()
            }
        }
    }

    fn reaching_variables(&self) -> Vec<&str> {
        vec!["JENKINS_URL"]
    }
}
