//! GitHub's no to an app, as kinds by what to do.

use std::time::Duration;

use shorepass_core::{
    exchange::{
        ErrorKind::{Denied, Unexpected},
        ExchangeError,
    },
    identity::{GithubApp, GithubInstallation as Installation},
};

use super::{
    super::api,
    wanted::{Level, Wanted},
};
use crate::{clock, http::call::Answer};

/// Whether less would perhaps be granted.
pub(super) fn is_about_permissions(answer: &Answer) -> bool {
    answer.status == 422 && api::words(answer).contains("permission")
}

/// Whether what was asked for is not there, rather than the app itself.
pub(super) fn is_not_there(answer: &Answer) -> bool {
    answer.status == 404 && !is_unknown(&api::words(answer))
}

/// No installation was found.
pub(super) fn of_search(app: &GithubApp, answer: &Answer) -> ExchangeError {
    let place = match &app.installation {
        Installation::Id(id) => format!("under the id `{id}`"),
        Installation::Owner(name) => format!("at `{name}`"),
        Installation::Repository(name) => format!("in `{name}`"),
    };
    match answer.status {
        404 if is_not_there(answer) => not_installed(app, &place),
        _ => of_app(app, answer),
    }
}

/// No token was made.
pub(super) fn of_mint(
    app: &GithubApp,
    installation: &str,
    wanted: &Wanted,
    level: Level,
    answer: &Answer,
) -> ExchangeError {
    let words = api::words(answer);
    match answer.status {
        404 if is_not_there(answer) => not_installed(app, &format!("under the id `{installation}`")),
        422 if words.contains("permission") => ExchangeError::new(
            Denied,
            "github_app_permission",
            format!("the installation of the app `{}` may not {} packages", app.id, level.name()),
        )
        .with_hint(format!(
            "give the app the permission \"Packages: {}\" on its page at GitHub, and have the owner of the \
             installation accept it",
            level.name()
        )),
        422 if words.contains("repositor") => {
            let names: Vec<_> = wanted.repositories.iter().map(String::as_str).collect();
            not_reached(&names.join("`, `"))
        }
        _ => of_app(app, answer),
    }
}

/// The installation does not reach what the images are named after.
pub(super) fn not_reached(names: &str) -> ExchangeError {
    ExchangeError::new(
        Denied,
        "github_app_repositories",
        format!("the installation of the app does not reach the repository `{names}`"),
    )
    .with_hint(
        "let the installation reach it; an image of another name than its repository's cannot be narrowed to, so \
         write both `OWNER/*` and `OWNER/IMAGE` in `repositories`",
    )
}

fn of_app(app: &GithubApp, answer: &Answer) -> ExchangeError {
    let id = &app.id;
    let words = api::words(answer);
    match answer.status {
        401 if super::signature::is_about_time(answer) => {
            let apart = Duration::from_millis(answer.clocks.ahead_ms().unsigned_abs());
            ExchangeError::new(
                Denied,
                "clock_skew",
                format!(
                    "GitHub finds the time wrong that this machine signs with: the clocks are {} apart",
                    clock::show_span(apart)
                ),
            )
            .with_hint("set the clock, on most Linux systems by `timedatectl set-ntp true`")
        }
        401 => ExchangeError::new(
            Denied,
            "github_app_key_refused",
            format!("GitHub does not accept the private key as one of the app `{id}`"),
        )
        .with_hint(
            "check `app_id`, and compare the key's fingerprint with those on the app's page: `openssl rsa -in \
             KEY.pem -pubout -outform DER | openssl sha256 -binary | openssl base64`",
        ),
        403 if words.contains("suspended") => ExchangeError::new(
            Denied,
            "github_app_suspended",
            format!("the installation of the app `{id}` has been suspended"),
        )
        .with_hint("have the owner of the installation lift it: \"Installed GitHub Apps\" in their settings"),
        404 if is_unknown(&words) => {
            ExchangeError::new(Denied, "github_app_unknown", format!("GitHub knows no app `{id}`"))
                .with_hint("take `app_id` from the app's page at GitHub: its id or its client id")
        }
        403 => ExchangeError::new(Denied, "access_denied", format!("GitHub refuses the app `{id}`"))
            .with_hint("see what the app may do: \"Permissions & events\" on its page at GitHub"),
        status => ExchangeError::new(
            Unexpected,
            "refused",
            format!("{} answered with HTTP {status}", api::UPSTREAM),
        )
        .with_hint("check `api_endpoint` of the identity, and what a proxy answers: `HTTPS_PROXY`"),
    }
}

fn not_installed(app: &GithubApp, place: &str) -> ExchangeError {
    ExchangeError::new(
        Denied,
        "github_app_not_installed",
        format!("the app `{}` has no installation {place}", app.id),
    )
    .with_hint("install it there, or take `installation_id` from the address of the installation's page")
}

fn is_unknown(words: &str) -> bool {
    words.contains("integration")
}
