//! Somebody's sign-in to the GitHub CLI: `gh auth token`.
//!
//! It prints what is in the variables, too, whatever host is asked for; those are another source's, so it is
//! run without them. What it is signed in for by itself does not include packages.

use std::{path::PathBuf, time::Duration};

use shorepass_core::{
    exchange::{ErrorKind::Denied, ExchangeError},
    identity::GithubSource as Source,
};
use tokio::process::Command;

use super::{
    Github, Token,
    chain::{Looked, Miss, absent},
    environment, owner,
};
use crate::{
    deadline, file,
    program::{self, Failed},
    token,
};

pub(super) async fn look(github: &Github<'_>, is_only: bool) -> Looked {
    github.progress.waits_for("the GitHub CLI");
    let server = github.server;
    let mut gh = Command::new("gh");
    gh.args(["auth", "token", "--hostname", server]).env("GH_PROMPT_DISABLED", "1");
    for name in environment::names() {
        gh.env_remove(name);
    }
    let failed = |why: &str| {
        Miss::Failed(ExchangeError::new(Denied, "gh_failed", format!("the GitHub CLI, `gh`, {why}")).with_hint(format!(
            "see what is wrong with it by `gh auth status`, or sign in again: `gh auth login --hostname {server} \
             --scopes read:packages`"
        )))
    };
    let secret = match program::output(gh, PATIENCE).await {
        Ok(output) => token::checked(&String::from_utf8_lossy(&output))
            .map_err(|_| failed("wrote something else than a token"))?,
        Err(Failed::Absent) => return absent("no `gh` is on the PATH"),
        Err(Failed::Slow(limit)) => return Err(deadline::elapsed("the GitHub CLI", limit).into()),
        Err(Failed::Otherwise(_)) if !has_sign_in(github) => {
            return absent(format!("nobody is signed in to `{server}` with `gh`"));
        }
        Err(failure) => return Err(failed(&failure.words())),
    };
    github.progress.waits_for("GitHub's API");
    let owner = owner::of(github, &secret).await?;
    match owner.lacks(github.access) {
        None => Ok(Token::lasting(owner.login, secret, Source::Gh)),
        Some(scope) if is_only => Err(without(scope, server)),
        // Most people's sign-in is like that, and no reason to fail a pull that may need no login at all.
        Some(scope) => absent(format!("the sign-in of `gh` lacks the scope `{scope}`")),
    }
}

fn without(scope: &str, server: &str) -> Miss {
    ExchangeError::new(
        Denied,
        "gh_scope_missing",
        format!("the sign-in of `gh` to `{server}` lacks the scope `{scope}`"),
    )
    .with_hint(format!("add it: `gh auth refresh --hostname {server} --scopes {scope}`"))
    .into()
}

/// Whether it knows the host. What it says on failure is thrown away, so this tells the two apart.
fn has_sign_in(github: &Github<'_>) -> bool {
    let variable = |name| github.env.get(name).ok().filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = variable("GH_CONFIG_DIR")
        .or_else(|| variable("XDG_CONFIG_HOME").map(|folder| folder.join("gh")))
        .or_else(|| variable("APPDATA").map(|folder| folder.join("GitHub CLI")))
        .or_else(|| variable("HOME").or_else(|| variable("USERPROFILE")).map(|home| home.join(".config/gh")));
    let hosts = folder.and_then(|folder| file::bytes(&folder.join("hosts.yml"), LONGEST_HOSTS).ok());
    hosts.is_some_and(|hosts| knows(&String::from_utf8_lossy(&hosts), github.server))
}

/// A host is a key at the margin.
fn knows(hosts: &str, server: &str) -> bool {
    hosts
        .lines()
        .any(|line| line.trim_end().strip_suffix(':').is_some_and(|key| key.trim_matches('"') == server))
}

const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST_HOSTS: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_gh_knows_stands_at_the_margin() {
        let hosts =
            "github.com:\n    user: alice\n    users:\n        bob:\n\"ghes.example:8443\":\n    user: x\n";

        assert!(knows(hosts, "github.com") && knows(hosts, "ghes.example:8443"));
        for other in ["bob", "users", "github.corp.example", "hub.com", ""] {
            assert!(!knows(hosts, other), "{other}");
        }
    }
}
