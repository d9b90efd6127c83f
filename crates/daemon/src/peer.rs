//! Who asks, and whether they may.

use std::io;

use interprocess::local_socket::{tokio::Stream, traits::StreamCommon};

/// The process at the other end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Peer {
    /// Where the system has such numbers.
    pub(crate) uid: Option<u32>,
    pub(crate) gid: Option<u32>,
    pub(crate) pid: Option<u32>,
}

impl Peer {
    /// Asks the system who is at the other end.
    #[cfg(unix)]
    pub(crate) fn of(stream: &Stream) -> io::Result<Self> {
        let credentials = stream.peer_creds()?;
        let pid = credentials.pid().and_then(|pid| u32::try_from(pid).ok());
        Ok(Self { uid: credentials.euid(), gid: credentials.egid(), pid })
    }

    /// The pipe's access list has let only its owner in.
    #[cfg(windows)]
    pub(crate) fn of(stream: &Stream) -> io::Result<Self> {
        Ok(Self { uid: None, gid: None, pid: stream.peer_creds()?.pid() })
    }

    /// Ourselves, for a request on standard input.
    pub(crate) fn own() -> Self {
        #[cfg(unix)]
        return Self { uid: Some(shorepass_protocol::peer::own_uid()), gid: None, pid: None };
        #[cfg(windows)]
        return Self::default();
    }

    /// Whether this broker serves it.
    pub(crate) fn is_served(&self, is_machine_wide: bool) -> bool {
        #[cfg(unix)]
        return is_machine_wide || self.uid.is_some_and(shorepass_protocol::peer::is_trusted);
        #[cfg(windows)]
        return !is_machine_wide;
    }
}
