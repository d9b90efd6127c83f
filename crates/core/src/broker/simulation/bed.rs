//! A broker with its loop running in a simulated world, and customers whose every answer is checked.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::task::JoinHandle;

use super::{
    chance::Chance,
    upstream::{Manner, Story, Upstream, Weather},
    witness::Witness,
    world::World,
};
use crate::{
    broker::{Answer, Broker},
    config::Config,
    exchange::{ExchangeError, Surroundings},
    route::Route,
    scope::Scoper,
};

/// All that a simulation consists of.
#[derive(Clone)]
pub(super) struct Bed {
    pub(super) world: Arc<World>,
    pub(super) upstream: Upstream,
    pub(super) broker: Arc<Broker>,
    pub(super) witness: Arc<Mutex<Witness>>,
    routes: Arc<Vec<Route>>,
}

impl Bed {
    pub(super) fn new(manner: Manner, scopes: Vec<Story>) -> Self {
        let world = Arc::new(World::new());
        let count = scopes.len();
        let upstream = Upstream::new(Arc::clone(&world), manner, scopes);
        let broker = Broker::with_scoper(
            Config::default(),
            Arc::new(upstream.clone()),
            Arc::clone(&world) as _,
            Scoper::keyed(&manner.seed.to_be_bytes()),
        );
        let host = |index| format!("{index:012}.dkr.ecr.eu-west-1.amazonaws.com");
        let routes = (0..count).map(|index| broker.route(&host(index)).unwrap().unwrap()).collect();
        Self { world, upstream, broker, witness: Arc::default(), routes: Arc::new(routes) }
    }

    pub(super) fn scopes(&self) -> usize {
        self.routes.len()
    }

    pub(super) fn route(&self, index: usize) -> &Route {
        &self.routes[index]
    }

    /// The refresh loop, until it is aborted.
    pub(super) fn keep_fresh(&self) -> JoinHandle<()> {
        tokio::spawn(Arc::clone(&self.broker).keep_fresh())
    }

    /// One request, checked.
    pub(super) async fn get(&self, index: usize) -> Result<Answer, ExchangeError> {
        let asked = self.world.instants();
        let result = self.broker.get(&self.routes[index], &Surroundings::default()).await;
        let now = self.world.instants();
        let book = self.upstream.book();
        let patience = self.upstream.manner().slow_answers[1] + Duration::from_millis(5);
        self.witness.lock().unwrap().check(index, &book.scopes[index], [asked, now], patience, &result);
        result
    }

    /// One request of each scope, at one moment.
    pub(super) async fn get_all(&self) {
        let mut all = tokio::task::JoinSet::new();
        for index in 0..self.scopes() {
            let bed = self.clone();
            all.spawn(async move { bed.get(index).await.is_ok() });
        }
        all.join_all().await;
    }

    /// Asks for a scope at any time, about `mean` apart, once in a while twice at one moment.
    pub(super) fn customer(&self, index: usize, mean: Duration) -> JoinHandle<()> {
        let bed = self.clone();
        tokio::spawn(async move {
            let mut chance = Chance::of(bed.upstream.manner().seed, [index as u64, u64::MAX]);
            loop {
                tokio::time::sleep(chance.about(mean)).await;
                if chance.one_in(8) {
                    let _ = tokio::join!(bed.get(index), bed.get(index));
                } else {
                    let _ = bed.get(index).await;
                }
            }
        })
    }

    /// Good days and bad days upstream.
    pub(super) fn weather(&self, fair: Duration) -> JoinHandle<()> {
        let bed = self.clone();
        tokio::spawn(async move {
            let mut chance = Chance::of(bed.upstream.manner().seed, [u64::MAX, 1]);
            loop {
                tokio::time::sleep(chance.about(fair)).await;
                let (weather, lasts) = match chance.number() % 6 {
                    0 | 1 => (Weather::Down, chance.between(MINUTE, 10 * MINUTE)),
                    2 => (Weather::Down, chance.between(HOUR, 4 * HOUR)),
                    3 => (Weather::Throttled(chance.between(MINUTE, 20 * MINUTE)), 2 * MINUTE),
                    4 => (Weather::Throttled(Duration::from_secs(3)), 10 * MINUTE),
                    _ => (Weather::Refusing, chance.between(MINUTE, HOUR)),
                };
                bed.upstream.book().weather = weather;
                tokio::time::sleep(lasts).await;
                bed.upstream.book().weather = Weather::Fair;
            }
        })
    }

    /// Suspends and clocks that are set, never two within the two minutes that the loop may need to see the first.
    pub(super) fn clocks(&self, mean: Duration) -> JoinHandle<()> {
        let bed = self.clone();
        tokio::spawn(async move {
            let mut chance = Chance::of(bed.upstream.manner().seed, [u64::MAX, 2]);
            loop {
                tokio::time::sleep(chance.about(mean) + 2 * MINUTE).await;
                match chance.number() % 8 {
                    0 => bed.world.step(24 * HOUR),
                    1 | 2 => bed.world.step_back(24 * HOUR),
                    3 => bed.world.suspend(chance.between(Duration::from_secs(2), 10 * MINUTE)),
                    4 => bed.world.suspend(chance.between(10 * MINUTE, 8 * HOUR)),
                    _ => bed.world.suspend(14 * HOUR),
                }
            }
        })
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
