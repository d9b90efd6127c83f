//! The kubelet's protocol and Bazel's. The broker reads the question and writes the answer; here it is only passed on.
//!
//! A failure goes to standard error alone: neither reads standard output of a program that has failed.

use std::{io, time::Duration};

use shorepass_protocol::{
    client::{Reach, call_within},
    error::ClientError,
    message::{FrontDoor, Granted, Operation, Reply},
};

use crate::{answer::Answer, input, verb::Outcome};

/// A question on standard input, its answer out.
pub(crate) fn present(door: FrontDoor) -> Outcome {
    ask(door).map_err(Answer::aside)
}

fn ask(door: FrontDoor) -> Outcome {
    let input = input::whole()?;
    match call_within::<Granted>(Operation::Present { door, input }, Reach::Start, LIMIT) {
        Ok(Reply::Ok(presented)) => Ok(Answer::Presented(presented.secret)),
        Ok(Reply::Error(failure)) => Err(Answer::failed(WHAT, &failure.message, failure.hint.as_deref())),
        Ok(Reply::NotFound | Reply::NeedEnv { .. }) => {
            Err(Answer::unreachable(WHAT, &ClientError::Broken(io::ErrorKind::InvalidData.into())))
        }
        Err(error) => Err(Answer::unreachable(WHAT, &error)),
    }
}

const WHAT: &str = "no credential";
/// The kubelet ends its credential providers after a minute, and then nobody hears why.
const LIMIT: Duration = Duration::from_secs(50);
