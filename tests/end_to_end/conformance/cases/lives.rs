//! How long a credential lives: as long as the reply says, and not as long as is usual.

use std::time::{Duration, SystemTime};

use shorepass_tests::bed::Bed;

use crate::LONG;

use super::super::subject::{Start, bed, get, owner};

pub(in super::super) fn the_life_is_the_one_in_the_reply(start: Start) {
    for seconds in [5, 700, 2600] {
        let subject = start(None);
        subject.last(Duration::from_secs(seconds));
        let bed = bed(&*subject);

        let _ = owner(&*subject, &get(&*subject, &bed));

        // Google and Azure say whole seconds, and the exchange itself takes some time.
        let shown = shown_life(&bed).as_secs_f64();
        let said = Duration::from_secs(seconds).as_secs_f64();
        assert!((said - 2.5..=said + 0.5).contains(&shown), "{shown} s of {said} s");
    }
}

pub(in super::super) fn a_short_life_is_renewed_while_nobody_asks(start: Start) {
    let subject = start(None);
    subject.last(Duration::from_secs(3));
    let bed = bed(&*subject);
    let (_, first) = get(&*subject, &bed).credential();

    assert!(subject.cloud().wait_for(subject.call(), 3, LONG));

    assert_eq!(bed.counter("requests"), 1);
    let said = get(&*subject, &bed);
    let _ = owner(&*subject, &said);
    assert_ne!(said.credential().1, first);
}

/// From the beginning of the only credential to its end, as `status` shows them.
fn shown_life(bed: &Bed) -> Duration {
    let status = bed.status().unwrap();
    let credential = &status["credentials"][0];
    let [begin, end] = ["issued_at", "expires_at"]
        .map(|key| -> SystemTime { humantime::parse_rfc3339(credential[key].as_str().unwrap()).unwrap() });
    end.duration_since(begin).unwrap()
}
