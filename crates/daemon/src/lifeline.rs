//! What ties a private broker to the `shorepass exec` that it is for.
//!
//! A thread waits for a lock that the system takes from `shorepass exec` however that ends; the last one there then
//! removes the folder. A broker that listens anywhere else has no such tie.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, bail};
use shorepass_protocol::private::{self, LIFELINE, PRESENCE};
use tokio::sync::watch;

/// The tie, or that there is none.
pub(crate) struct Lifeline(Option<Tie>);

struct Tie {
    folder: PathBuf,
    is_over: watch::Receiver<bool>,
}

impl Lifeline {
    /// By where the socket is.
    ///
    /// # Errors
    /// The command has ended already; or the folder is no such folder.
    pub(crate) fn of(socket: &Path) -> anyhow::Result<Self> {
        let Some(folder) = private::folder(socket) else { return Ok(Self(None)) };
        let (Some(lifeline), Some(presence)) = (open(folder, LIFELINE)?, open(folder, PRESENCE)?) else {
            // The name alone makes it nobody's to remove.
            bail!("`{}` is the folder of no `shorepass exec` that goes on", folder.display());
        };
        // Held by `shorepass exec` only when it clears away.
        if !is_shared(&presence, PRESENCE)? {
            bail!(ENDED);
        }
        if is_shared(&lifeline, LIFELINE)? {
            private::clear_away(folder);
            bail!(ENDED);
        }
        // The system unlocks it when this process has ended, and not before.
        std::mem::forget(presence);
        let (tell, is_over) = watch::channel(false);
        thread::spawn(move || {
            while lifeline.lock_shared().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {}
            let _ = tell.send(true);
        });
        Ok(Self(Some(Tie { folder: folder.to_owned(), is_over })))
    }

    pub(crate) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Done when the command has ended; never without a command.
    pub(crate) async fn over(&self) {
        match &self.0 {
            Some(tie) => drop(tie.is_over.clone().wait_for(|is_over| *is_over).await),
            None => std::future::pending().await,
        }
    }

    /// Leaves nothing behind, unless the command goes on and another broker may come.
    pub(crate) fn end(self) {
        if let Some(tie) = self.0.filter(|tie| *tie.is_over.borrow()) {
            private::clear_away(&tie.folder);
        }
    }
}

fn open(folder: &Path, name: &str) -> anyhow::Result<Option<File>> {
    match private::open(folder, name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file.map(Some).with_context(|| format!("cannot open `{name}` in `{}`", folder.display())),
    }
}

/// Whether we share the lock now; not while one is held by somebody who does not share.
fn is_shared(file: &File, name: &str) -> anyhow::Result<bool> {
    match file.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock `{name}`")),
    }
}

const ENDED: &str = "the command that it would be for has ended";
