//! What a test may turn while the cloud runs: lives, latencies, faults and the clock.
//!
//! A handle; clones turn the same knobs. Nothing here touches who exists, which is the `World`.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    clock::ServerClock,
    fault::{Fault, Times},
    imds::InstanceMood,
    operation::Service,
};

/// The knobs of one cloud.
#[derive(Debug, Clone, Default)]
pub struct Knobs {
    clock: ServerClock,
    settings: Arc<Mutex<Settings>>,
}

#[derive(Debug)]
struct Settings {
    registry_token_life: Duration,
    session_life: Option<Duration>,
    sign_in_life: Duration,
    instance: InstanceMood,
    latency: HashMap<Service, Duration>,
    faults: HashMap<Service, VecDeque<(Fault, Times)>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            registry_token_life: Duration::from_secs(12 * 3600),
            session_life: None,
            sign_in_life: Duration::from_secs(8 * 3600),
            instance: InstanceMood::Well,
            latency: HashMap::new(),
            faults: HashMap::new(),
        }
    }
}

impl Knobs {
    pub(super) fn new(clock: ServerClock) -> Self {
        Self { clock, settings: Arc::default() }
    }

    /// How long registry passwords last from now on; 12 h to begin with, fractions of a second count.
    pub fn registry_token_life(&self, life: Duration) {
        self.settings().registry_token_life = life;
    }

    /// How long sessions last from now on, whatever the caller asks for; `None` is as asked.
    pub fn session_life(&self, life: Option<Duration>) {
        self.settings().session_life = life;
    }

    /// How long an access token of IAM Identity Center lasts from now on; 8 h to begin with.
    pub fn sign_in_life(&self, life: Duration) {
        self.settings().sign_in_life = life;
    }

    /// How the instance's metadata service behaves.
    pub fn instance(&self, mood: InstanceMood) {
        self.settings().instance = mood;
    }

    /// How long a service waits before it answers.
    pub fn latency(&self, service: Service, wait: Duration) {
        self.settings().latency.insert(service, wait);
    }

    /// Makes a service fail. Several faults strike one after the other, each as often as it is told.
    pub fn fail(&self, service: Service, fault: Fault, times: Times) {
        self.settings().faults.entry(service).or_default().push_back((fault, times));
    }

    /// Ends every fault and latency of a service.
    pub fn heal(&self, service: Service) {
        let mut settings = self.settings();
        settings.faults.remove(&service);
        settings.latency.remove(&service);
    }

    /// Sets the cloud's clock; negative is behind the machine's. What was issued before keeps its dates.
    pub fn clock_ahead_ms(&self, ahead_ms: i64) {
        self.clock.set_ahead_ms(ahead_ms);
    }

    pub(crate) fn clock(&self) -> &ServerClock {
        &self.clock
    }

    pub(super) fn current_registry_token_life(&self) -> Duration {
        self.settings().registry_token_life
    }

    pub(super) fn current_sign_in_life(&self) -> Duration {
        self.settings().sign_in_life
    }

    pub(super) fn current_instance(&self) -> InstanceMood {
        self.settings().instance.clone()
    }

    pub(super) fn session_life_for(&self, asked: Duration) -> Duration {
        self.settings().session_life.unwrap_or(asked)
    }

    pub(crate) fn current_latency(&self, service: Service) -> Duration {
        self.settings().latency.get(&service).copied().unwrap_or_default()
    }

    /// The fault that strikes this call, if any; asking counts as the call.
    pub(crate) fn strike(&self, service: Service) -> Option<Fault> {
        let mut settings = self.settings();
        let queue = settings.faults.get_mut(&service)?;
        while let Some((fault, times)) = queue.front_mut() {
            match times {
                Times::UntilHealed => return Some(fault.clone()),
                Times::Next(0) => drop(queue.pop_front()),
                Times::Next(left) => {
                    *left -= 1;
                    return Some(fault.clone());
                }
            }
        }
        None
    }

    fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_in_order_and_as_often_as_told() {
        let knobs = Knobs::default();
        knobs.fail(Service::Sts, Fault::HangUp, Times::Next(2));
        knobs.fail(Service::Sts, Fault::Garbage, Times::UntilHealed);

        let struck: Vec<_> = (0..4).map(|_| knobs.strike(Service::Sts)).collect();
        assert_eq!(
            struck,
            [Some(Fault::HangUp), Some(Fault::HangUp), Some(Fault::Garbage), Some(Fault::Garbage)]
        );
        assert_eq!(knobs.strike(Service::Ecr), None);
        knobs.heal(Service::Sts);
        assert_eq!(knobs.strike(Service::Sts), None);
    }
}
