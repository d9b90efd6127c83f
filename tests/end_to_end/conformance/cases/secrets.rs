//! Secrets go in everywhere; none comes out but by a `get` that works.

use std::time::Duration;

use shorepass_tests::cloud::{Fault, Times};

use super::super::{
    hearing::Hearing,
    subject::{Start, bed, get, get_as, pairs},
};

pub(in super::super) fn no_secret_comes_out_anywhere(start: Start) {
    let subject = start(None);
    let bed = bed(&*subject);
    let mut hearing = Hearing::new(subject.secrets(&bed));
    let host = subject.host();

    hearing.keep_secret(get(&*subject, &bed).credential().1);
    for fault in [
        Fault::HangUp,
        Fault::Garbage,
        Fault::Huge(3 * 1024 * 1024),
        Fault::Throttle(Duration::from_secs(1)),
        Fault::Busy(Duration::from_secs(1)),
    ] {
        subject.fail(Some((fault.clone(), Times::UntilHealed)));
        hearing.hear(&format!("refresh with {fault:?}"), &bed.shorepass(&["refresh", host]));
        subject.fail(None);
    }
    for (at, caller) in subject.marked(&bed).iter().enumerate() {
        let said = get_as(&bed, caller);
        assert_eq!(said.code, 1, "marked identity {at} works");
        hearing.hear(&format!("get as marked identity {at}"), &said);
        let server = caller.server;
        for words in [&["get", server][..], &["doctor", server], &["explain", "--json", server]] {
            let said = bed.run("shorepass", words, "", &pairs(caller));
            hearing.hear(&format!("{words:?} as marked identity {at}"), &said);
        }
    }
    subject.refuse();
    hearing.question(&bed, host);

    assert!(hearing.has_heard("refresh with HangUp", "could not reach"));
    assert!(hearing.has_heard("broker logs --audit -n 10000", "\"outcome\":"));
    assert_eq!(hearing.leaks(&bed), Vec::<String>::new());
}
