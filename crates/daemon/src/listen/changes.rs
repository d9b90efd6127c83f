//! Says when something was taken away from a folder, so that nobody need look at it all the time.

use std::{path::Path, time::Duration};

#[cfg(target_os = "linux")]
use rustix::fs::inotify;
#[cfg(target_os = "linux")]
use tokio::net::unix::pipe::Receiver;

/// The changes of one folder.
pub(super) struct Changes {
    /// `None` where the system does not tell, or has no watch left for us.
    #[cfg(target_os = "linux")]
    watch: Option<Receiver>,
}

impl Changes {
    #[cfg(target_os = "linux")]
    pub(super) fn of(folder: &Path) -> Self {
        Self { watch: watch(folder).ok() }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn of(_folder: &Path) -> Self {
        Self {}
    }

    /// Done when the folder is worth a look.
    pub(super) async fn next(&self) {
        #[cfg(target_os = "linux")]
        if let Some(watch) = &self.watch {
            return told(watch).await;
        }
        tokio::time::sleep(LOOK_PAUSE).await;
    }
}

#[cfg(target_os = "linux")]
fn watch(folder: &Path) -> std::io::Result<Receiver> {
    use inotify::{CreateFlags, WatchFlags};

    let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
    let taken_away = WatchFlags::DELETE | WatchFlags::MOVED_FROM | WatchFlags::MOVED_TO;
    inotify::add_watch(&watch, folder, taken_away | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF)?;
    // Read like a pipe, though it is none.
    Receiver::from_owned_fd_unchecked(watch)
}

/// Which change it was does not matter; a watch that is broken is as good as one that goes off now and then.
#[cfg(target_os = "linux")]
async fn told(watch: &Receiver) {
    if watch.readable().await.is_err() {
        return tokio::time::sleep(LOOK_PAUSE).await;
    }
    let mut events = [0; 4096];
    while watch.try_read(&mut events).is_ok_and(|count| count > 0) {}
}

const LOOK_PAUSE: Duration = Duration::from_secs(5);
