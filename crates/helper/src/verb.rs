//! The verbs of docker's credential helper protocol.
//!
//! "Not found" is only for registries that are not ours: a configured registry that fails is an error
//! that says why, because a silent anonymous pull explains nothing.

use shorepass_protocol::{
    client::{Reach, call},
    error::ClientError,
    message::{Done, Granted, Listed, Operation, Reply},
};

use crate::{answer::Answer, input};

/// A server address in, a credential out.
pub(crate) fn get() -> Answer {
    let server = match input::server() {
        Ok(server) => server,
        Err(answer) => return answer,
    };
    match call::<Granted>(Operation::Get { server: server.clone() }, Reach::Start) {
        Ok(Reply::Ok(granted)) => Answer::Credential { server, granted },
        Ok(Reply::NotFound) => Answer::NotFound,
        Ok(Reply::Error(failure)) => Answer::failed(&server, &failure.message, failure.hint.as_deref()),
        Ok(Reply::NeedEnv { .. }) => Answer::unreachable(&server, &asked_twice()),
        Err(error) => Answer::unreachable(&server, &error),
    }
}

/// What docker knows after a login. A brokered registry needs no login, so that nothing is kept and
/// scripts that pipe a password into `docker login` go on working.
pub(crate) fn store() -> Answer {
    let server = match input::login() {
        Ok(server) => server,
        Err(answer) => return answer,
    };
    match call::<Done>(Operation::Store { server: server.clone() }, Reach::RunningOrOnce) {
        Ok(Reply::Ok(_)) => Answer::Nothing,
        Ok(Reply::NotFound) => Answer::failed(
            &server,
            "no route is configured for this registry, and logins of others are not kept",
            Some("take it out of `credHelpers` with `shorepass setup --undo`, or see `shorepass explain`"),
        ),
        Ok(Reply::Error(failure)) => Answer::failed(&server, &failure.message, failure.hint.as_deref()),
        Ok(Reply::NeedEnv { .. }) => Answer::unreachable(&server, &asked_twice()),
        Err(error) => Answer::unreachable(&server, &error),
    }
}

/// Forgets what is cached. Nothing to forget is success: docker tries four spellings on each logout.
pub(crate) fn erase() -> Answer {
    let server = match input::server() {
        Ok(server) => server,
        Err(answer) => return answer,
    };
    match call::<Done>(Operation::Erase { server: server.clone() }, Reach::Running) {
        Ok(Reply::Error(failure)) => Answer::failed(&server, &failure.message, failure.hint.as_deref()),
        Err(error @ ClientError::ForeignServer { .. }) => Answer::unreachable(&server, &error),
        Ok(_) | Err(_) => Answer::Nothing,
    }
}

/// Registries with a live credential. Standard input is not read: it may be a terminal.
pub(crate) fn list() -> Answer {
    match call::<Listed>(Operation::List, Reach::Running) {
        Ok(Reply::Ok(listed)) => Answer::List(listed),
        Ok(_) | Err(_) => Answer::List(Listed::default()),
    }
}

fn asked_twice() -> ClientError {
    ClientError::Broken(std::io::Error::other("it asked for the environment twice"))
}
