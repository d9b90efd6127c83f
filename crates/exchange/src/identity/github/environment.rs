//! A token in the caller's variables, which belongs to the GitHub that the variables beside it name.
//!
//! `gh` takes `GH_TOKEN` for github.com and any `ghe.com`, and an enterprise token for every other host. In a
//! job of an enterprise server `GITHUB_TOKEN` is that server's, which `GITHUB_SERVER_URL` tells; no runner sets
//! `GH_TOKEN`.

use aws_types::os_shim_internal::Env;
use shorepass_core::{identity::GithubSource as Source, registry::Registry};

use super::{
    Token,
    chain::{Looked, absent},
    misconfigured,
};
use crate::token;

pub(super) fn look(env: &Env, server: &str) -> Looked {
    let mut others = Vec::new();
    for (name, maker) in TOKENS {
        let Some(text) = variable(env, name) else { continue };
        let home = match maker {
            Maker::Enterprise => home_of_enterprise(env, server),
            Maker::Public => home_of_gh(env),
            Maker::Job => home_of_job(env),
        };
        if home.as_deref() == Some(server) {
            let secret = token::checked(&text).map_err(|_| no_token(name))?;
            let token = Token::lasting(actor(env), secret, Source::Environment);
            return Ok(Token { variable: Some(name), ..token });
        }
        others.push(match home {
            Some(home) => format!("`{name}` is a token of `{home}`"),
            None => format!("nobody says whose `{name}` is: `GITHUB_SERVER_URL` or `GH_HOST` is no server"),
        });
    }
    if others.is_empty() { absent("no token is set in the environment") } else { absent(others.join(", ")) }
}

/// The names of all tokens.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TOKENS.iter().map(|(name, _)| *name)
}

/// Whose `GITHUB_TOKEN` is.
fn home_of_job(env: &Env) -> Option<String> {
    match variable(env, "GITHUB_SERVER_URL") {
        Some(url) => server_of(&url),
        None => home_of_gh(env),
    }
}

/// Whose `GH_TOKEN` is: never an enterprise server's.
fn home_of_gh(env: &Env) -> Option<String> {
    match variable(env, "GH_HOST") {
        Some(host) => server_of(&host).map(|host| if is_public(&host) { host } else { GITHUB.into() }),
        None => Some(GITHUB.into()),
    }
}

/// Whose the enterprise tokens are: never github.com's. Where no variable says it, the rule does that has
/// named the registry's server.
fn home_of_enterprise(env: &Env, asked: &str) -> Option<String> {
    for name in ["GH_HOST", "GITHUB_SERVER_URL"] {
        let Some(text) = variable(env, name) else { continue };
        let server = server_of(&text)?;
        if !is_public(&server) {
            return Some(server);
        }
    }
    (!is_public(asked)).then(|| asked.to_owned())
}

fn is_public(server: &str) -> bool {
    server == GITHUB || server.ends_with(".ghe.com")
}

/// A host, or a URL of nothing but a host.
fn server_of(text: &str) -> Option<String> {
    Registry::parse(text).ok().filter(|server| server.path().is_none()).map(|server| server.authority())
}

/// Who runs the job.
fn actor(env: &Env) -> Option<String> {
    variable(env, "GITHUB_ACTOR")
        .filter(|actor| actor.len() <= 100 && actor.bytes().all(|b| b.is_ascii_graphic() && b != b':'))
}

fn no_token(name: &str) -> super::chain::Miss {
    misconfigured("token_missing", format!("what `{name}` holds is no token: it has spaces, or is too long"))
        .with_hint(format!("set `{name}` to the token alone"))
        .into()
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().filter(|value| !value.trim().is_empty())
}

const GITHUB: &str = "github.com";

/// By which rule a variable's GitHub is told.
#[derive(Clone, Copy)]
enum Maker {
    Enterprise,
    Public,
    Job,
}

/// In the order in which `gh` takes them for one server.
const TOKENS: [(&str, Maker); 4] = [
    ("GH_ENTERPRISE_TOKEN", Maker::Enterprise),
    ("GITHUB_ENTERPRISE_TOKEN", Maker::Enterprise),
    ("GH_TOKEN", Maker::Public),
    ("GITHUB_TOKEN", Maker::Job),
];

#[cfg(test)]
mod tests {
    use super::{super::chain::Miss, *};

    #[test]
    fn the_order_is_that_of_gh() {
        let all = [("GH_TOKEN", "a"), ("GITHUB_TOKEN", "b"), ("GH_ENTERPRISE_TOKEN", "c")];

        assert_eq!(found(&all, GITHUB), Some("a"));
        assert_eq!(found(&all[1..], GITHUB), Some("b"));
        assert_eq!(found(&all, "github.corp.example"), Some("c"));
        assert_eq!(found(&[("GITHUB_ENTERPRISE_TOKEN", "d")], "github.corp.example"), Some("d"));
    }

    #[test]
    fn a_token_of_github_com_goes_nowhere_else() {
        for server in [
            "github.corp.example",
            "octocorp.ghe.com",
            "github.com.evil.example",
            "evil-github.com",
            "github.com:8443",
            "api.github.com",
        ] {
            assert_eq!(found(&[("GITHUB_TOKEN", "a"), ("GH_TOKEN", "a")], server), None, "{server}");
        }
    }

    #[test]
    fn the_token_of_a_job_is_its_own_servers() {
        let job = |url| [("GITHUB_TOKEN", "a"), ("GITHUB_SERVER_URL", url)];

        assert_eq!(found(&job("https://github.com"), GITHUB), Some("a"));
        assert_eq!(found(&job("https://GitHub.Corp.example/"), "github.corp.example"), Some("a"));
        assert_eq!(found(&job("https://octocorp.ghe.com"), "octocorp.ghe.com"), Some("a"));
        for url in [
            "https://github.corp.example",
            "https://github.com.evil.example",
            "https://github.com@evil.example",
            "https://github.com/evil",
            "https://github.com:8443",
            "nonsense at all",
        ] {
            assert_eq!(found(&job(url), GITHUB), None, "{url}");
        }
    }

    #[test]
    fn a_token_for_gh_in_a_job_of_another_server_stays_with_its_own() {
        let corp = "github.corp.example";
        let job = [
            ("GH_TOKEN", "personal"),
            ("GITHUB_TOKEN", "job"),
            ("GITHUB_SERVER_URL", "https://github.corp.example"),
        ];

        assert_eq!(found(&job, corp), Some("job"));
        assert_eq!(found(&job, GITHUB), Some("personal"));
        assert_eq!(found(&[job[0], job[2]], corp), None);
        assert_eq!(found(&job[1..], GITHUB), None);
    }

    #[test]
    fn the_host_of_gh_says_nothing_of_a_job_s_token() {
        let both = [
            ("GH_TOKEN", "personal"),
            ("GITHUB_TOKEN", "job"),
            ("GH_HOST", "octocorp.ghe.com"),
            ("GITHUB_SERVER_URL", "https://github.com"),
        ];

        assert_eq!(found(&both, "octocorp.ghe.com"), Some("personal"));
        assert_eq!(found(&both, GITHUB), Some("job"));
    }

    #[test]
    fn a_token_is_said_to_be_of_its_variable() {
        let token = look(&Env::from_slice(&[("GITHUB_TOKEN", "a")]), GITHUB).unwrap();

        assert_eq!(token.variable, Some("GITHUB_TOKEN"));
    }

    #[test]
    fn an_enterprise_token_goes_to_the_host_that_is_named_and_never_to_github_com() {
        let named = |name, value| [("GH_ENTERPRISE_TOKEN", "a"), (name, value)];

        for name in ["GH_HOST", "GITHUB_SERVER_URL"] {
            assert_eq!(found(&named(name, "github.corp.example"), "github.corp.example"), Some("a"));
            for server in [GITHUB, "octocorp.ghe.com", "github.corp.example.evil", "xgithub.corp.example"] {
                assert_eq!(found(&named(name, "github.corp.example"), server), None, "{server}");
            }
        }
        assert_eq!(found(&[("GH_ENTERPRISE_TOKEN", "a")], GITHUB), None);
    }

    #[test]
    fn a_host_of_gh_on_ghe_com_takes_the_usual_token() {
        let host = |host| [("GH_TOKEN", "a"), ("GH_HOST", host)];

        assert_eq!(found(&host("octocorp.ghe.com"), "octocorp.ghe.com"), Some("a"));
        assert_eq!(found(&host("octocorp.ghe.com"), GITHUB), None);
        assert_eq!(found(&host("github.corp.example"), GITHUB), Some("a"));
        assert_eq!(found(&host("github.corp.example"), "github.corp.example"), None);
    }

    #[test]
    fn the_actor_is_the_user_if_it_can_be_one() {
        let user = |actor| {
            let env = Env::from_slice(&[("GITHUB_TOKEN", "a"), ("GITHUB_ACTOR", actor)]);
            look(&env, GITHUB).unwrap().username
        };

        assert_eq!(user("dependabot[bot]"), "dependabot[bot]");
        assert_eq!(user("a:b"), "x-access-token");
        assert_eq!(user(""), "x-access-token");
    }

    #[test]
    fn what_is_no_token_is_not_shown() {
        let looked = look(&Env::from_slice(&[("GH_TOKEN", "canary canary")]), GITHUB);

        let Err(Miss::Failed(error)) = looked else { panic!("it was taken for a token") };
        assert_eq!(error.code, "token_missing");
        assert!(!error.message.contains("canary"));
    }

    fn found(variables: &[(&str, &'static str)], server: &str) -> Option<&'static str> {
        let secret = look(&Env::from_slice(variables), server).ok()?.secret;
        variables.iter().map(|(_, value)| *value).find(|value| *value == secret.expose())
    }
}
