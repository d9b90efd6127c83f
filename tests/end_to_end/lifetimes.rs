//! Passwords that live for seconds: renewed ahead of their end, kept through an outage, and asked for again
//! as soon as that makes sense.

use std::time::{Duration, SystemTime};

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::{Bed, Said, wait_until},
    cloud::{
        Fault, Times,
        aws::{Aws, Service},
    },
};

use crate::{
    ECR,
    sources::{assert_reason, owner},
};

#[test]
fn short_lived_passwords_are_replaced_before_anybody_notices() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().registry_token_life(Duration::from_secs(5));
    let bed = impatient(&cloud);
    let first_end = end(&cloud, &bed.helper("get", ECR));

    let lasted = wait_until(|| {
        let said = bed.helper("get", ECR);
        let _ = owner(&cloud, &said);
        end(&cloud, &said) > first_end + Duration::from_secs(15)
    });

    assert!(lasted);
    let counters = bed.status().unwrap()["counters"].clone();
    assert_eq!(counters["failures"], 0);
    assert_eq!(counters["served_stale"], 0);
    // Nobody but the first has waited for an exchange.
    assert_eq!(counters["exchanges"].as_u64(), counters["refreshes"].as_u64().map(|count| count + 1));
    assert!(cloud.issued().count() < 15, "{} passwords in 15 s", cloud.issued().count());
}

#[test]
fn passwords_are_renewed_while_nobody_asks() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().registry_token_life(Duration::from_secs(4));
    let bed = impatient(&cloud);
    let _ = bed.helper("get", ECR).credential();

    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 4, Duration::from_secs(20)));

    assert_eq!(bed.counter("requests"), 1);
    let _ = owner(&cloud, &bed.helper("get", ECR));
}

#[test]
fn an_outage_is_ridden_out_to_the_real_end_and_over_at_once() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().registry_token_life(Duration::from_secs(6));
    let bed = impatient(&cloud);
    let clock = SystemClock::new();
    let (username, secret) = bed.helper("get", ECR).credential();
    // A life is counted from when its exchange began, and ends so much earlier than the cloud means.
    let exchange_took = clock.now().steady;
    let expires_at = cloud.issued().find(&username, &secret).unwrap().expires_at;
    cloud.knobs().fail(Service::Ecr, Fault::status(503, "ServiceUnavailable"), Times::UntilHealed);

    let mut served = 0;
    let ended = wait_until(|| {
        let was_valid = cloud.issued().is_valid(&username, &secret);
        let said = bed.helper("get", ECR);
        if said.code == 0 {
            assert_eq!(said.credential().1, secret);
            assert!(was_valid, "an ended password was handed out");
            served += 1;
            return false;
        }
        let left = expires_at.duration_since(clock.now().wall).unwrap_or_default();
        assert!(left <= exchange_took, "given up {left:?} too early: {}", said.stdout);
        assert_reason(&cloud, &said, &["ECR has a fault of its own (HTTP 503)"]);
        true
    });
    cloud.knobs().heal(Service::Ecr);
    let healed = SystemClock::new();
    let recovered = wait_until(|| bed.helper("get", ECR).code == 0);

    assert!(ended && recovered && served > 10);
    assert!(healed.now().steady < Duration::from_secs(3), "recovery took {:?}", healed.now().steady);
    let _ = owner(&cloud, &bed.helper("get", ECR));
}

#[test]
fn an_outage_costs_no_more_than_one_call_every_two_seconds() {
    let cloud = Aws::start().unwrap();
    let bed = impatient(&cloud);
    cloud.knobs().fail(Service::Ecr, Fault::status(503, "ServiceUnavailable"), Times::UntilHealed);

    assert!(wait_until(|| {
        assert_reason(&cloud, &bed.helper("get", ECR), &["(HTTP 503)"]);
        cloud.count("ecr:GetAuthorizationToken") == 3
    }));

    for pause in pauses(&cloud) {
        assert!(pause >= Duration::from_millis(1900), "{pause:?}");
    }
}

#[test]
fn a_password_with_little_life_left_is_exchanged_for_a_better_one() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().registry_token_life(Duration::from_secs(10));
    let bed = impatient(&cloud);
    let first = bed.helper("get", ECR).credential();
    cloud.knobs().fail(Service::Ecr, Fault::status(503, "ServiceUnavailable"), Times::Next(1));

    // The one renewal ahead of time fails, so that somebody has to ask in the second half of the life.
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 2, Duration::from_secs(10)));
    let replaced = wait_until(|| bed.helper("get", ECR).credential() != first);

    assert!(replaced);
    assert!(cloud.issued().is_valid(&first.0, &first.1), "it was handed out to its end");
    assert_eq!(bed.counter("refreshes"), 1);
}

#[test]
fn a_refusal_is_remembered_for_ten_seconds() {
    let cloud = Aws::start().unwrap();
    let bed = impatient(&cloud);
    deny(&cloud);
    for _ in 0..5 {
        assert_reason(&cloud, &bed.helper("get", ECR), &["AWS refused"]);
    }
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
    allow(&cloud);

    assert!(wait_until(|| bed.helper("get", ECR).code == 0));

    let [pause] = pauses(&cloud)[..] else { panic!("{:?}", pauses(&cloud)) };
    assert!((9..13).contains(&pause.as_secs()), "{pause:?}");
}

#[test]
fn a_refusal_is_forgotten_when_the_configuration_changes() {
    let cloud = Aws::start().unwrap();
    let bed = impatient(&cloud);
    deny(&cloud);
    assert_reason(&cloud, &bed.helper("get", ECR), &["AWS refused"]);
    allow(&cloud);
    assert_reason(&cloud, &bed.helper("get", ECR), &["AWS refused"]);

    bed.configure("[broker]\naudit = false\n");

    let _ = owner(&cloud, &bed.helper("get", ECR));
}

#[test]
fn a_refusal_is_forgotten_on_refresh() {
    let cloud = Aws::start().unwrap();
    let bed = impatient(&cloud);
    deny(&cloud);
    assert_reason(&cloud, &bed.helper("get", ECR), &["AWS refused"]);

    let refused = bed.shorepass(&["refresh", ECR]);
    allow(&cloud);
    let refreshed = bed.shorepass(&["refresh", ECR]);

    assert_eq!((refused.code, refreshed.code), (4, 0), "{refused:?} {refreshed:?}");
    let _ = owner(&cloud, &bed.helper("get", ECR));
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 3);
}

#[test]
fn retry_after_is_obeyed() {
    let cloud = Aws::start().unwrap();
    let bed = impatient(&cloud);
    cloud.knobs().fail(Service::Ecr, Fault::Throttle(Duration::from_secs(4)), Times::Next(1));

    assert!(wait_until(|| {
        let said = bed.helper("get", ECR);
        if said.code != 0 {
            assert_reason(&cloud, &said, &["ECR has had too many requests"]);
        }
        said.code == 0
    }));

    let [pause] = pauses(&cloud)[..] else { panic!("{:?}", pauses(&cloud)) };
    assert!((Duration::from_secs(4)..Duration::from_secs(6)).contains(&pause), "{pause:?}");
}

#[test]
fn a_password_that_had_ended_when_it_came_blames_the_clock() {
    let cloud = Aws::start().unwrap();
    let bed = impatient(&cloud);
    cloud.knobs().registry_token_life(Duration::ZERO);

    assert_reason(&cloud, &bed.helper("get", ECR), &["ECR gave a credential that ended at", "`timedatectl`"]);
}

#[test]
fn a_password_is_not_handed_out_after_its_end_because_our_clock_is_behind() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().clock_ahead_ms(3_600_000);
    cloud.knobs().registry_token_life(Duration::from_secs(3));
    let bed = Bed::of(&cloud, "alice");
    let (username, secret) = bed.helper("get", ECR).credential();

    assert!(wait_until(|| !cloud.issued().is_valid(&username, &secret)));

    let _ = owner(&cloud, &bed.helper("get", ECR));
}

/// Alice, whose exchanges take the cloud's first answer for the last.
fn impatient(cloud: &Aws) -> Bed {
    let mut bed = Bed::of(cloud, "alice");
    bed.set("AWS_MAX_ATTEMPTS", "1");
    bed
}

fn deny(cloud: &Aws) {
    cloud.with_world(|world| world.user_mut("alice").unwrap().deny("ecr:GetAuthorizationToken"));
}

fn allow(cloud: &Aws) {
    cloud.with_world(|world| world.user_mut("alice").unwrap().allow("ecr:GetAuthorizationToken"));
}

/// When the password of a `get` ends.
fn end(cloud: &Aws, said: &Said) -> SystemTime {
    let (username, secret) = said.credential();
    cloud.issued().find(&username, &secret).unwrap().expires_at
}

/// The time between the calls for a password.
fn pauses(cloud: &Aws) -> Vec<Duration> {
    let at: Vec<_> = cloud.audit().into_iter().map(|entry| entry.at).collect();
    at.windows(2).map(|pair| pair[1].duration_since(pair[0]).unwrap()).collect()
}
