//! The command itself: started with the caller's streams and terminal, and waited for.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::unix::process::ExitStatusExt,
    process::ExitStatus,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use super::signals::Signals;
use crate::{exit::Exit, problem::Problem};

/// The exit code to end with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ended(pub i32);

impl Ended {
    /// As shells have it.
    pub(super) fn by(signal: Signal) -> Self {
        Self(128 + signal.as_raw())
    }

    fn with(status: ExitStatus) -> Self {
        Self(status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default()))
    }
}

/// Runs it to its end; signals that only we got are passed on.
pub(super) async fn run(
    words: &[OsString],
    environment: Vec<(&'static str, Option<OsString>)>,
    signals: &mut Signals,
) -> Result<Ended, Problem> {
    // Without a command the arguments are refused.
    let program = &words[0];
    let mut command = Command::new(program);
    command.args(&words[1..]);
    for (name, value) in environment {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut child = command.spawn().map_err(|error| cannot_run(program, &error))?;
    loop {
        tokio::select! {
            status = child.wait() => {
                return status.map(Ended::with).map_err(|error| cannot_run(program, &error));
            }
            signal = signals.next() => {
                if signals.is_to_pass_on(signal) {
                    send(&child, signal);
                }
            }
        }
    }
}

/// One that has just ended needs none.
fn send(child: &Child, signal: Signal) {
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
        let _ = kill_process(pid, signal);
    }
}

fn cannot_run(program: &OsStr, error: &io::Error) -> Problem {
    let mut problem = Problem::of_file("run", program.as_ref(), error);
    problem.exit =
        if error.kind() == io::ErrorKind::NotFound { Exit::NoCommand } else { Exit::NotExecutable };
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_passed_through_and_a_signal_becomes_one() {
        assert_eq!(Ended::with(ExitStatus::from_raw(7 << 8)), Ended(7));
        assert_eq!(Ended::with(ExitStatus::from_raw(9)), Ended(137));
        assert_eq!(Ended::by(Signal::TERM), Ended(143));
    }

    #[test]
    fn what_is_not_there_and_what_cannot_be_run_are_told_apart() {
        let exit = |kind: io::ErrorKind| cannot_run(OsStr::new("x"), &kind.into()).exit;

        assert_eq!(exit(io::ErrorKind::NotFound), Exit::NoCommand);
        assert_eq!(exit(io::ErrorKind::PermissionDenied), Exit::NotExecutable);
    }
}
