//! Harbor's refusals, in words; of what it says itself only the code counts.

use serde::Deserialize;
use shorepass_core::exchange::{
    ErrorKind::{Denied, Misconfigured, Unexpected},
    ExchangeError,
};

use super::{HARBOR, office::Office, rights};
use crate::http::call::Answer;

/// No robot is made.
pub(super) fn of_making(office: &Office<'_>, answer: &Answer) -> ExchangeError {
    let place = office.robots.place();
    match (answer.status, code(answer).as_str()) {
        (401, _) => of_login(office),
        (403, "DENIED") => ExchangeError::new(
            Denied,
            "harbor_robot_denied",
            format!(
                "the login may make robots, but none for {place}: a robot gives no more than it has itself"
            ),
        )
        .with_hint(format!(
            "give it {} there, or ask for less in the rule",
            rights::needed(office.order.access)
        )),
        (403, _) => of_permission(office, "make", "robot:create"),
        (404, _) => ExchangeError::new(
            Misconfigured,
            "harbor_project_unknown",
            format!("{HARBOR} knows nothing of {place}"),
        )
        .with_hint("check `repositories` and `endpoint` of the rule: `shorepass explain HOST`"),
        (400 | 409 | 412 | 415 | 422, _) => ExchangeError::new(
            Misconfigured,
            "harbor_robot_refused",
            format!(
                "{HARBOR} does not take a robot for {place} as it was asked for (HTTP {})",
                answer.status
            ),
        )
        .with_hint("robots with permissions by project need Harbor 2.2 or later; check that version"),
        (status, _) => of_something_else(status),
    }
}

/// No robot is looked for or deleted. `right` is what that takes.
pub(super) fn of_removal(office: &Office<'_>, answer: &Answer, right: &str) -> ExchangeError {
    match answer.status {
        401 => of_login(office),
        403 => of_permission(office, "delete", right),
        status => of_something_else(status),
    }
}

fn of_login(office: &Office<'_>) -> ExchangeError {
    let host = &office.order.target.host;
    let next = match office.order.login_key.strip_prefix("name:") {
        Some(name) => format!("store the right one: `shorepass vault put {name}`"),
        None => format!("log in anew: `docker login {host}`"),
    };
    let message = format!("{HARBOR} refused the login that makes robots for `{host}`");
    ExchangeError::new(Denied, "harbor_login_refused", message).with_hint(next)
}

fn of_permission(office: &Office<'_>, verb: &str, right: &str) -> ExchangeError {
    let (place, where_to) = match office.project() {
        Some(_) => (office.robots.place(), "project"),
        // A robot of several projects belongs to none of them.
        None => (format!("the system, for {}", office.robots.place()), "system"),
    };
    ExchangeError::new(
        Denied,
        "harbor_robots_forbidden",
        format!("the login may not {verb} robots of {place}: it lacks `{right}`"),
    )
    .with_hint(match where_to {
        "project" => format!("make it an administrator of the project, or give it `{right}` there"),
        _ => format!(
            "use an administrator's login, give it `{right}` at the system, or write a rule for each project"
        ),
    })
}

fn of_something_else(status: u16) -> ExchangeError {
    ExchangeError::new(Unexpected, "refused", format!("{HARBOR} answered with HTTP {status}"))
        .with_hint("check the `endpoint` of the rule, and what a proxy answers: `HTTPS_PROXY`")
}

/// The first error's, such as `DENIED`; empty when the answer is not in Harbor's form.
fn code(answer: &Answer) -> String {
    let said: Option<Errors> = answer.json().ok();
    said.and_then(|said| said.errors.into_iter().next()).map(|error| error.code).unwrap_or_default()
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    code: String,
}
