//! Answers that are none: an error in words, in time, that costs nobody else anything.

use std::time::Duration;

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::{finish, wait_until},
    cloud::{Fault, Times},
};

use super::super::subject::{Start, Who, bed, bed_with, get, get_as, owner, pairs, reason};

pub(in super::super) fn an_answer_that_is_none_harms_nobody_else(start: Start) {
    let subject = start(None);
    let bed = bed(&*subject);
    let second = subject.identity(Who::Second, &bed);
    let second_owner = owner(&*subject, &get_as(&bed, &second));
    let broker = bed.broker();

    for fault in [Fault::HangUp, Fault::Huge(3 * 1024 * 1024), Fault::Garbage] {
        subject.fail(Some((fault.clone(), Times::UntilHealed)));
        let (clock, asked) = (SystemClock::new(), subject.cloud().audit().len());

        let said = get(&*subject, &bed);

        let line = reason(subject.host(), &said);
        assert!(!line.contains("[[") && !line.contains("panic"), "{fault:?}: {line}");
        assert!(clock.now().steady < Duration::from_secs(10), "{fault:?}");
        assert_eq!(owner(&*subject, &get_as(&bed, &second)), second_owner);
        assert!(subject.cloud().audit().len() > asked, "{fault:?} was not met");
        subject.fail(None);
        assert_eq!(bed.shorepass(&["refresh", subject.host()]).code, 0, "{fault:?} is not over");
        assert_eq!(bed.shorepass(&["forget", subject.host()]).code, 0);
        assert_eq!(owner(&*subject, &get_as(&bed, &second)), second_owner);
    }
    assert_eq!(bed.broker(), broker);
}

pub(in super::super) fn silence_ends_in_time_and_holds_up_nobody_else(start: Start) {
    let subject = start(None);
    let bed = bed_with(&*subject, "[broker]\nrequest_timeout = \"4s\"\n\n");
    let second = subject.identity(Who::Second, &bed);
    subject.fail(Some((Fault::Silence(Duration::from_secs(60)), Times::Next(1))));
    let clock = SystemClock::new();

    let first = subject.identity(Who::First, &bed);
    let waiting = bed.start("docker-credential-shorepass", &["get"], &pairs(&first));
    let waiting = std::thread::spawn(move || finish(waiting, first.server.into(), "the waiting helper"));
    let is_silenced =
        || subject.cloud().audit().iter().any(|entry| entry.error.as_deref() == Some("silence"));
    assert!(wait_until(is_silenced));
    let second_owner = owner(&*subject, &get_as(&bed, &second));
    let was_waiting = !waiting.is_finished();
    let said = waiting.join().unwrap();

    assert!(was_waiting, "{said:?}");
    assert!(clock.now().steady < Duration::from_secs(10), "{:?}", clock.now().steady);
    assert!(reason(subject.host(), &said).contains(" did not answer within "), "{said:?}");
    assert!(wait_until(|| get(&*subject, &bed).code == 0));
    assert_ne!(owner(&*subject, &get(&*subject, &bed)), second_owner);
}
