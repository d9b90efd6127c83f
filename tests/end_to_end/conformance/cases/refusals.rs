//! A plain no.

use super::super::subject::{Start, bed, get, reason};

pub(in super::super) fn a_refusal_says_what_why_and_what_next_and_is_remembered(start: Start) {
    let subject = start(None);
    let bed = bed(&*subject);
    subject.refuse();

    let said = get(&*subject, &bed);
    let asked = subject.cloud().counts();
    let again = get(&*subject, &bed);
    let by_person = bed.shorepass(&["get", subject.host()]);

    let line = reason(subject.host(), &said);
    let (why, remedy) = line.split_once("; ").unwrap_or_default();
    assert!(why.len() > 40 && remedy.len() > 20, "{line}");
    assert_eq!(again, said);
    assert_eq!(by_person.code, DENIED, "{by_person:?}");
    assert!(by_person.stderr.contains("\nhint: "), "{by_person:?}");
    assert!(!asked.is_empty());
    assert_eq!(subject.cloud().counts(), asked, "it was remembered");
}

/// The exit code of whoever was asked and said no.
const DENIED: i32 = 4;
