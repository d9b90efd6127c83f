//! The signals that would end this process before it has cleared away.
//!
//! What a terminal sends has reached the command as well, which is in the same group. Without a terminal somebody has
//! meant this process, and so what it runs. A signal that was ignored when we began, as by `nohup`, stays ignored.

use std::{
    fs::{self, File},
    future::poll_fn,
    io,
    task::Poll,
};

use rustix::process::Signal;
use tokio::signal::unix::{self, SignalKind, signal};

/// Those that are listened for.
pub(super) struct Signals {
    streams: Vec<(Signal, unix::Signal)>,
    has_terminal: bool,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        let ignored = ignored(&fs::read_to_string("/proc/self/status").unwrap_or_default());
        let wanted = ENDING.into_iter().filter(|signal| ignored >> (signal.as_raw() - 1) & 1 == 0);
        let listen = |wanted: Signal| Ok((wanted, signal(SignalKind::from_raw(wanted.as_raw()))?));
        let streams = wanted.map(listen).collect::<io::Result<_>>()?;
        Ok(Self { streams, has_terminal: File::open("/dev/tty").is_ok() })
    }

    pub(super) async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            let come = self
                .streams
                .iter_mut()
                .find_map(|(signal, stream)| stream.poll_recv(context).is_ready().then_some(*signal));
            come.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// One that has come already.
    pub(super) async fn noted(&mut self) -> Option<Signal> {
        tokio::select! {
            biased;
            signal = self.next() => Some(signal),
            () = std::future::ready(()) => None,
        }
    }

    /// Whether the command does not know of it yet.
    pub(super) fn is_to_pass_on(&self, signal: Signal) -> bool {
        !self.has_terminal || !matches!(signal, Signal::INT | Signal::QUIT)
    }
}

/// A bit for each signal; none where the system does not say.
fn ignored(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

const ENDING: [Signal; 4] = [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_from_the_mask() {
        assert_eq!(ignored("Name:\tx\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001001\n"), 0x1001);
        assert_eq!(ignored(""), 0);
    }
}
