//! Who is at the other end of a local socket.

#[cfg(unix)]
use std::io;

#[cfg(unix)]
use interprocess::local_socket::{Stream, traits::StreamCommon};

/// The user this process acts as.
#[cfg(unix)]
#[must_use]
pub fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Whether a process of `uid` may be trusted with our secrets: it is ours, or root's anyway.
#[cfg(unix)]
#[must_use]
pub fn is_trusted(uid: u32) -> bool {
    uid == 0 || uid == own_uid()
}

/// Who listens at the other end; `Ok` only for ourselves and root.
#[cfg(unix)]
pub(crate) fn foreign_server(stream: &Stream) -> io::Result<Option<u32>> {
    let uid =
        stream.peer_creds()?.euid().ok_or_else(|| io::Error::other("the system does not say who listens"))?;
    Ok((!is_trusted(uid)).then_some(uid))
}
