//! What workers say, read as the broker reads it: written as it was understood, and no secret shows.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shorepass_core::{
    exchange::{ExchangeError, Exchanged, WorkerReply},
    vault::VaultReply,
};
use shorepass_fuzz::with_other_secrets;

fuzz_target!(|output: &[u8]| {
    of_the_exchange(output);
    of_the_vault(output);
});

fn of_the_exchange(output: &[u8]) {
    let Ok(reply) = serde_json::from_slice::<WorkerReply>(output) else { return };

    let line = serde_json::to_vec(&reply).expect("every reply can be written");
    let again: WorkerReply = serde_json::from_slice(&line).expect("what was written is understood");
    assert_eq!(again, reply);
    assert_eq!(serde_json::to_vec(&again).expect("every reply can be written"), line);

    let result: Result<Exchanged, ExchangeError> = reply.clone().into();
    assert_eq!(WorkerReply::from(result.clone()), reply);

    if let Ok(document) = serde_json::from_slice::<Value>(output) {
        let shown = |document: Value| {
            let reply: WorkerReply = serde_json::from_value(document).ok()?;
            let result: Result<Exchanged, ExchangeError> = reply.into();
            Some(format!("{result:?} {}", result.as_ref().err().map(ToString::to_string).unwrap_or_default()))
        };
        assert_eq!(shown(document.clone()), shown(with_other_secrets(&document)), "the secret shows");
    }
}

fn of_the_vault(output: &[u8]) {
    let Ok(reply) = serde_json::from_slice::<VaultReply>(output) else { return };

    let line = serde_json::to_vec(&reply).expect("every reply can be written");
    let again: VaultReply = serde_json::from_slice(&line).expect("what was written is understood");
    assert_eq!(again, reply);

    if let Ok(document) = serde_json::from_slice::<Value>(output) {
        let shown = |document: Value| {
            serde_json::from_value::<VaultReply>(document).ok().map(|reply| format!("{reply:?}"))
        };
        assert_eq!(shown(document.clone()), shown(with_other_secrets(&document)), "the secret shows");
    }
}
