//! Tries the way of a registry: the route, then a fresh exchange.

use std::time::Duration;

use shorepass_protocol::message::{Done, Explained, Granted, Operation};

use super::{Finding, advice};
use crate::{
    broker::{NO_ROUTE_HINT, Reach, Refusal, ask},
    clock,
    command::route,
    output::ahead,
};

/// Where it would be routed, without any network.
pub(super) fn route_only(host: &str) -> Vec<Finding> {
    vec![routed(host, route(host))]
}

/// The route, then a credential that is made now: one from the cache would prove nothing.
pub(super) fn try_out(host: &str) -> Vec<Finding> {
    let route = routed(host, route(host));
    if route.level != super::Level::Ok {
        return vec![route];
    }
    let renewed: Result<Done, Refusal> =
        ask(Operation::Refresh { server: Some(host.to_owned()) }, Reach::RunningOrOnce);
    let clock = renewed.as_ref().ok().and_then(|done| done.clock_ahead_s).map(wrong_clock);
    let granted = renewed
        .and_then(first_failure)
        .and_then(|()| ask::<Granted>(Operation::Get { server: host.to_owned() }, Reach::RunningOrOnce));
    [route, exchanged(host, granted)].into_iter().chain(clock).collect()
}

/// It was put up with this once, but it spoils logs, certificates and the next signature.
fn wrong_clock(ahead_s: i64) -> Finding {
    let by = humantime::format_duration(Duration::from_secs(ahead_s.unsigned_abs()));
    let way = if ahead_s > 0 { "ahead of" } else { "behind" };
    Finding::warning("clock_skew", format!("this machine's clock is {by} {way} the cloud's"))
        .why("signatures are refused when it is off by more than five minutes")
        .fix("set the clock, on most Linux systems by `timedatectl set-ntp true`")
}

fn routed(host: &str, route: Result<Explained, Refusal>) -> Finding {
    match route {
        Ok(Explained { kind: Some(kind), identity, source, rule, .. }) => {
            let identity = identity.unwrap_or_else(|| "-".into());
            let by = rule.or(source).unwrap_or_else(|| "-".into());
            Finding::ok("route", format!("`{host}` is routed: {kind} with identity `{identity}` ({by})"))
        }
        Ok(_) => Finding::error("no_route", format!("`{host}` has no route"))
            .why("neither a rule of the configuration nor a built-in host table covers it")
            .fix(NO_ROUTE_HINT),
        Err(refusal) => {
            Finding::of("route_unknown", refusal.into_problem(format!("cannot tell the route of `{host}`")))
        }
    }
}

fn exchanged(host: &str, granted: Result<Granted, Refusal>) -> Finding {
    match granted {
        Ok(granted) => {
            let made = match &granted.expires_at {
                Some(end) => {
                    let left = ahead(clock::now(), end);
                    format!("a fresh credential for `{host}` was made, it expires in {left}")
                }
                None => format!("a login for `{host}` is stored, of `{}`", granted.username),
            };
            Finding::ok("exchange", made)
        }
        Err(Refusal::Failed(failure)) => advice::on(host, &failure),
        Err(refusal) => {
            Finding::of("exchange_failed", refusal.into_problem(format!("no credential for `{host}`")))
        }
    }
}

fn first_failure(done: Done) -> Result<(), Refusal> {
    match done.failed.into_iter().next() {
        Some(failed) => Err(Refusal::Failed(failed.failure)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use shorepass_protocol::{
        error::ClientError,
        message::{FailedRegistry, Failure, FailureKind},
    };

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_host_without_a_route_is_an_error() {
        let nowhere = Explained { registry: "r".into(), ..Explained::default() };
        let found = routed("r", Ok(nowhere.clone()));
        assert_eq!((found.id.as_str(), found.level), ("no_route", Level::Error));

        let ecr = Explained { kind: Some("ecr".into()), identity: Some("prod".into()), ..nowhere };
        assert_eq!(routed("r", Ok(ecr)).what, "`r` is routed: ecr with identity `prod` (-)");
    }

    #[test]
    fn the_cause_of_a_failed_exchange_is_the_findings_id() {
        let failure = Failure {
            kind: FailureKind::Denied,
            code: "clock_skew".into(),
            message: "the clock is 20 min late".into(),
            hint: None,
        };
        let done = Done { failed: vec![FailedRegistry { registry: "r".into(), failure }], ..Done::default() };

        let Err(Refusal::Failed(failure)) = first_failure(done) else { panic!("a failure was lost") };
        let found = exchanged("r", Err(Refusal::Failed(failure)));

        assert_eq!(found.id, "clock_skew");
        assert!(found.fix.unwrap().contains("timedatectl"));
    }

    #[test]
    fn nobody_to_ask_is_said_with_the_clients_own_hint() {
        let found = exchanged("r", Err(Refusal::Unasked(ClientError::NoProgram)));

        assert_eq!(found.id, "exchange_failed");
        assert_eq!(found.why.as_deref(), Some("the broker `shorepassd` was not found"));
        assert!(found.fix.unwrap().contains("SHOREPASS_BROKER"));
    }
}
