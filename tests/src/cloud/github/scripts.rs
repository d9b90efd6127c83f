//! A stand-in for `gh`: a shell script that prints what the real one prints for `gh auth token`.
//!
//! It refuses what it was not made for, so that a wrong host or command is seen.

use std::time::Duration;

use super::{GitHub, logins::OauthToken};
use crate::cloud::random;

impl GitHub {
    /// A `gh` that is signed in to a host as a person with these scopes.
    #[must_use]
    pub fn gh_script(&self, host: &str, login: &str, scopes: &[&str]) -> String {
        let token = format!("gho_{}", random::base64_text(36).replace(['+', '/'], "x"));
        let facts = OauthToken {
            login: login.into(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            authorised_for: None,
        };
        self.site().oauth.note(&token, facts, self.site().now() + LONG);
        format!(
            r#"#!/bin/sh
case "$1 $2" in
"auth token") shift 2 ;;
*) echo "unknown command \"$1\" for \"gh\"" >&2; exit 1 ;;
esac
host=github.com
user={login}
while [ $# -gt 0 ]; do
  case "$1" in
  -h | --hostname) host=$2; shift 2 ;;
  -u | --user) user=$2; shift 2 ;;
  *) echo "unknown flag: $1" >&2; exit 1 ;;
  esac
done
[ "$user" = "{login}" ] || {{ echo "no oauth token found for $host account $user" >&2; exit 1; }}
[ "$host" = "{host}" ] || {{ echo "no oauth token found for $host" >&2; exit 1; }}
echo "{token}"
"#
        )
    }

    /// A `gh` that nobody is signed in to.
    #[must_use]
    pub fn signed_out_gh_script() -> &'static str {
        "#!/bin/sh\necho 'no oauth token found for github.com' >&2\nexit 1\n"
    }
}

const LONG: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::*;

    #[test]
    fn gh_prints_a_token_that_the_registry_takes() {
        let github = GitHub::start().unwrap();
        let script = github.gh_script("github.com", "alice", &["read:packages"]);

        let printed = run(&script, &["auth", "token", "--hostname", "github.com"]);

        let token = String::from_utf8(printed.stdout).unwrap();
        assert_eq!(github.owner("alice", token.trim_end()).as_deref(), Some("alice"));
        assert!(github.admission().allows(token.trim_end(), "shoreteam/app", "pull"));
    }

    #[test]
    fn gh_refuses_other_hosts_people_and_commands() {
        let github = GitHub::start().unwrap();
        let script = github.gh_script("github.com", "alice", &[]);

        for arguments in [
            &["auth", "token", "--hostname", "github.corp.example"][..],
            &["auth", "token", "--user", "bob"],
            &["auth", "token", "--json"],
            &["auth", "login"],
        ] {
            assert!(!run(&script, arguments).status.success(), "{arguments:?}");
        }
        assert!(!run(GitHub::signed_out_gh_script(), &["auth", "token"]).status.success());
    }

    fn run(script: &str, arguments: &[&str]) -> std::process::Output {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("script");
        fs::write(&file, script).unwrap();
        Command::new("/bin/sh").arg(&file).args(arguments).output().unwrap()
    }
}
