//! One request, one answer: to the broker that listens, to one that is started for it, or to a
//! process that lives for this request only.
//!
//! A broken broker never breaks a pull: what cannot be asked over the socket is asked of
//! `shorepassd --stdio`, which gives the same answer without a cache.

use std::{
    env,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use interprocess::{
    ConnectWaitMode,
    local_socket::{ConnectOptions, GenericFilePath, Stream, prelude::*},
};
use serde::de::DeserializeOwned;
use shorepass_secret::Secret;

use crate::{
    deadline::Deadline,
    error::ClientError,
    frame,
    message::{Environment, Operation, Question, Reply, Request},
    once, place, start,
};

/// How far to go for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only a broker that listens already.
    Running,
    /// That, else a process for this one request; for questions that are no reason to start a broker.
    RunningOrOnce,
    /// That, else start a broker, else a process for this one request.
    Start,
    /// Only a process for this one request, which sees this process's own settings.
    Once,
}

/// Asks, forwarding those of this process's variables that the broker names.
///
/// # Errors
/// When nobody could be asked, or the conversation broke off twice.
pub fn call<T: DeserializeOwned + Send + 'static>(
    operation: Operation,
    reach: Reach,
) -> Result<Reply<T>, ClientError> {
    call_within(operation, reach, whole_request())
}

/// The same with another limit of time.
///
/// # Errors
/// As [`call`].
pub fn call_within<T: DeserializeOwned + Send + 'static>(
    operation: Operation,
    reach: Reach,
    limit: Duration,
) -> Result<Reply<T>, ClientError> {
    let deadline = Deadline::after(limit);
    let request = Request::new(operation);
    if reach == Reach::Once {
        return once::ask(&request, deadline);
    }
    match over_socket(&request, reach, deadline) {
        Err(error) if reach != Reach::Running && may_ask_once(&error) => {
            // The broker's own fault is the better explanation when the second way fails as well.
            once::ask(&request, deadline).map_err(|second| match error {
                ClientError::NotRunning | ClientError::NoPlace => second,
                first => first,
            })
        }
        answer => answer,
    }
}

fn may_ask_once(error: &ClientError) -> bool {
    !matches!(error, ClientError::ForeignServer { .. } | ClientError::Timeout(_))
}

/// A broker that ends between our request and its answer is asked again: its successor knows as much.
fn over_socket<T: DeserializeOwned>(
    request: &Request,
    reach: Reach,
    deadline: Deadline,
) -> Result<Reply<T>, ClientError> {
    let sockets = place::sockets();
    let own = sockets.last().ok_or(ClientError::NoPlace)?;
    let ask = || match first_that_listens(&sockets, deadline)? {
        Some(stream) => {
            converse(&mut Limited { stream, deadline }, request).map_err(|error| broken(error, deadline))
        }
        None => Err(ClientError::NotRunning),
    };
    match ask() {
        Err(ClientError::NotRunning | ClientError::Broken(_)) if reach == Reach::Start => {
            start::broker(own, deadline)?;
            ask()
        }
        answer => answer,
    }
}

fn first_that_listens(sockets: &[PathBuf], deadline: Deadline) -> Result<Option<Stream>, ClientError> {
    for socket in sockets {
        if let Some(stream) = connect(socket, deadline)? {
            return Ok(Some(stream));
        }
    }
    Ok(None)
}

/// Connects to whoever listens and makes sure that it is ours; `None` when nobody listens.
pub(crate) fn connect(socket: &Path, deadline: Deadline) -> Result<Option<Stream>, ClientError> {
    let stream = loop {
        let left = deadline.left().ok_or(ClientError::Timeout(deadline.whole()))?;
        let name = socket.to_fs_name::<GenericFilePath>().map_err(ClientError::Broken)?;
        match ConnectOptions::new().name(name).wait_mode(ConnectWaitMode::Timeout(left)).connect_sync() {
            Ok(stream) => break stream,
            Err(error) if is_absence(&error) => return Ok(None),
            // The queue of connections is full: the broker is there and busy.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                std::thread::sleep(BUSY_PAUSE.min(left));
            }
            Err(error) => return Err(broken(error, deadline)),
        }
    };
    #[cfg(unix)]
    if let Some(uid) = crate::peer::foreign_server(&stream).map_err(ClientError::Broken)? {
        return Err(ClientError::ForeignServer { socket: socket.to_owned(), uid });
    }
    Ok(Some(stream))
}

/// The two lines up and one or two lines down of one request.
pub(crate) fn converse<T: DeserializeOwned>(
    wire: &mut (impl Read + Write),
    request: &Request,
) -> io::Result<Reply<T>> {
    frame::write(&mut *wire, request)?;
    let line = frame::read_line(&mut *wire)?;
    // Nearly every request is asked this, so it is looked for first and without copies.
    let environment = match frame::parse(&line) {
        Ok(Question { names, .. }) => environment(&names),
        Err(_) => match frame::parse(&line)? {
            Reply::NeedEnv { names } => environment(&names),
            reply => return Ok(reply),
        },
    };
    frame::write(&mut *wire, &environment)?;
    frame::read(wire)
}

/// A value that is not UTF-8 cannot be meant for a cloud; it is left out as if unset.
fn environment(names: &[impl AsRef<str>]) -> Environment {
    let value = |name: &str| Some((name.to_owned(), Secret::new(env::var(name).ok()?)));
    Environment { env: names.iter().filter_map(|name| value(name.as_ref())).collect() }
}

pub(crate) fn broken(error: io::Error, deadline: Deadline) -> ClientError {
    match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => ClientError::Timeout(deadline.whole()),
        _ => ClientError::Broken(error),
    }
}

fn is_absence(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionRefused, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | ConnectionRefused | NotADirectory)
}

/// A stream whose every read and write ends at one deadline.
struct Limited {
    stream: Stream,
    deadline: Deadline,
}

impl Limited {
    fn left(&self) -> io::Result<Duration> {
        self.deadline.left().ok_or_else(|| io::ErrorKind::TimedOut.into())
    }
}

impl Read for Limited {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        allow_unsupported(self.stream.set_recv_timeout(Some(self.left()?)))?;
        self.stream.read(into)
    }
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        allow_unsupported(self.stream.set_send_timeout(Some(self.left()?)))?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Named pipes have no time limits; there the program's watchdog ends it.
fn allow_unsupported(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if cfg!(windows) && error.kind() == io::ErrorKind::Unsupported => Ok(()),
        result => result,
    }
}

/// The broker ends a request after its own limit (60 s unless configured); a client waits a little longer.
fn whole_request() -> Duration {
    let configured = env::var("SHOREPASS_TIMEOUT").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(configured.unwrap_or(65).max(1))
}

const BUSY_PAUSE: Duration = Duration::from_millis(5);
