//! GitHub's container registry: a token of GitHub's is the password.
//!
//! The registry lets tokens log in that it then refuses every private image, and tells nobody. Where that is
//! known to happen, the token is tried before it is handed out.

mod trial;

use shorepass_core::{
    exchange::{ErrorKind::Denied, ExchangeError, ExchangeRequest, Exchanged},
    identity::{GithubSource as Source, Identity},
    kind::GhcrTarget as Target,
};

use super::wrong_identity;
use crate::{
    deadline::Progress,
    identity::github::{Github, Token},
};
use trial::{Trial, Verdict};

pub(super) async fn exchange(
    target: &Target,
    request: &ExchangeRequest,
    progress: &Progress,
) -> Result<Exchanged, ExchangeError> {
    let Identity::Github(identity) = &request.identity else { return Err(wrong_identity()) };
    let github = Github::open(identity, target, request, progress)?;
    let mut search = github.search();
    loop {
        let token = search.token().await?;
        progress.waits_for("the registry");
        let trial = Trial { client: github.client(), target, token: &token };
        if token.source == Source::App {
            try_app(&trial, image(target, &request.repositories)).await?;
        } else if token.is_fine_grained() && trial.login().await? == Verdict::Refused {
            if github.has_one_source() || token.source == Source::Stored {
                return Err(fine_grained(target, &token));
            }
            // Many have one for something else; a pull that may need no login must not fail for it.
            search.discard(format!("the registry does not take {}, a fine-grained one", named(&token)));
            continue;
        }
        return Ok(token.into_exchanged());
    }
}

/// What the client asks for, else the first that the rule names.
fn image<'a>(target: &'a Target, named: &'a [String]) -> Option<&'a str> {
    let whole = |name: &&String| !name.contains('*');
    target.repository.as_deref().or_else(|| named.iter().find(whole).map(String::as_str))
}

async fn try_app(trial: &Trial<'_>, image: Option<&str>) -> Result<(), ExchangeError> {
    let host = &trial.target.host;
    let Some(image) = image else {
        return match trial.login().await? {
            Verdict::Refused => Err(ExchangeError::new(
                Denied,
                "ghcr_app_refused",
                format!("`{host}` does not let the app's token log in"),
            )
            .with_hint(instead(host))),
            Verdict::Good | Verdict::Unknown => Ok(()),
        };
    };
    match trial.pull(image).await? {
        Verdict::Refused => Err(ExchangeError::new(
            Denied,
            "ghcr_app_cannot_pull",
            format!(
                "`{host}` refuses the app's token the pull of `{image}`, so it is not handed out: the registry is \
                 known to let apps log in and to keep private packages from them"
            ),
        )
        .with_hint(instead(host))),
        Verdict::Good | Verdict::Unknown => Ok(()),
    }
}

fn fine_grained(target: &Target, token: &Token) -> ExchangeError {
    let Target { host, server, .. } = target;
    let message = format!(
        "`{host}` does not take {}: it is a fine-grained one, and the registry wants a classic one",
        named(token)
    );
    let classic =
        format!("a classic token with the scope `read:packages` at `https://{server}/settings/tokens`");
    let hint = match (token.source, token.variable) {
        (Source::Environment, Some(name)) => {
            format!("make {classic} and set `{name}` to it, or unset `{name}`")
        }
        (Source::Gh, _) => {
            format!(
                "have `gh` get a token of its own: `gh auth login --hostname {server} --scopes read:packages`"
            )
        }
        _ => format!("make {classic}, then log in: `docker login {host}`"),
    };
    ExchangeError::new(Denied, "ghcr_fine_grained_token", message).with_hint(hint)
}

/// The token by its place.
fn named(token: &Token) -> String {
    match (token.source, token.variable) {
        (_, Some(name)) => format!("the token in `{name}`"),
        (Source::Gh, None) => "the token of `gh`".into(),
        _ => "the token that is stored".into(),
    }
}

fn instead(host: &str) -> String {
    format!(
        "in a workflow use the job's own `GITHUB_TOKEN`, in a repository that the package is open to; elsewhere \
         take the app's identity out of the rule and log in with a classic token that has `read:packages`: \
         `docker login {host}`"
    )
}
