//! Passwords of unusual size, from an exchange program to the helper's output.

use shorepass_tests::bed::Bed;

use crate::{ECR, assert_explained, processes, script, timed};

#[test]
fn a_password_of_seventy_kilobytes_arrives_to_the_byte() {
    for (letter, count) in [("x", 70_000), ("\\\\", 35_000), ("é", 35_000)] {
        let bed = with_password(letter, count);
        let expected = letter.replace("\\\\", "\\").repeat(count);

        let first = bed.helper("get", ECR).credential();
        let cached = bed.helper("get", ECR).credential();

        assert!(first.1 == expected, "{} bytes of `{letter}` came", first.1.len());
        assert!(cached == first);
        assert_eq!(bed.counter("exchanges"), 1);
    }
}

#[test]
fn a_password_that_just_fits_arrives_and_one_that_does_not_is_an_error_in_words() {
    for count in (240_000..=262_200).step_by(2_220).chain([262_020, 262_050, 262_080, 262_100]) {
        let bed = with_password("x", count);

        let (said, took) = timed(|| bed.helper("get", ECR));

        assert!(took.as_secs() < 10, "{count}: {took:?}");
        if said.code == 0 {
            assert_eq!(said.credential().1.len(), count);
        } else {
            assert!(count > 250_000, "{count}: {}", said.stdout);
            assert_explained(&said, &["is longer than"]);
        }
    }
}

#[test]
fn a_password_that_grows_beyond_the_line_is_an_error_in_words() {
    // On the way to the helper each of these needs six bytes instead of three.
    let bed = with_password("\\u0001", 60_000);
    let broker = || bed.broker().unwrap();

    let said = bed.helper("get", ECR);

    assert_explained(&said, &["is longer than"]);
    let _ = processes::children(broker());
}

/// A bed whose exchange program makes a password of so many times this, as it stands in JSON.
fn with_password(letter: &str, count: usize) -> Bed {
    let mut bed = Bed::new();
    let reply = format!(
        "{{\"status\":\"credential\",\"username\":\"AWS\",\"secret\":\"{}\",\"life_ms\":600000}}\n",
        letter.repeat(count)
    );
    let reply = bed.write("reply", &reply);
    let worker = script(&bed, "worker", &format!("cat >/dev/null\nexec cat {}", reply.display()));
    bed.set("SHOREPASS_EXCHANGE", worker.to_str().unwrap());
    bed
}
