//! Lines on the socket, in any pieces: bounded, never quoted, the same however they are cut.
//!
//! The first four bytes say how it is cut and how much white space stands before the line, so that
//! a small input reaches the cap.

#![no_main]

use std::io::ErrorKind;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shorepass_fuzz::{Pieces, has_fraction};
use shorepass_protocol::frame::{self, LONGEST};

fuzz_target!(|input: &[u8]| {
    let Some(([padding, fine, sizes @ ..], body)) = input.split_first_chunk::<4>() else { return };
    let padding = match padding {
        // Around the cap: 0xff and the second byte tell by how much.
        0xff => LONGEST + usize::from(*fine) - 128 - body.len().min(128),
        _ => 0,
    };
    let mut wire = vec![b' '; padding];
    wire.extend_from_slice(body);

    reading_is_bounded_and_mute(&wire, sizes);
    round_trip(&Value::String(String::from_utf8_lossy(&wire).into_owned()), sizes);
    if let Ok(value) = serde_json::from_slice::<Value>(body)
        && !has_fraction(&value)
    {
        round_trip(&value, sizes);
    }
});

fn reading_is_bounded_and_mute(wire: &[u8], sizes: &[u8]) {
    let mut pieces = Pieces::new(wire, sizes);
    let in_pieces = frame::read::<Value>(&mut pieces);
    let taken = pieces.taken();
    assert!(taken <= LONGEST, "{taken} bytes were taken");

    let line = wire.iter().position(|b| *b == b'\n').filter(|end| *end < LONGEST);
    match (&in_pieces, line) {
        (Ok(value), Some(end)) => {
            assert_eq!(*value, serde_json::from_slice::<Value>(&wire[..end]).expect("it was read"));
        }
        (Ok(_), None) => panic!("a line without an end, or one over the cap, was read"),
        (Err(error), Some(_)) => {
            assert_eq!(error.to_string(), "the line is not the expected message");
        }
        (Err(error), None) if wire.len() >= LONGEST => {
            assert_eq!(error.to_string(), "the line is longer than 256 KiB");
        }
        (Err(error), None) => assert_eq!(error.kind(), ErrorKind::UnexpectedEof),
    }

    let at_once = frame::read::<Value>(wire);
    assert_eq!(in_pieces.map_err(|error| error.kind()), at_once.map_err(|error| error.kind()));
}

fn round_trip(value: &Value, sizes: &[u8]) {
    let mut wire = Vec::new();
    match frame::write(&mut wire, value) {
        Ok(()) => {
            assert!(wire.len() <= LONGEST);
            assert_eq!(wire.iter().position(|b| *b == b'\n'), Some(wire.len() - 1));
            assert_eq!(frame::read::<Value>(Pieces::new(&wire, sizes)).expect("it was written"), *value);
        }
        Err(error) => {
            assert!(wire.is_empty());
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
    }
}
