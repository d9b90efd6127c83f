//! The verbs of docker's credential helper protocol.
//!
//! "Not found" is only for registries that are not ours: a configured registry that fails is an error
//! that says why, because a silent anonymous pull explains nothing.

use serde::de::DeserializeOwned;
use shorepass_protocol::{
    client::{Reach, call},
    error::ClientError,
    message::{Done, Granted, Listed, Operation, Reply},
};

use crate::{
    answer::Answer,
    input::{self, Login},
};

/// What to print; an error is printed as well.
pub(crate) type Outcome = Result<Answer, Answer>;

/// A server address in, a credential out.
pub(crate) fn get() -> Outcome {
    let server = input::server()?;
    let granted: Option<Granted> = ask(&server, Operation::Get { server: server.clone() }, Reach::Start)?;
    Ok(granted.map_or(Answer::NotFound, |granted| Answer::Credential { server, granted }))
}

/// What docker knows after a login goes into the vault; the broker keeps nothing for a registry that needs no login.
pub(crate) fn store() -> Outcome {
    let Login { server, username, secret } = input::login()?;
    let operation = Operation::Store { server: server.clone(), username, secret };
    let done: Option<Done> = ask(&server, operation, Reach::RunningOrOnce)?;
    done.map(|_| Answer::Nothing).ok_or_else(|| {
        Answer::failed(&server, "this is no registry's address", Some("name it as `HOST` or `HOST:PORT`"))
    })
}

/// Forgets what is stored and cached. Nothing to forget is success: docker tries four spellings on each logout.
pub(crate) fn erase() -> Outcome {
    let server = input::server()?;
    let _: Option<Done> = ask(&server, Operation::Erase { server: server.clone() }, Reach::RunningOrOnce)?;
    Ok(Answer::Nothing)
}

/// Registries with a stored login or a live credential. Standard input is not read: it may be a terminal. A
/// client that lists must not stop because a keyring is locked, so that is only narrated.
pub(crate) fn list() -> Outcome {
    match call::<Listed>(Operation::List, Reach::RunningOrOnce) {
        Ok(Reply::Ok(listed)) => Ok(Answer::List(listed)),
        Ok(_) | Err(_) => Ok(Answer::List(Listed::default())),
    }
}

/// `None` when the registry is not ours.
fn ask<T>(server: &str, operation: Operation, reach: Reach) -> Result<Option<T>, Answer>
where
    T: DeserializeOwned + Send + 'static,
{
    match call(operation, reach) {
        Ok(Reply::Ok(answer)) => Ok(Some(answer)),
        Ok(Reply::NotFound) => Ok(None),
        Ok(Reply::Error(failure)) => Err(Answer::failed(server, &failure.message, failure.hint.as_deref())),
        Ok(Reply::NeedEnv { .. }) => {
            let twice = std::io::Error::other("it asked for the environment twice");
            Err(Answer::unreachable(server, &ClientError::Broken(twice)))
        }
        Err(error) => Err(Answer::unreachable(server, &error)),
    }
}
