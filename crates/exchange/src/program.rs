//! Runs a program of the user's that hands out credentials, such as a cloud's own command line.
//!
//! Without a terminal and with a bound. What it writes to stderr is thrown away: a tool may print there
//! what nobody should see.

use std::{process::Stdio, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
};
use zeroize::Zeroizing;

use crate::failure::io_words;

/// Why a program brought nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// It is not installed.
    Absent,
    /// It took longer than it may.
    Slow(Duration),
    /// Why, as a fragment that reads after the program's name.
    Otherwise(String),
}

impl Failed {
    /// As a fragment that reads after the program's name.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Absent => "was not found".into(),
            Self::Slow(limit) => format!("did not end within {} s", limit.as_millis().div_ceil(1000)),
            Self::Otherwise(why) => why.clone(),
        }
    }
}

/// What a program said, however it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    /// Its exit code.
    pub(crate) code: i32,
    /// What it wrote to stdout.
    pub(crate) output: Zeroizing<Vec<u8>>,
}

/// What it writes to stdout, if it ends well and in time.
pub(crate) async fn output(command: Command, patience: Duration) -> Result<Zeroizing<Vec<u8>>, Failed> {
    match converse(command, &[], patience).await? {
        Said { code: 0, output } => Ok(output),
        Said { code, .. } => Err(Failed::Otherwise(format!("ended with exit status {code}"))),
    }
}

/// What it says to what it is told, if it ends by itself and in time.
pub(crate) async fn converse(mut command: Command, input: &[u8], patience: Duration) -> Result<Said, Failed> {
    let otherwise = |why: String| Failed::Otherwise(why);
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let work = async {
        let mut child = command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Failed::Absent,
            _ => otherwise(format!("could not be started: {}", io_words(&error))),
        })?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that does not read has its own way of saying so.
            let _ = stdin.write_all(input).await;
        }
        let mut output = Zeroizing::new(Vec::new());
        if let Some(stdout) = child.stdout.take() {
            let read = stdout.take(LONGEST_OUTPUT + 1).read_to_end(&mut output).await;
            read.map_err(|error| otherwise(format!("could not be read: {}", io_words(&error))))?;
        }
        if output.len() as u64 > LONGEST_OUTPUT {
            return Err(otherwise("wrote too much".into()));
        }
        let status =
            child.wait().await.map_err(|error| otherwise(format!("was lost: {}", io_words(&error))))?;
        match status.code() {
            Some(127) => Err(Failed::Absent),
            Some(code) => Ok(Said { code, output }),
            None => Err(otherwise("was ended by a signal".into())),
        }
    };
    tokio::time::timeout(patience, work).await.unwrap_or(Err(Failed::Slow(patience)))
}

const LONGEST_OUTPUT: u64 = 64 * 1024;

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_way_to_bring_nothing_has_its_words() {
        let said = async |script: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", script]);
            output(shell, Duration::from_secs(5)).await.map_err(|failed| failed.words())
        };

        assert_eq!(said("echo yes; echo canary >&2").await.unwrap().as_slice(), b"yes\n");
        assert_eq!(said("exit 3").await.unwrap_err(), "ended with exit status 3");
        assert_eq!(said("kill -9 $$").await.unwrap_err(), "was ended by a signal");
        assert_eq!(said("head -c 100000 /dev/zero").await.unwrap_err(), "wrote too much");
        let absent = output(Command::new("/nowhere/at-all"), Duration::from_secs(5)).await;
        assert_eq!(absent.unwrap_err(), Failed::Absent);
    }

    #[tokio::test]
    async fn a_program_that_does_not_end_is_ended() {
        let mut sleeper = Command::new("sleep");
        sleeper.arg("60");

        let waited = output(sleeper, Duration::from_millis(50)).await;

        assert_eq!(waited.unwrap_err(), Failed::Slow(Duration::from_millis(50)));
    }
}
