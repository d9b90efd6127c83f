//! Starts the broker: hundreds of helpers at once start exactly one.
//!
//! Whoever gets the lock beside the socket looks again and starts it; the others watch the socket.
//! The new process says `ready` on its standard output once it listens, or why it cannot.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{base_env, client, deadline::Deadline, error::ClientError, private, program};

/// Returns when a broker listens on `socket`, which need not be the usual one, starting one if there is none.
///
/// # Errors
/// When none can be started.
pub fn broker_at(socket: &Path) -> Result<(), ClientError> {
    broker(socket, Deadline::after(READY_WITHIN))
}

/// The same within a time.
pub(crate) fn broker(socket: &Path, deadline: Deadline) -> Result<(), ClientError> {
    if private::is_over(socket) {
        return Err(ClientError::NotRunning);
    }
    let program = broker_program().ok_or(ClientError::NoProgram)?;
    let cannot =
        |error: io::Error| ClientError::CannotStart { program: program.clone(), why: error.to_string() };
    let lock = open_lock(socket).map_err(cannot)?;

    loop {
        if client::connect(socket, deadline)?.is_some() {
            return Ok(());
        }
        match lock.try_lock() {
            Ok(()) => break,
            Err(fs::TryLockError::WouldBlock) => {}
            Err(fs::TryLockError::Error(error)) => return Err(cannot(error)),
        }
        let left = deadline.left().ok_or(ClientError::Timeout(deadline.whole()))?;
        thread::sleep(PAUSE.min(left));
    }
    if client::connect(socket, deadline)?.is_some() {
        return Ok(());
    }

    let child = spawn(&program, socket).map_err(cannot)?;
    let limit = deadline.left().unwrap_or_default().min(READY_WITHIN);
    await_ready(child, limit).map_err(|why| ClientError::CannotStart { program, why })
}

/// The broker's program, if it is installed.
#[must_use]
pub fn broker_program() -> Option<PathBuf> {
    program::find("shorepassd", "SHOREPASS_BROKER")
}

fn spawn(program: &Path, socket: &Path) -> io::Result<Child> {
    let mut command = Command::new(program);
    command
        .arg("--auto")
        .env_clear()
        .envs(base_env::inherited())
        .env("SHOREPASS_SOCKET", socket)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    #[cfg(windows)]
    std::os::windows::process::CommandExt::creation_flags(&mut command, DETACHED);
    command.spawn()
}

/// A thread reads, because a pipe has no time limit; it ends with this program at the latest.
fn await_ready(mut child: Child, limit: Duration) -> Result<(), String> {
    let (sender, receiver) = mpsc::channel();
    let output = child.stdout.take().ok_or("its output is not at hand")?;
    thread::spawn(move || {
        let mut line = String::new();
        let _ = BufReader::new(output.take(4096)).read_line(&mut line);
        let _ = sender.send(line);
    });
    match receiver.recv_timeout(limit) {
        Ok(line) if line.trim_end() == READY => Ok(()),
        Ok(line) if line.trim().is_empty() => Err("it ended without a word".into()),
        Ok(line) => Err(line.trim().into()),
        Err(_) => {
            let _ = child.kill();
            Err(format!("it was not ready within {} s", limit.as_secs()))
        }
    }
}

#[cfg(unix)]
fn open_lock(socket: &Path) -> io::Result<File> {
    use std::os::unix::fs::DirBuilderExt;

    use crate::place;

    let folder = place::folder(socket);
    // A private one that has gone meanwhile is not to come back.
    if private::folder(socket).is_none() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    if let Some(fault) = place::fault_of(folder)? {
        return Err(io::Error::other(format!("cannot use the folder `{}`: {fault}", folder.display())));
    }
    place::open_lock(&folder.join("start.lock"))
}

#[cfg(windows)]
fn open_lock(_socket: &Path) -> io::Result<File> {
    let folder = std::env::temp_dir().join("shorepass");
    fs::create_dir_all(&folder)?;
    File::options().write(true).create(true).truncate(false).open(folder.join("start.lock"))
}

/// What a broker prints when it listens.
pub const READY: &str = "ready";

const READY_WITHIN: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);
/// `CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP`
#[cfg(windows)]
const DETACHED: u32 = 0x0800_0000 | 0x0000_0200;

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_private_folder_that_has_gone_does_not_come_back() {
        let folder = std::env::temp_dir()
            .join(format!("shorepass-start-{}", std::process::id()))
            .join("shorepass-exec-0a");

        let lock = open_lock(&folder.join("broker.sock"));

        assert_eq!(lock.unwrap_err().kind(), io::ErrorKind::NotFound);
        assert!(!folder.exists());
    }
}
