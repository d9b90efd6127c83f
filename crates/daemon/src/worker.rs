//! Makes a credential in a process of its own, which is killed when it takes too long.
//!
//! The worker's environment is a small base and what the caller forwarded; the request goes in on
//! standard input, so that nothing is in argv or in a file.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use shorepass_core::{
    exchange::{
        ErrorKind, ExchangeError, ExchangeRequest, Exchanged, Exchanger, Exchanging, LONGEST_WORKER_LINE,
        Surroundings, WorkerReply,
    },
    identity::REACHING,
};
use shorepass_protocol::program;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
    sync::Semaphore,
    time::timeout,
};
use zeroize::Zeroizing;

/// Runs `shorepass-exchange`.
pub(crate) struct WorkerExchanger {
    program: Option<PathBuf>,
    seats: Arc<Semaphore>,
    limit: Duration,
}

impl WorkerExchanger {
    /// At most `workers` at once; each gets a little less time than the request that waits for it.
    pub(crate) fn new(workers: usize, request_timeout: Duration) -> Self {
        Self {
            program: program::find("shorepass-exchange", "SHOREPASS_EXCHANGE"),
            seats: Arc::new(Semaphore::new(workers)),
            limit: LONGEST_EXCHANGE.min(request_timeout.mul_f64(0.9)),
        }
    }
}

impl Exchanger for WorkerExchanger {
    fn exchange(&self, request: ExchangeRequest, surroundings: Surroundings) -> Exchanging {
        let (program, seats, limit) = (self.program.clone(), Arc::clone(&self.seats), self.limit);
        Box::pin(async move {
            let program = program.ok_or_else(no_program)?;
            let Ok(Ok(_seat)) = timeout(limit, seats.acquire()).await else {
                return Err(unavailable("busy", "all exchange workers are busy").with_hint(
                    "try again, or allow more with `workers` under `[broker]` in the configuration",
                ));
            };
            let mut child =
                spawn(&program, &surroundings, limit).map_err(|error| cannot_run(&program, &error))?;
            let conversation = timeout(limit, converse(&mut child, &request)).await;
            // The worker and whatever it started have had their say.
            kill(&mut child).await;
            conversation.unwrap_or_else(|_| {
                let seconds = limit.as_secs();
                Err(unavailable(
                    "timeout",
                    format!("the exchange was not done within {seconds} s and was ended"),
                )
                .with_hint("to find out what does not answer, run `shorepass doctor HOST`"))
            })
        })
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

async fn converse(child: &mut Child, request: &ExchangeRequest) -> Result<Exchanged, ExchangeError> {
    let garbled = || {
        ExchangeError::new(ErrorKind::Unexpected, "garbled", "the exchange worker's answer makes no sense")
    };
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(garbled());
    };
    let mut line = serde_json::to_vec(request).map_err(|_| garbled())?;
    line.push(b'\n');
    // A worker that died at once is recognised by its missing answer.
    let _ = input.write_all(&line).await;
    drop(input);

    let mut answer = Zeroizing::new(Vec::with_capacity(8 * 1024));
    let limit = LONGEST_WORKER_LINE as u64 + 1;
    output.take(limit).read_to_end(&mut answer).await.map_err(|_| garbled())?;
    if answer.len() as u64 == limit {
        return Err(ExchangeError::new(
            ErrorKind::Unexpected,
            "garbled",
            "the exchange worker's answer is longer than 256 KiB",
        ));
    }
    if answer.is_empty() {
        return Err(ended(child).await);
    }
    let reply: WorkerReply = serde_json::from_slice(&answer).map_err(|_| garbled())?;
    reply.into()
}

async fn ended(child: &mut Child) -> ExchangeError {
    // Before it is waited for: the number of a process that was reaped names nobody.
    end_group(child);
    let how = match timeout(Duration::from_secs(1), child.wait()).await {
        Ok(Ok(status)) => status.to_string(),
        _ => "no exit status".into(),
    };
    ExchangeError::new(
        ErrorKind::Unexpected,
        "exchange_lost",
        format!("the exchange worker ended without an answer ({how})"),
    )
    .with_hint("try again; if it happens again, look at what the broker says: `shorepass broker logs`")
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

fn no_program() -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "no_exchange_program",
        "the program `shorepass-exchange` was not found",
    )
    .with_hint("install it beside `shorepassd` or in `../libexec/shorepass/`, or set `SHOREPASS_EXCHANGE`")
}

fn cannot_run(program: &std::path::Path, error: &std::io::Error) -> ExchangeError {
    let message = format!("`{}` does not start: {error}", program.display());
    unavailable("cannot_start_exchange", message)
        .with_hint("to see what the broker says, run `shorepass broker logs`")
}

fn unavailable(code: &str, message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Unavailable, code, message)
}

/// What the broker's own environment adds where the caller said nothing, beside [`REACHING`].
const BASE: &[&str] =
    &["LANG", "TZ", "AWS_CA_BUNDLE", "APPDATA", "LOCALAPPDATA", "SystemRoot", "TEMP", "TMP", "USERPROFILE"];
/// The same, for our own user only.
const OWN: &[&str] = &["USER", "LOGNAME", "TMPDIR"];
const LONGEST_EXCHANGE: Duration = Duration::from_secs(30);
const ROOT: &str = if cfg!(windows) { "C:\\" } else { "/" };
