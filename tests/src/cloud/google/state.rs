//! Everything the services share: what was issued, who is behind a bearer token, and where this is.

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, SystemTime},
};

use super::{
    error::{INVALID_CREDENTIAL, MISSING_CREDENTIAL},
    issued::{Issued, IssuedToken},
    knobs::Knobs,
    metadata::Cache,
    world::World,
};
use crate::cloud::{
    ApiError,
    audit::Audit,
    clock::{ServerClock, whole_seconds},
    http::Request,
};

/// The inside of one cloud.
pub(crate) struct State {
    pub(super) knobs: Knobs,
    pub(super) issued: Arc<Issued>,
    pub(super) audit: Audit,
    pub(super) metadata: Cache,
    own_url: OnceLock<String>,
    world: Mutex<World>,
}

/// A token that was just handed out.
pub(super) struct Granted {
    pub(super) token: String,
    pub(super) expires_at: SystemTime,
    /// Whole seconds, rounded down: 3599 of an hour, as Google says too.
    pub(super) expires_in: u64,
}

impl State {
    pub(super) fn new(world: World) -> Self {
        let clock = ServerClock::default();
        Self {
            knobs: Knobs::new(clock.clone()),
            issued: Arc::new(Issued::new(clock)),
            audit: Audit::default(),
            metadata: Cache::default(),
            own_url: OnceLock::new(),
            world: Mutex::new(world),
        }
    }

    /// Known only once the server is bound.
    pub(super) fn listens_at(&self, url: &str) {
        let _ = self.own_url.set(url.to_owned());
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

    /// Whether this is the OAuth token endpoint, under its real name or at the address of the fake.
    pub(super) fn is_token_url(&self, url: &str) -> bool {
        let real = format!("https://oauth2.{}/token", self.world().universe);
        let own = self.own_url.get().map(|own| format!("{own}/token"));
        url == real || Some(url) == own.as_deref()
    }

    /// Issues a token that lasts as long as asked, unless a knob says otherwise.
    pub(super) fn grant(&self, principal: &str, scopes: &[String], life: Duration) -> Granted {
        self.grant_until(principal, scopes, self.now() + self.knobs.token_life_for(life))
    }

    /// Issues a token with this end.
    pub(super) fn grant_until(&self, principal: &str, scopes: &[String], expires_at: SystemTime) -> Granted {
        let token = self.issued.issue(principal, scopes, expires_at);
        Granted { token, expires_at, expires_in: self.seconds_until(expires_at) }
    }

    /// Whole seconds, rounded down.
    pub(super) fn seconds_until(&self, end: SystemTime) -> u64 {
        end.duration_since(self.now()).map_or(0, |left| left.as_secs())
    }

    /// Who is behind `Authorization: Bearer`.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` when there is no token, or none of this cloud's that is still good.
    pub(super) fn bearer(&self, request: &Request) -> Result<IssuedToken, ApiError> {
        let refused = |message: &str| ApiError::new(401, "UNAUTHENTICATED", message);
        let header = request.header("authorization").ok_or_else(|| refused(MISSING_CREDENTIAL))?;
        let token = header
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token);
        token.and_then(|token| self.issued.find_live(token)).ok_or_else(|| refused(INVALID_CREDENTIAL))
    }
}

/// How long Google's own tokens last.
pub(super) const HOUR: Duration = Duration::from_secs(3600);
