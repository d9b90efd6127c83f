//! How many pulls Docker Hub still grants, read now.
//!
//! A login that Docker Hub does not take may be no error to it: it counts the pulls by address and says
//! nothing, so whose pulls are counted tells more than whether it answered.

use std::{net::IpAddr, time::Duration};

use shorepass_protocol::message::{Explained, FailureKind, Operation, PullLimit};

use super::Finding;
use crate::{
    broker::{Reach, Refusal, ask},
    command::route,
    output::span,
};

/// Nothing for a registry that is not Docker Hub, or whose rule forbids it.
pub(super) fn read(host: &str) -> Option<Finding> {
    if !route(host).is_ok_and(|route| is_told(&route)) {
        return None;
    }
    let told = ask::<PullLimit>(Operation::PullLimit { server: host.to_owned() }, Reach::RunningOrOnce);
    Some(told.map_or_else(|refusal| unread(host, refusal), |told| found(&told)))
}

fn is_told(route: &Explained) -> bool {
    route.kind.as_deref() == Some("docker-hub") && route.target["pull_limit"] != false
}

fn found(told: &PullLimit) -> Finding {
    let address = told.counted_for.as_deref().and_then(address);
    match (&told.username, address) {
        (Some(user), Some(address)) => Finding::warning(
            "pull_limit_by_address",
            format!("Docker Hub counts the pulls by the address `{address}`, although the login of `{user}` was shown"),
        )
        .why(format!("it did not take the login and went on as if there was none: {}", left(told)))
        .fix("log in again, with an access token as password: `docker login`"),
        _ if told.remaining == Some(0) => Finding::warning(
            "pull_limit_reached",
            format!("the pull limit {} is reached: {}", whose(told), left(told)),
        )
        .why("Docker Hub answers with `toomanyrequests` until older pulls leave the window")
        .fix(remedy(told)),
        _ => Finding::ok("pull_limit", format!("the pull limit {}: {}", whose(told), left(told))),
    }
}

/// An account's counter would not be an address; that of IPv6 is a whole network's.
fn address(counted_for: &str) -> Option<&str> {
    let bare = counted_for.split('/').next().unwrap_or_default();
    bare.parse::<IpAddr>().is_ok().then_some(counted_for)
}

fn whose(told: &PullLimit) -> String {
    match (&told.username, &told.counted_for) {
        (Some(user), _) => format!("of `{user}` at Docker Hub"),
        (None, Some(source)) => format!("of everybody at `{source}` without a login at Docker Hub"),
        (None, None) => "without a login at Docker Hub".into(),
    }
}

/// `180 of 200 left in 6h 0m`
pub(crate) fn left(told: &PullLimit) -> String {
    let window = told.window_s.map(|seconds| format!(" in {}", span(Duration::from_secs(seconds))));
    match (told.limit, told.remaining) {
        (None, _) => "no limit".into(),
        (Some(limit), None) => format!("{limit}{} allowed", window.unwrap_or_default()),
        (Some(limit), Some(remaining)) => {
            format!("{remaining} of {limit}{} left", window.unwrap_or_default())
        }
    }
}

fn remedy(told: &PullLimit) -> &'static str {
    match told.username {
        Some(_) => {
            "wait for older pulls to leave the window, pull through a mirror, or take a plan without a limit"
        }
        None => "log in, an account has a limit of its own: `docker login`",
    }
}

fn unread(host: &str, refusal: Refusal) -> Finding {
    let what = format!("the pull limit of `{host}` could not be read");
    match refusal {
        Refusal::Failed(failure) => {
            let finding = match failure.kind {
                FailureKind::Denied => Finding::error(&failure.code, what),
                _ => Finding::warning(&failure.code, what),
            };
            let hint = failure.hint.map(|hint| hint.replace("HOST", host));
            finding.why(failure.message).fix(hint.unwrap_or_else(|| "try again later".into()))
        }
        refusal => Finding::of("pull_limit_unread", refusal.into_problem(what)),
    }
}

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::Failure;

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn what_is_left_is_said_with_whose_it_is() {
        let account = found(&told(Some("alice"), Some(180), "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"));
        let nobody = found(&told(None, Some(7), "192.0.2.7"));
        let paid = found(&PullLimit { limit: None, ..told(Some("team"), None, "x") });

        assert_eq!(account.what, "the pull limit of `alice` at Docker Hub: 180 of 200 in 6h 0m left");
        assert!(
            nobody.what.contains("at `192.0.2.7` without a login at Docker Hub: 7 of 200"),
            "{}",
            nobody.what
        );
        assert_eq!(paid.what, "the pull limit of `team` at Docker Hub: no limit");
        assert!([account, nobody, paid].iter().all(|finding| finding.level == Level::Ok));
    }

    #[test]
    fn a_login_whose_pulls_count_by_address_is_warned_of() {
        for address in ["192.0.2.7", "2001:db8:0:1::", "2001:db8:0:1::/64"] {
            let finding = found(&told(Some("alice"), Some(0), address));

            assert_eq!((finding.id.as_str(), finding.level), ("pull_limit_by_address", Level::Warning));
            assert!(finding.what.contains(address) && finding.what.contains("`alice`"), "{}", finding.what);
        }
    }

    #[test]
    fn a_limit_that_is_reached_is_warned_of() {
        let finding = found(&told(None, Some(0), "192.0.2.7"));

        assert_eq!((finding.id.as_str(), finding.level), ("pull_limit_reached", Level::Warning));
        assert!(finding.fix.unwrap().ends_with("`docker login`"));
    }

    #[test]
    fn only_a_refused_login_is_an_error() {
        let unread = |kind| {
            let (code, message) = ("x".into(), "y".into());
            unread("r", Refusal::Failed(Failure { kind, code, message, hint: None })).level
        };

        assert_eq!(unread(FailureKind::Denied), Level::Error);
        assert_eq!(unread(FailureKind::Unavailable), Level::Warning);
    }

    #[test]
    fn it_is_read_for_docker_hub_unless_that_is_switched_off() {
        let route =
            |kind: &str, target| Explained { kind: Some(kind.into()), target, ..Explained::default() };

        assert!(is_told(&route("docker-hub", serde_json::json!({ "host": "docker.io" }))));
        assert!(!is_told(&route("docker-hub", serde_json::json!({ "pull_limit": false }))));
        assert!(!is_told(&route("ecr", serde_json::json!({}))));
    }

    fn told(username: Option<&str>, remaining: Option<u64>, source: &str) -> PullLimit {
        PullLimit {
            registry: "docker.io".into(),
            username: username.map(str::to_owned),
            limit: Some(200),
            remaining,
            window_s: Some(21_600),
            counted_for: Some(source.into()),
            read_at: "2026-01-01T00:00:00Z".into(),
        }
    }
}
