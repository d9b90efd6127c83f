//! A cloud that asks to be left alone is left alone, in whatever form it asks.

use std::{thread, time::Duration};

use shorepass_tests::{
    bed::wait_until,
    cloud::{Fault, Times},
};

use super::super::subject::{Start, bed, get, owner, reason};

pub(in super::super) fn whoever_asks_for_patience_is_left_alone_for_so_long(start: Start) {
    thread::scope(|scope| {
        for fault in [Fault::Throttle, Fault::ThrottleUntil, Fault::Busy, Fault::BusyUntil] {
            scope.spawn(move || is_obeyed(start, &fault(ASKED_FOR)));
        }
    });
}

fn is_obeyed(start: Start, fault: &Fault) {
    let subject = start(None);
    let bed = bed(&*subject);
    subject.fail(Some((fault.clone(), Times::Next(1))));

    let first = bed.shorepass(&["get", subject.host()]);
    let asked = subject.cloud().audit().len();
    let mut failures = 0;
    let recovered = wait_until(|| {
        let said = get(&*subject, &bed);
        if said.code != 0 {
            let _ = reason(subject.host(), &said);
            failures += 1;
        }
        said.code == 0
    });

    assert_eq!(first.code, UNAVAILABLE, "{fault:?}: {first:?}");
    assert!(recovered && failures > 1, "{fault:?}: {failures} failures");
    let audit = subject.cloud().audit();
    let pause = audit[asked].at.duration_since(audit[asked - 1].at).unwrap();
    let next = &audit[asked].operation;
    assert!((ASKED_FOR..ASKED_FOR * 3).contains(&pause), "{fault:?}: {next} after {pause:?}");
    let _ = owner(&*subject, &get(&*subject, &bed));
}

/// Longer than the two seconds that lie between any two tries.
const ASKED_FOR: Duration = Duration::from_secs(3);
/// The exit code when there was no answer to be had.
const UNAVAILABLE: i32 = 5;
