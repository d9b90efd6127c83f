//! What was made to go wrong: faults that wait for their calls, latencies, and a clock that was set.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    clock::ServerClock,
    fault::{Fault, Times},
};

/// A handle; clones make the same trouble.
#[derive(Debug, Clone)]
pub struct Troubles<S> {
    clock: ServerClock,
    ahead: Arc<Mutex<Ahead<S>>>,
}

#[derive(Debug)]
struct Ahead<S> {
    latency: HashMap<S, Duration>,
    faults: HashMap<S, VecDeque<(Fault, Times)>>,
}

impl<S> Default for Troubles<S> {
    fn default() -> Self {
        Self::new(ServerClock::default())
    }
}

impl<S> Troubles<S> {
    pub(crate) fn new(clock: ServerClock) -> Self {
        let ahead = Ahead { latency: HashMap::new(), faults: HashMap::new() };
        Self { clock, ahead: Arc::new(Mutex::new(ahead)) }
    }

    /// Sets the cloud's clock; negative is behind the machine's. What was issued before keeps its dates.
    pub fn clock_ahead_ms(&self, ahead_ms: i64) {
        self.clock.set_ahead_ms(ahead_ms);
    }

    pub(crate) fn clock(&self) -> &ServerClock {
        &self.clock
    }
}

impl<S: Copy + Eq + Hash> Troubles<S> {
    /// How long a service waits before it answers.
    pub fn latency(&self, service: S, wait: Duration) {
        self.ahead().latency.insert(service, wait);
    }

    /// Makes a service fail. Several faults strike one after the other, each as often as it is told.
    pub fn fail(&self, service: S, fault: Fault, times: Times) {
        self.ahead().faults.entry(service).or_default().push_back((fault, times));
    }

    /// Ends every fault and latency of a service.
    pub fn heal(&self, service: S) {
        let mut ahead = self.ahead();
        ahead.faults.remove(&service);
        ahead.latency.remove(&service);
    }

    pub(crate) fn current_latency(&self, service: S) -> Duration {
        self.ahead().latency.get(&service).copied().unwrap_or_default()
    }

    /// The fault that strikes this call, if any; asking counts as the call.
    pub(crate) fn strike(&self, service: S) -> Option<Fault> {
        let mut ahead = self.ahead();
        let queue = ahead.faults.get_mut(&service)?;
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

    fn ahead(&self) -> MutexGuard<'_, Ahead<S>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_in_order_and_as_often_as_told() {
        let troubles = Troubles::default();
        troubles.fail('a', Fault::HangUp, Times::Next(2));
        troubles.fail('a', Fault::Garbage, Times::UntilHealed);

        let struck: Vec<_> = (0..4).map(|_| troubles.strike('a')).collect();
        assert_eq!(
            struck,
            [Some(Fault::HangUp), Some(Fault::HangUp), Some(Fault::Garbage), Some(Fault::Garbage)]
        );
        assert_eq!(troubles.strike('b'), None);
        troubles.heal('a');
        assert_eq!(troubles.strike('a'), None);
    }
}
