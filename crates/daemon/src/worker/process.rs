//! One conversation with a worker process: a line in, a line out, and the whole group of processes ended.
//!
//! The worker's environment is a small base and what the caller forwarded; the request goes in on
//! standard input, so that nothing is in argv or in a file.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio, time::Duration};

use serde::{Serialize, de::DeserializeOwned};
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, Surroundings},
    identity::REACHING,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    time::timeout,
};
use zeroize::Zeroizing;

/// A program that does one thing and ends.
pub(crate) struct Program {
    /// For messages.
    pub(crate) name: &'static str,
    pub(crate) path: PathBuf,
    /// How long a line it may answer.
    pub(crate) longest_line: usize,
}

impl Program {
    /// Asks it, and sees to it that nothing of it is left; `None` when it was not done in time.
    ///
    /// # Errors
    /// It does not start, or what it says makes no sense.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        request: &impl Serialize,
        surroundings: &Surroundings,
        limit: Duration,
    ) -> Result<Option<T>, ExchangeError> {
        let mut child = spawn(&self.path, surroundings, limit).map_err(|error| self.cannot_run(&error))?;
        let conversation = timeout(limit, self.converse(&mut child, request)).await;
        // The worker and whatever it started have had their say.
        kill(&mut child).await;
        conversation.ok().transpose()
    }

    async fn converse<T: DeserializeOwned>(
        &self,
        child: &mut Child,
        request: &impl Serialize,
    ) -> Result<T, ExchangeError> {
        let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(self.garbled());
        };
        let mut line = Zeroizing::new(serde_json::to_vec(request).map_err(|_| self.garbled())?);
        line.push(b'\n');
        // A worker that died at once is recognised by its missing answer.
        let _ = input.write_all(&line).await;
        drop(input);

        let mut answer = Zeroizing::new(Vec::with_capacity(8 * 1024));
        let limit = self.longest_line as u64 + 1;
        output.take(limit).read_to_end(&mut answer).await.map_err(|_| self.garbled())?;
        if answer.len() as u64 == limit {
            let message =
                format!("the {}'s answer is longer than {} KiB", self.name, self.longest_line / 1024);
            return Err(ExchangeError::new(ErrorKind::Unexpected, "garbled", message));
        }
        if answer.is_empty() {
            return Err(self.ended(child).await);
        }
        serde_json::from_slice(&answer).map_err(|_| self.garbled())
    }

    async fn ended(&self, child: &mut Child) -> ExchangeError {
        // Before it is waited for: the number of a process that was reaped names nobody.
        end_group(child);
        let how = match timeout(Duration::from_secs(1), child.wait()).await {
            Ok(Ok(status)) => status.to_string(),
            _ => "no exit status".into(),
        };
        let message = format!("the {} ended without an answer ({how})", self.name);
        ExchangeError::new(ErrorKind::Unexpected, "exchange_lost", message).with_hint(
            "try again; if it happens again, look at what the broker says: `shorepass broker logs`",
        )
    }

    fn garbled(&self) -> ExchangeError {
        let message = format!("the {}'s answer makes no sense", self.name);
        ExchangeError::new(ErrorKind::Unexpected, "garbled", message)
    }

    fn cannot_run(&self, error: &std::io::Error) -> ExchangeError {
        let message = format!("`{}` does not start: {error}", self.path.display());
        ExchangeError::new(ErrorKind::Unavailable, "cannot_start_exchange", message)
            .with_hint("to see what the broker says, run `shorepass broker logs`")
    }
}

fn spawn(program: &PathBuf, surroundings: &Surroundings, limit: Duration) -> std::io::Result<Child> {
    let other_user = other_user(surroundings);
    // Where our own user keeps things is no business of another one's worker.
    let base = REACHING.iter().chain(BASE).chain(if other_user.is_some() { &[][..] } else { OWN });
    let mut env: BTreeMap<String, std::ffi::OsString> =
        base.filter_map(|name| Some(((*name).to_owned(), std::env::var_os(name)?))).collect();
    let forwarded = surroundings.env.iter().map(|(name, value)| (name.clone(), value.expose().into()));
    env.extend(forwarded);
    env.insert("SHOREPASS_BROKER_PID".into(), std::process::id().to_string().into());
    // The worker gives up a little earlier, because it can say what it was waiting for.
    env.insert("SHOREPASS_DEADLINE_MS".into(), limit.mul_f64(0.95).as_millis().to_string().into());

    let mut command = Command::new(program);
    command
        .env_clear()
        .envs(env)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .current_dir(ROOT)
        .kill_on_drop(true);
    #[cfg(unix)]
    {
        command.process_group(0);
        if let Some((uid, gid)) = other_user {
            command.uid(uid).gid(gid);
        }
    }
    command.spawn()
}

/// The user to become, when root's broker works for somebody else.
#[cfg(unix)]
fn other_user(surroundings: &Surroundings) -> Option<(u32, u32)> {
    let uid = surroundings.uid.filter(|uid| *uid != 0 && shorepass_protocol::peer::own_uid() == 0)?;
    Some((uid, surroundings.gid?))
}

#[cfg(not(unix))]
fn other_user(_surroundings: &Surroundings) -> Option<(u32, u32)> {
    None
}

/// The whole group goes: a command that the worker started must not outlive it.
async fn kill(child: &mut Child) {
    end_group(child);
    let _ = child.kill().await;
}

#[cfg(unix)]
fn end_group(child: &Child) {
    if let Some(group) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

/// Windows has no groups to signal; the worker itself is ended by its handle.
#[cfg(not(unix))]
fn end_group(_child: &Child) {}

/// What the broker's own environment adds where the caller said nothing, beside [`REACHING`].
const BASE: &[&str] =
    &["LANG", "TZ", "AWS_CA_BUNDLE", "APPDATA", "LOCALAPPDATA", "SystemRoot", "TEMP", "TMP", "USERPROFILE"];
/// The same, for our own user only.
const OWN: &[&str] = &["USER", "LOGNAME", "TMPDIR", "CREDENTIALS_DIRECTORY"];
const ROOT: &str = if cfg!(windows) { "C:\\" } else { "/" };
