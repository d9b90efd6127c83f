//! What Docker Hub has last said of its pull limits, by account, and when it is asked again.
//!
//! A wish is noted when a login of Docker Hub is handed out and holds nobody up; a task of the broker's life
//! follows the wishes one by one. A broker for one request has no such task.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use shorepass_core::{
    broker::Owner,
    clock::{Clock, Moment},
    credential::Credential,
    exchange::{ExchangeError, Surroundings, WorkerRequest},
    kind::{DockerHubTarget, Target},
    pull_limit::{PullLimit as Told, PullLimitRequest},
    route::Route,
    vault::Login,
};
use shorepass_protocol::message::PullLimit;
use tokio::sync::{Mutex as Turn, mpsc};

use crate::{audit::rfc3339, words, worker::WorkerExchanger};

/// Everybody's limits.
pub(crate) struct PullLimits {
    workers: Arc<WorkerExchanger>,
    clock: Arc<dyn Clock>,
    noted: Mutex<BTreeMap<Account, Noted>>,
    wish: mpsc::Sender<Wish>,
    wishes: Turn<mpsc::Receiver<Wish>>,
}

/// Whose pulls are counted together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Account {
    uid: Option<u32>,
    /// Where it is an account, if not at Docker Hub itself.
    service: Option<String>,
    /// None is whoever shows no login.
    username: Option<String>,
}

struct Noted {
    asked: Moment,
    told: Option<PullLimit>,
}

/// What is to be asked for.
pub(crate) struct Wish {
    registry: String,
    target: DockerHubTarget,
    login: Option<Login>,
    surroundings: Surroundings,
}

impl Wish {
    /// For whoever the credential makes us; `None` for a registry whose limit is none, or is not to be read.
    pub(crate) fn of(
        route: &Route,
        credential: Option<&Credential>,
        surroundings: &Surroundings,
    ) -> Option<Self> {
        let Target::DockerHub(target) = &route.target else { return None };
        target.tells_pull_limit().then(|| Self {
            registry: words::bare(&route.registry),
            target: target.clone(),
            login: credential
                .map(|made| Login { username: made.username.clone(), secret: made.secret.clone() }),
            surroundings: surroundings.clone(),
        })
    }

    fn account(&self) -> Account {
        Account {
            uid: self.surroundings.uid,
            service: self.target.auth_endpoint.clone(),
            username: self.login.as_ref().map(|login| login.username.clone()),
        }
    }
}

impl PullLimits {
    pub(crate) fn new(workers: Arc<WorkerExchanger>, clock: Arc<dyn Clock>) -> Self {
        let (wish, wishes) = mpsc::channel(MOST_WISHES);
        Self { workers, clock, noted: Mutex::default(), wish, wishes: Turn::new(wishes) }
    }

    /// Has it read behind the scenes, if the last reading is old enough and the queue not full.
    pub(crate) fn read_later(&self, wish: Wish) {
        let (account, now) = (wish.account(), self.clock.now());
        let mut noted = self.noted();
        let is_fresh = noted.get(&account).is_some_and(|noted| since(noted, now) < READ_AGAIN_AFTER);
        if !is_fresh && self.wish.try_send(wish).is_ok() {
            note(&mut noted, account, now, None);
        }
    }

    /// Follows the wishes for as long as the broker lives.
    pub(crate) async fn keep_reading(self: Arc<Self>) {
        let mut wishes = self.wishes.lock().await;
        while let Some(wish) = wishes.recv().await {
            let request = request(&wish);
            match self.workers.ask_aside(&request, &wish.surroundings).await {
                Ok(told) => drop(self.take(&wish, told)),
                Err(error) => tracing::debug!(code = error.code, "pull limit not read"),
            }
        }
    }

    /// Reads it for somebody who waits.
    pub(crate) async fn read(&self, wish: &Wish) -> Result<PullLimit, ExchangeError> {
        let told = self.workers.ask(&request(wish), &wish.surroundings).await?;
        Ok(self.take(wish, told))
    }

    /// The last readings of a user's accounts that still mean something; root sees all.
    pub(crate) fn last(&self, owner: Owner) -> Vec<PullLimit> {
        let now = self.clock.now();
        let mut noted = self.noted();
        noted.retain(|_, noted| since(noted, now) < MEANS_NOTHING_AFTER);
        let is_own = |account: &Account| matches!(owner, None | Some(0)) || account.uid == owner;
        let own = noted.iter().filter(|(account, _)| is_own(account));
        own.filter_map(|(_, noted)| noted.told.clone()).collect()
    }

    fn take(&self, wish: &Wish, told: Told) -> PullLimit {
        let (account, now) = (wish.account(), self.clock.now());
        let told = PullLimit {
            registry: wish.registry.clone(),
            username: account.username.clone(),
            limit: told.limit,
            remaining: told.remaining,
            window_s: told.window_s,
            counted_for: told.counted_for,
            read_at: rfc3339(now.wall),
        };
        note(&mut self.noted(), account, now, Some(told.clone()));
        told
    }

    fn noted(&self) -> MutexGuard<'_, BTreeMap<Account, Noted>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn request(wish: &Wish) -> WorkerRequest {
    let Wish { target, login, .. } = wish;
    WorkerRequest::PullLimit(Box::new(PullLimitRequest { target: target.clone(), login: login.clone() }))
}

/// What was told before stands until something else is.
fn note(all: &mut BTreeMap<Account, Noted>, account: Account, now: Moment, told: Option<PullLimit>) {
    if all.len() >= MOST_ACCOUNTS && !all.contains_key(&account) {
        let oldest =
            all.iter().max_by_key(|(_, noted)| since(noted, now)).map(|(account, _)| account.clone());
        oldest.and_then(|oldest| all.remove(&oldest));
    }
    let noted = all.entry(account).or_insert(Noted { asked: now, told: None });
    noted.asked = now;
    noted.told = told.or_else(|| noted.told.take());
}

/// By the clock that says more: a suspended laptop's hours count.
fn since(noted: &Noted, now: Moment) -> Duration {
    let by_wall = now.wall.duration_since(noted.asked.wall).unwrap_or_default();
    by_wall.max(now.steady.saturating_sub(noted.asked.steady))
}

const READ_AGAIN_AFTER: Duration = Duration::from_secs(15 * 60);
/// Docker Hub counts in windows of six hours.
const MEANS_NOTHING_AFTER: Duration = Duration::from_secs(6 * 3600);
const MOST_WISHES: usize = 16;
const MOST_ACCOUNTS: usize = 64;

#[cfg(test)]
mod tests;
