//! When an account is asked about again, and what is shown of it meanwhile.

use std::time::SystemTime;

use shorepass_core::{config::Config, registry::Registry, vault::VaultSettings};
use shorepass_secret::Secret;

use super::*;
use crate::{robots::Robots, vault::Vaults};

#[test]
fn an_account_is_wished_for_once_in_a_quarter_of_an_hour() {
    let (limits, clock) = limits();
    let wished = |user: &str, minutes: u64| {
        clock.set(minutes);
        limits.read_later(wish(user));
        limits.wishes.try_lock().unwrap().try_recv().is_ok()
    };

    assert!(wished("alice", 0));
    assert!(!wished("alice", 14));
    assert!(wished("bob", 14));
    assert!(wished("alice", 15));
    assert!(!wished("alice", 29));
}

#[test]
fn a_full_queue_holds_nobody_up_and_is_no_reading() {
    let (limits, _) = limits();
    for number in 0..MOST_WISHES {
        limits.read_later(wish(&format!("user-{number}")));
    }

    limits.read_later(wish("alice"));

    assert!(!limits.noted().contains_key(&wish("alice").account()));
}

#[test]
fn a_reading_is_shown_to_its_user_until_it_means_nothing() {
    let (limits, clock) = limits();
    let told = Told { limit: Some(200), remaining: Some(7), ..Told::default() };
    limits.take(&wish("alice"), told);

    let remaining = |owner: u32| limits.last(Some(owner)).first().and_then(|told| told.remaining);
    assert_eq!((remaining(1000), remaining(1001)), (Some(7), None));
    // Asked again and not told: what was told before stands.
    clock.set(30);
    limits.read_later(wish("alice"));
    assert_eq!(remaining(1000), Some(7));
    clock.set(30 + 360);
    assert_eq!(remaining(1000), None);
}

#[test]
fn the_book_is_bounded() {
    let (limits, clock) = limits();
    for number in 0..=MOST_ACCOUNTS {
        clock.set(number as u64 % 60);
        limits.take(&wish(&format!("user-{number}")), Told::default());
    }

    assert_eq!(limits.noted().len(), MOST_ACCOUNTS);
}

#[test]
fn nothing_is_wished_for_where_it_is_switched_off_or_the_registry_is_another() {
    let of = |host: &str, config: &str| {
        let config = Config::parse("config.toml".as_ref(), config).unwrap();
        let route = Route::find(&config, Registry::parse(host).unwrap()).unwrap();
        Wish::of(&route, None, &Surroundings::default()).is_some()
    };

    assert!(of("docker.io", "") && of("dhi.io", ""));
    assert!(!of("ghcr.io", ""));
    assert!(!of("docker.io", "[[registry]]\nmatch = \"docker.io\"\npull_limit = false\n"));
}

fn wish(user: &str) -> Wish {
    let Some(Target::DockerHub(target)) =
        Route::find(&Config::default(), Registry::parse("docker.io").unwrap()).ok().map(|route| route.target)
    else {
        panic!("docker.io is Docker Hub")
    };
    Wish {
        registry: "docker.io".into(),
        target,
        login: Some(Login { username: user.into(), secret: Secret::new("canary") }),
        surroundings: Surroundings { uid: Some(1000), ..Surroundings::default() },
    }
}

fn limits() -> (PullLimits, Arc<Minutes>) {
    let clock = Arc::new(Minutes::default());
    let vaults = Arc::new(Vaults::new(VaultSettings::default(), clock.clone()));
    let robots = Arc::new(Robots::new(None, clock.clone()));
    let workers = Arc::new(WorkerExchanger::new(1, Duration::from_secs(1), vaults, robots));
    (PullLimits::new(workers, clock.clone()), clock)
}

#[derive(Default)]
struct Minutes(Mutex<u64>);

impl Minutes {
    fn set(&self, minutes: u64) {
        *self.0.lock().unwrap() = minutes;
    }
}

impl Clock for Minutes {
    fn now(&self) -> Moment {
        let steady = Duration::from_secs(60 * *self.0.lock().unwrap());
        Moment { wall: SystemTime::UNIX_EPOCH + steady, steady }
    }
}
