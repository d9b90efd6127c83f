//! Everything the services share.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use super::{arc::KeyFiles, entra::SignIns, issued::Issued, knobs::Knobs, signer::Signer, world::World};
use crate::cloud::{
    audit::Audit,
    clock::{ServerClock, whole_seconds},
    http::Request,
};

/// The inside of one cloud.
pub(crate) struct State {
    pub(super) knobs: Knobs,
    pub(super) issued: Arc<Issued>,
    pub(super) audit: Audit,
    pub(super) signer: Signer,
    pub(super) sign_ins: SignIns,
    pub(super) key_files: KeyFiles,
    scheme: &'static str,
    world: Arc<Mutex<World>>,
}

impl State {
    pub(super) fn new(world: World, is_tls: bool, key_files: KeyFiles) -> Self {
        let clock = ServerClock::default();
        let world = Arc::new(Mutex::new(world));
        Self {
            knobs: Knobs::new(clock.clone()),
            issued: Arc::new(Issued::new(clock, world.clone())),
            audit: Audit::default(),
            signer: Signer::new(),
            sign_ins: SignIns::default(),
            key_files,
            scheme: if is_tls { "https" } else { "http" },
            world,
        }
    }

    pub(super) fn now(&self) -> SystemTime {
        self.knobs.clock().now()
    }

    pub(super) fn now_seconds(&self) -> u64 {
        whole_seconds(self.now())
    }

    /// Locked until the guard goes; never held while a client waits.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Scheme and authority as the client has addressed them.
    pub(super) fn root_for(&self, request: &Request) -> String {
        format!("{}://{}", self.scheme, request.header("host").unwrap_or_default())
    }
}
