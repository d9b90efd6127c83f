//! Tokens that end: before they can be exchanged, and while the broker still holds what was given for them.

use std::time::Duration;

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::ci::{Job, Service},
};

use super::{AUDIENCE, Town, get};
use crate::ruled::assert_reason;

#[test]
fn a_token_that_has_ended_is_not_shown_and_the_clock_is_named() {
    for life in [0, 14] {
        let town = Town::taking(AUDIENCE);
        let mut bed = town.bed("from = \"gitlab\"\nvariable = \"T\"");
        bed.set("T", &town.ci.token("app", AUDIENCE, Duration::from_secs(life)));

        let when =
            if life == 0 { "the token from `gitlab` ended at 2" } else { "the token from `gitlab` ends in " };
        assert_reason(&get(&bed), &[when, "start the job again", "the clock of this machine: `date -u`"]);
        assert_eq!(town.exchange.count("token-exchange:Exchange"), 0);
    }
}

#[test]
fn a_token_that_ends_at_once_is_fetched_once_more() {
    let town = Town::taking(AUDIENCE);
    let bed = github(&town, "app");
    town.ci.knobs().token_life(Duration::from_secs(20));

    assert_reason(&get(&bed), &["the token from `github-actions` ends in ", "`date -u`"]);
    assert_eq!(town.ci.count(Service::GithubActions.operation()), 2);
}

#[test]
fn a_fresh_token_of_a_service_counts_by_the_services_own_clock() {
    let town = Town::taking(AUDIENCE);
    let bed = github(&town, "app");
    let hour_ago = -3_600_000;
    town.ci.knobs().clock_ahead_ms(hour_ago);
    town.exchange.knobs().clock_ahead_ms(hour_ago);

    assert_eq!(get(&bed).code, 0);
}

#[test]
fn what_a_job_was_given_is_renewed_only_as_long_as_it_can_ask() {
    let town = Town::taking(AUDIENCE);
    town.exchange.knobs().token_life(Duration::from_secs(8));
    let ending = town.ci.token("app", "actions", Duration::from_secs(2));
    town.ci.with_world(|world| {
        *world = world.clone().with_job(Job::new("ending", &ending, "repo:shore/app"));
    });
    let [going_on, ending] = ["app", "ending"].map(|job| github(&town, job));
    let (_, first) = get(&going_on).credential();
    let _ = get(&ending).credential();

    let is_renewed = wait_until(|| going_on.counter("refreshes") >= 2);

    assert!(is_renewed && get(&going_on).credential().1 != first);
    assert_eq!(ending.counter("refreshes"), 0);
}

fn github(town: &Town, job: &str) -> Bed {
    let mut bed = town.bed("from = \"github-actions\"\naudience = \"exchange\"");
    for (name, value) in town.ci.environment(Service::GithubActions, job) {
        bed.set(name, &value);
    }
    bed
}
