//! Who we are to GitHub: a token of the environment, the `gh` program, an app, or a stored token.
//!
//! The variables and their order are those of the GitHub CLI (`gh help environment`).

mod app;

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use shorepass_secret::Secret;

use super::{LoginUse, in_home, set, stored::login_name};
use crate::{
    config::reader::Reader,
    kind,
    token::{TokenSource, Tokens},
};

pub use app::{App, AppKey, Installation};

/// Settings of a GitHub identity; all absent means environment, `gh` and a stored login, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// The only place to look at; by default the first that is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The stored token's name, as in `shorepass vault put NAME`; by default the registry's own login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// The GitHub App whose installation we are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<App>,
    /// Another API: the URL before `/app`, `/orgs` and `/user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_endpoint: Option<String>,
}

/// One of the places where GitHub credentials are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A token in the caller's variables.
    Environment,
    /// `gh auth login`
    Gh,
    /// An installation of a GitHub App.
    App,
    /// A login in the vault.
    Stored,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Environment, Self::Gh, Self::App, Self::Stored];

    /// As written in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Gh => "gh",
            Self::App => "app",
            Self::Stored => "stored",
        }
    }
}

impl Identity {
    pub(crate) fn read(table: &mut Reader<'_>, _tokens: &Tokens) -> Self {
        let source = table.text("source", |text| {
            let found = Source::ALL.into_iter().find(|source| source.name() == text);
            found.ok_or("one of the sources: `environment`, `gh`, `app`, `stored`")
        });
        let login = table.text("login", login_name);
        let app = App::read(table);
        if source == Some(Source::App) && app.is_none() && !table.has("app_id") {
            table.fault_here("the source `app` needs `app_id`");
        }
        if app.is_some() && source.is_some_and(|source| source != Source::App) {
            table.fault_here("an app is the source `app`: leave `source` out");
        }
        if login.is_some() && (app.is_some() || source.is_some_and(|source| source != Source::Stored)) {
            table.fault_here("`login` is for the source `stored` only");
        }
        Self { source, login, app, api_endpoint: table.text("api_endpoint", kind::checked_endpoint) }
    }

    /// The places to look at, in their order.
    #[must_use]
    pub fn sources(&self) -> &'static [Source] {
        match (self.source, &self.app, &self.login) {
            (Some(Source::App), ..) | (None, Some(_), _) => &[Source::App],
            (Some(Source::Stored), ..) | (None, None, Some(_)) => &[Source::Stored],
            (Some(Source::Environment), ..) => &[Source::Environment],
            (Some(Source::Gh), ..) => &[Source::Gh],
            (None, None, None) => &[Source::Environment, Source::Gh, Source::Stored],
        }
    }

    pub(super) fn login(&self) -> LoginUse<'_> {
        match (&self.app, &self.login) {
            (Some(App { key: AppKey::Login(name), .. }), _) | (None, Some(name)) => LoginUse::Named(name),
            _ if self.sources().contains(&Source::Stored) => LoginUse::OfRegistry,
            _ => LoginUse::None,
        }
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn token(&self) -> Option<&TokenSource> {
        None
    }

    pub(super) fn deciding_variables(&self) -> Vec<&str> {
        let of = |source: &Source| match source {
            Source::Environment => ENVIRONMENT,
            Source::Gh => GH,
            Source::App | Source::Stored => &[],
        };
        self.sources().iter().flat_map(of).copied().collect()
    }

    /// `gh auth login`, `switch` and `logout` write to its file of hosts, wherever the token itself is kept.
    pub(super) fn files(&self, env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        let key = match &self.app {
            Some(App { key: AppKey::File(path), .. }) => Some(path.clone()),
            _ => None,
        };
        let gh = self.sources().contains(&Source::Gh).then(|| gh_folder(env)).flatten();
        key.into_iter().chain(gh.map(|folder| folder.join("hosts.yml"))).collect()
    }

    #[expect(clippy::unused_self, reason = "every identity has it")]
    pub(super) fn sign_ins(&self, _env: &BTreeMap<String, Secret>) -> Vec<PathBuf> {
        Vec::new()
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let unsure = "GitHub's registry lets an app's token log in and is known to refuse it private packages all the \
                      same: it is tried with the image that is asked for, else with the first name of \
                      `repositories`, and handed out only if it opens that one; without either only the login is tried";
        self.app.iter().map(|_| unsure.to_owned()).collect()
    }
}

/// As the GitHub CLI finds it.
fn gh_folder(env: &BTreeMap<String, Secret>) -> Option<PathBuf> {
    set(env, "GH_CONFIG_DIR")
        .map(PathBuf::from)
        .or_else(|| set(env, "XDG_CONFIG_HOME").map(|folder| PathBuf::from(folder).join("gh")))
        .or_else(|| set(env, "APPDATA").map(|folder| PathBuf::from(folder).join("GitHub CLI")))
        .or_else(|| in_home(env, ".config/gh"))
}

const ENVIRONMENT: &[&str] = &[
    "GH_TOKEN",
    "GITHUB_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "GH_HOST",
    "GITHUB_SERVER_URL",
    "GITHUB_ACTOR",
];

const GH: &[&str] = &["HOME", "USERPROFILE", "GH_CONFIG_DIR", "XDG_CONFIG_HOME", "APPDATA"];

/// `gh` asks the keyring.
pub(super) const REACHING: &[&str] = super::VAULT;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_source_looks_at_is_asked_for() {
        let of = |source| Identity { source: Some(source), ..Identity::default() };

        assert_eq!(of(Source::Stored).deciding_variables(), Vec::<&str>::new());
        assert!(!of(Source::Gh).deciding_variables().contains(&"GH_TOKEN"));
        assert!(!of(Source::Environment).deciding_variables().contains(&"HOME"));
        assert_eq!(Identity::default().deciding_variables(), [ENVIRONMENT, GH].concat());
    }

    #[test]
    fn who_names_a_login_means_that_one() {
        let named = Identity { login: Some("bot".into()), ..Identity::default() };

        assert_eq!(named.login(), LoginUse::Named("bot"));
        assert_eq!(named.sources(), [Source::Stored]);
        assert_eq!(Identity::default().login(), LoginUse::OfRegistry);
        assert_eq!(Identity { source: Some(Source::Gh), ..Identity::default() }.login(), LoginUse::None);
    }

    #[test]
    fn a_sign_in_to_gh_is_found_where_gh_keeps_it() {
        let files = |pairs: &[(&str, &str)]| {
            let env = pairs.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
            Identity::default().files(&env)
        };

        assert_eq!(files(&[("HOME", "/h")]), [PathBuf::from("/h/.config/gh/hosts.yml")]);
        assert_eq!(files(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")]), [PathBuf::from("/x/gh/hosts.yml")]);
        assert_eq!(
            files(&[("GH_CONFIG_DIR", "/g"), ("XDG_CONFIG_HOME", "/x")]),
            [PathBuf::from("/g/hosts.yml")]
        );
        assert_eq!(files(&[]), Vec::<PathBuf>::new());
    }
}
