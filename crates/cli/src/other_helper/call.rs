//! One question to another program: written, read and waited for until a deadline; whoever is late is ended.

use std::{
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use zeroize::Zeroizing;

use crate::clock::Deadline;

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NotRun,
    Late,
    TooLong,
    Failed,
}

impl Fault {
    pub(super) fn in_words(&self, program: &str, verb: &str) -> String {
        match self {
            Self::NotRun => format!("`{program}` cannot be run"),
            Self::Late => format!("`{program} {verb}` was not done in time"),
            Self::TooLong => format!("`{program} {verb}` wrote too much"),
            Self::Failed => format!("`{program} {verb}` failed"),
        }
    }
}

/// What it writes when it ends well.
pub(super) fn answer(
    mut command: Command,
    input: &str,
    until: &Deadline,
) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| Fault::NotRun)?;
    let answer = talk(&mut child, input, until);
    if answer.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    answer
}

fn talk(child: &mut Child, input: &str, until: &Deadline) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let (sender, receiver) = mpsc::channel();
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let input = input.to_owned();
    thread::spawn(move || {
        // One that does not read has its own way of saying so.
        let _ = stdin.map(|mut stdin| stdin.write_all(input.as_bytes()));
        let mut output = Zeroizing::new(Vec::new());
        let read = stdout.map(|stdout| stdout.take(LONGEST + 1).read_to_end(&mut output));
        let _ = sender.send((output, matches!(read, Some(Ok(_)))));
    });
    let (output, is_read) = receiver.recv_timeout(until.left()).map_err(|_| Fault::Late)?;
    if output.len() as u64 > LONGEST {
        return Err(Fault::TooLong);
    }
    if is_read && ends_well(child, until)? { Ok(output) } else { Err(Fault::Failed) }
}

/// One that has closed its output may go on all the same.
fn ends_well(child: &mut Child, until: &Deadline) -> Result<bool, Fault> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status.success()),
            Ok(None) if until.left().is_zero() => return Err(Fault::Late),
            Ok(None) => thread::sleep(BETWEEN_LOOKS),
            Err(_) => return Err(Fault::Failed),
        }
    }
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
const LONGEST: u64 = 1024 * 1024;

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_what_it_writes_when_it_ends_well() {
        assert_eq!(asked("cat", 60_000).unwrap().as_slice(), b"r.example");
        assert_eq!(asked("echo canary; exit 1", 60_000), Err(Fault::Failed));
        assert_eq!(asked("exec head -c 1048577 /dev/zero", 60_000), Err(Fault::TooLong));
    }

    #[test]
    fn whoever_is_late_is_ended() {
        for script in ["exec sleep 600", "exec >&-; exec sleep 600"] {
            assert_eq!(asked(script, 100), Err(Fault::Late), "{script}");
        }
    }

    #[test]
    fn what_is_not_there_cannot_be_run() {
        let until = Deadline::after(Duration::from_secs(60));

        assert_eq!(answer(Command::new("docker-credential-absent"), "", &until), Err(Fault::NotRun));
    }

    fn asked(script: &str, milliseconds: u64) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        answer(command, "r.example", &Deadline::after(Duration::from_millis(milliseconds)))
    }
}
