//! What is known without asking anybody.

use super::super::subject::{Start, bed};

pub(in super::super) fn explaining_asks_nobody(start: Start) {
    let subject = start(None);
    let bed = bed(&*subject);

    let said = bed.shorepass(&["explain", "--json", subject.host()]);
    let again = bed.shorepass(&["explain", &format!("https://{}/v2/", subject.host())]);

    assert_eq!((said.code, again.code), (0, 0), "{said:?} {again:?}");
    assert!(said.json()["kind"].is_string() && said.json()["identity"].is_string(), "{said:?}");
    assert!(subject.cloud().counts().is_empty(), "{:?}", subject.cloud().counts());
}
