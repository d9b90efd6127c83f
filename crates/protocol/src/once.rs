//! A broker process for one request, over its standard input and output, when no socket can be had.

use std::{
    io::{self, Read, Write},
    process::{ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
};

use serde::de::DeserializeOwned;

use crate::{
    base_env, client,
    deadline::Deadline,
    error::ClientError,
    message::{Reply, Request},
    start::broker_program,
};

/// Runs `shorepassd --stdio` and has the usual conversation with it.
pub(crate) fn ask<T: DeserializeOwned + Send + 'static>(
    request: &Request,
    deadline: Deadline,
) -> Result<Reply<T>, ClientError> {
    let program = broker_program().ok_or(ClientError::NoProgram)?;
    let mut child = Command::new(&program)
        .arg("--stdio")
        .env_clear()
        .envs(base_env::inherited())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| ClientError::CannotStart { program, why: error.to_string() })?;

    let missing = || ClientError::Broken(io::ErrorKind::BrokenPipe.into());
    let mut wire =
        Pipes { up: child.stdin.take().ok_or_else(missing)?, down: child.stdout.take().ok_or_else(missing)? };
    let request = request.clone();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let _ = sender.send(client::converse(&mut wire, &request));
    });

    let answer = receiver.recv_timeout(deadline.left().unwrap_or_default());
    if answer.is_err() {
        let _ = child.kill();
    }
    let _ = child.wait();
    match answer {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(error)) => Err(client::broken(error, deadline)),
        Err(_) => Err(ClientError::Timeout(deadline.whole())),
    }
}

struct Pipes {
    up: ChildStdin,
    down: ChildStdout,
}

impl Read for Pipes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.down.read(into)
    }
}

impl Write for Pipes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.up.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.up.flush()
    }
}
