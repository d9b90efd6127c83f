//! Every message of the wire: what is understood is written as it was understood, and no secret shows.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use shorepass_fuzz::{has_fraction, with_other_secrets};
use shorepass_protocol::message::{
    Checked, Done, Environment, Explained, Granted, Listed, PullLimit, Recognised, Reply, Request, Status,
    VaultShown,
};

fuzz_target!(|line: &[u8]| {
    let document = serde_json::from_slice::<Value>(line).ok();
    // `explain`'s target is free JSON; no kind has a fraction in it.
    let document = document.filter(|document| !has_fraction(document));

    check::<Request>(line, document.as_ref());
    check::<Environment>(line, document.as_ref());
    check::<Reply<Granted>>(line, document.as_ref());
    check::<Reply<Done>>(line, document.as_ref());
    check::<Reply<Listed>>(line, document.as_ref());
    check::<Reply<Explained>>(line, document.as_ref());
    check::<Reply<Status>>(line, document.as_ref());
    check::<Reply<Checked>>(line, document.as_ref());
    check::<Reply<VaultShown>>(line, document.as_ref());
    check::<Reply<Recognised>>(line, document.as_ref());
    check::<Reply<PullLimit>>(line, document.as_ref());
});

fn check<T: Debug + PartialEq + Serialize + DeserializeOwned>(line: &[u8], document: Option<&Value>) {
    let understood = serde_json::from_slice::<T>(line);
    let Some(document) = document else { return };

    if let Ok(message) = &understood {
        let written = serde_json::to_string(message).expect("every message can be written");
        let again: T = serde_json::from_str(&written).expect("what was written is understood");
        assert_eq!(again, *message, "{written}");
        assert_eq!(serde_json::to_string(&again).expect("every message can be written"), written);
    }
    // From here on a name that stands twice in an object stands once.
    let shown = serde_json::from_value::<T>(document.clone()).map(|message| format!("{message:?}"));
    let other =
        serde_json::from_value::<T>(with_other_secrets(document)).map(|message| format!("{message:?}"));
    assert_eq!(shown.ok(), other.ok(), "the secret shows");
}
