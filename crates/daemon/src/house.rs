//! What all connections share: the broker, the audit log and the configuration's state.

use std::{
    fs::Metadata,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use shorepass_core::{
    broker::Broker,
    clock::{Clock, Moment, SystemClock},
    config::{Config, Fault},
};
use tokio::sync::Notify;

use crate::{
    audit::Audit, files, pull_limits::PullLimits, robots::Robots, vault::Vaults, worker::WorkerExchanger,
};

/// The broker and its surroundings.
pub(crate) struct House {
    pub(crate) broker: Arc<Broker>,
    pub(crate) audit: Audit,
    pub(crate) vaults: Arc<Vaults>,
    pub(crate) workers: Arc<WorkerExchanger>,
    robots: Arc<Robots>,
    pub(crate) pull_limits: Arc<PullLimits>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) started: Moment,
    pub(crate) socket: PathBuf,
    pub(crate) is_machine_wide: bool,
    /// Rung to make the broker leave.
    pub(crate) leave: Notify,
    /// Rung when another configuration is in force.
    pub(crate) reconfigured: Notify,
    configuration: Mutex<Configuration>,
}

struct Configuration {
    files: Vec<PathBuf>,
    stamps: Vec<Option<Stamp>>,
    faults: Vec<Fault>,
    /// No good configuration has been read since the start.
    is_unusable: bool,
}

/// Enough to see that a file was changed, replaced, removed or given other permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    /// Device, inode, and when the inode was changed.
    #[cfg(unix)]
    inode: [i128; 4],
}

impl House {
    /// Reads the configuration; a broken one is kept as the answer to everything until it is mended.
    pub(crate) fn new(socket: PathBuf, is_machine_wide: bool) -> Arc<Self> {
        let files = files::configuration();
        let stamps = stamps(&files);
        let loaded = Config::load(&files, files::named_configuration().as_deref());
        let is_unusable = loaded.is_err();
        let (config, faults) = match loaded {
            Ok(config) => (config, Vec::new()),
            Err(faults) => (Config::default(), faults),
        };
        report(&faults);

        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let vaults = Arc::new(Vaults::new(config.vault.clone(), Arc::clone(&clock)));
        let robots = Arc::new(Robots::new(files::state_folder(), Arc::clone(&clock)));
        let exchanger = Arc::new(WorkerExchanger::new(
            config.broker.workers,
            config.broker.request_timeout,
            Arc::clone(&vaults),
            Arc::clone(&robots),
        ));
        Arc::new(Self {
            robots,
            workers: Arc::clone(&exchanger),
            pull_limits: Arc::new(PullLimits::new(Arc::clone(&exchanger), Arc::clone(&clock))),
            broker: Broker::new(config, exchanger, Arc::clone(&clock)),
            audit: Audit::default(),
            vaults,
            started: clock.now(),
            clock,
            socket,
            is_machine_wide,
            leave: Notify::new(),
            reconfigured: Notify::new(),
            configuration: Mutex::new(Configuration { files, stamps, faults, is_unusable }),
        })
    }

    /// Takes up a changed configuration; a broken one leaves the last good one in force, and so does one that
    /// somebody is still writing: its first half may make sense and say something else. Costs a `stat` a file.
    pub(crate) async fn reload_if_changed(&self) {
        let files = self.configuration().files.clone();
        let mut seen = stamps(&files);
        if seen == self.configuration().stamps {
            return;
        }
        for _ in 0..LOOKS {
            tokio::time::sleep(SETTLED_AFTER).await;
            let now = stamps(&files);
            if now == seen {
                return self.take_up();
            }
            seen = now;
        }
    }

    fn take_up(&self) {
        let mut configuration = self.configuration();
        let stamps = stamps(&configuration.files);
        if stamps == configuration.stamps {
            return;
        }
        configuration.stamps = stamps;
        self.load(&mut configuration);
    }

    /// Deletes robot accounts as they come to their ends; it never ends.
    pub(crate) async fn keep_robots(self: Arc<Self>) {
        self.robots.keep(&self.workers).await;
    }

    /// Deletes them all, in bounded time.
    pub(crate) async fn delete_robots(&self) {
        self.robots.leave(&self.workers).await;
    }

    /// Leaves them to the next broker.
    pub(crate) async fn hand_over_robots(&self) {
        self.robots.hand_over(&self.workers).await;
    }

    /// Reads the configuration again, changed or not.
    #[cfg(unix)]
    pub(crate) fn reload(&self) {
        self.load(&mut self.configuration());
    }

    fn load(&self, configuration: &mut Configuration) {
        match Config::load(&configuration.files, files::named_configuration().as_deref()) {
            Ok(config) => {
                tracing::info!(files = config.files.len(), "configuration read");
                self.vaults.reconfigure(config.vault.clone());
                self.broker.reconfigure(config);
                self.reconfigured.notify_one();
                configuration.faults.clear();
                configuration.is_unusable = false;
            }
            Err(faults) => {
                report(&faults);
                configuration.faults = faults;
            }
        }
    }

    /// The faults that keep everything from being answered.
    pub(crate) fn crippling_faults(&self) -> Option<Vec<Fault>> {
        let configuration = self.configuration();
        configuration.is_unusable.then(|| configuration.faults.clone())
    }

    /// The first fault of a changed configuration that is not in force.
    pub(crate) fn config_error(&self) -> Option<String> {
        self.configuration().faults.first().map(ToString::to_string)
    }

    /// How long a request may take.
    pub(crate) fn request_timeout(&self) -> Duration {
        self.broker.config().broker.request_timeout
    }

    fn configuration(&self) -> MutexGuard<'_, Configuration> {
        self.configuration.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn report(faults: &[Fault]) {
    for fault in faults {
        tracing::warn!(place = %fault.place, fault = fault.message, "configuration not taken up");
    }
}

fn stamps(files: &[PathBuf]) -> Vec<Option<Stamp>> {
    files.iter().map(|file| Path::metadata(file).ok().map(|found| stamp(&found))).collect()
}

fn stamp(found: &Metadata) -> Stamp {
    #[cfg(unix)]
    use std::os::unix::fs::MetadataExt;
    Stamp {
        length: found.len(),
        modified: found.modified().ok(),
        #[cfg(unix)]
        inode: [found.dev().into(), found.ino().into(), found.ctime().into(), found.ctime_nsec().into()],
    }
}

/// A file that nobody has touched for this long is whole.
const SETTLED_AFTER: Duration = Duration::from_millis(100);
/// After so many changes while it was looked at, the request goes on without it.
const LOOKS: u32 = 10;
