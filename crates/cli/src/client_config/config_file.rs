//! One client's file as it is now: its text, and what it says about a registry.
//!
//! Reading is forgiving where the clients are (an absent or empty file has nothing in it) and strict
//! where they stop: a file that is no JSON object is a problem with line and column.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use super::{Server, cred_helpers::SECTION, creds_store::STORE};
use crate::{exit::Exit, problem::Problem};

/// A file's content, possibly of a file that does not exist yet.
#[derive(Debug, Clone)]
pub(crate) struct ConfigFile {
    pub path: PathBuf,
    /// As it stands; absent when there is no such file.
    pub text: Option<String>,
    content: Map<String, Value>,
}

impl ConfigFile {
    pub(crate) fn read(path: &Path) -> Result<Self, Problem> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Problem::of_file("read", path, &error)),
        };
        let content = content(path, text.as_deref().unwrap_or_default())?;
        Ok(Self { path: path.to_owned(), text, content })
    }

    /// The helper that `credHelpers` names for a key.
    pub(crate) fn helper(&self, key: &str) -> Option<&str> {
        self.content.get(SECTION)?.get(key)?.as_str()
    }

    /// Every entry of `credHelpers`.
    pub(crate) fn helpers(&self) -> impl Iterator<Item = (&str, &str)> {
        let section = self.content.get(SECTION).and_then(Value::as_object);
        section.into_iter().flatten().filter_map(|(key, helper)| Some((key.as_str(), helper.as_str()?)))
    }

    pub(crate) fn has_section(&self) -> bool {
        self.content.get(SECTION).is_some_and(Value::is_object)
    }

    /// Docker's helper for everything that `credHelpers` does not name.
    pub(crate) fn creds_store(&self) -> Option<&str> {
        self.content.get(STORE)?.as_str().filter(|name| !name.is_empty())
    }

    /// The key of a login for that registry that is kept in the file itself.
    ///
    /// Docker leaves an empty object behind after a login through a helper; that is no login.
    pub(crate) fn static_login(&self, server: &Server) -> Option<&str> {
        self.static_logins().map(|(key, _)| key).find(|key| server.is_meant_by(key))
    }

    /// Every login that is kept in the file itself, by its key.
    pub(crate) fn static_logins(&self) -> impl Iterator<Item = (&str, &Map<String, Value>)> {
        let logins = self.content.get("auths").and_then(Value::as_object).into_iter().flatten();
        logins.filter_map(|(key, value)| {
            Some((key.as_str(), value.as_object().filter(|fields| !fields.is_empty())?))
        })
    }
}

/// `serde_json` knows line and column and quotes nothing of the file.
fn content(path: &Path, text: &str) -> Result<Map<String, Value>, Problem> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let broken = |line: usize, column: usize, why: &str| {
        Problem::new(
            Exit::Misconfigured,
            format!("`{}` is not what clients can read, so it is left alone", path.display()),
        )
        .because(format!("{}:{line}:{column}: {why}", path.display()))
        .hint("repair that place, then run the command again")
    };
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let why = error.to_string();
        broken(error.line(), error.column(), why.split(" at line ").next().unwrap_or("no JSON"))
    })?;
    let Value::Object(content) = value else { return Err(broken(1, 1, "expected an object")) };
    if content.get(STORE).is_some_and(|store| !store.is_string() && !store.is_null()) {
        return Err(broken(1, 1, "expected `credsStore` to be a string"));
    }
    if content.get(SECTION).is_some_and(|section| !section.is_object() && !section.is_null()) {
        return Err(broken(1, 1, "expected `credHelpers` to be an object"));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_json_is_named_by_line_and_column_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, "{\n  \"auths\": {\"r\": {\"auth\": \"canary\"}},\n  oops\n}").unwrap();

        let problem = ConfigFile::read(&path).unwrap_err();

        let cause = problem.cause.unwrap();
        assert!(cause.starts_with(&format!("{}:3:3: ", path.display())), "{cause}");
        assert!(!cause.contains("canary"));
        assert_eq!(problem.exit, Exit::Misconfigured);
    }

    #[test]
    fn an_absent_and_an_empty_file_have_nothing_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.json");
        fs::write(&empty, "\n").unwrap();

        assert!(ConfigFile::read(&empty).unwrap().content.is_empty());
        let absent = ConfigFile::read(&folder.path().join("absent.json")).unwrap();
        assert!(absent.content.is_empty() && absent.text.is_none());
    }

    #[test]
    fn the_mark_that_docker_leaves_is_no_login() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        fs::write(&path, r#"{"auths":{"r.example":{},"s.example":{"auth":"eA=="}}}"#).unwrap();
        let file = ConfigFile::read(&path).unwrap();

        assert_eq!(file.static_login(&Server::parse("r.example").unwrap()), None);
        assert_eq!(file.static_login(&Server::parse("s.example").unwrap()), Some("s.example"));
    }
}
