mod jobs;

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use shorepass_secret::Secret;

use super::*;
use crate::{
    clock::fake::FakeClock,
    exchange::{ErrorKind, Exchanged, Exchanging, Made},
};

#[tokio::test(start_paused = true)]
async fn a_second_get_is_answered_from_the_cache() {
    let bed = Bed::new();

    let first = bed.get().await.unwrap();
    let second = bed.get().await.unwrap();

    assert_eq!((first.source, second.source), (Source::Exchange, Source::Cache));
    assert_eq!(first.credential, second.credential);
    assert_eq!(bed.cloud.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn callers_at_once_share_one_exchange() {
    let bed = Bed::new();
    bed.cloud.takes(Duration::from_secs(1));

    let mut callers = JoinSet::new();
    for _ in 0..200 {
        let bed = bed.clone();
        callers.spawn(async move { bed.get().await.unwrap().credential });
    }
    let answers = callers.join_all().await;

    assert!(answers.iter().all(|answer| answer == &answers[0]));
    assert_eq!(bed.cloud.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_leaves_does_not_cancel_the_exchange() {
    let bed = Bed::new();
    bed.cloud.takes(Duration::from_secs(3));

    let left = tokio::time::timeout(Duration::from_secs(1), bed.get()).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let answer = bed.get().await.unwrap();

    assert!(left.is_err());
    assert_eq!((answer.source, bed.cloud.calls()), (Source::Cache, 1));
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_an_exchange_is_an_error_and_the_next_one_works() {
    let bed = Bed::new();
    bed.cloud.next(Next::Panic);

    let error = bed.get().await.unwrap_err();
    let answer = bed.get().await.unwrap();

    assert_eq!(error.code, "exchange_lost");
    assert_eq!(answer.source, Source::Exchange);
}

#[tokio::test(start_paused = true)]
async fn a_due_credential_is_handed_out_and_renewed_behind() {
    let bed = Bed::new();
    let first = bed.get().await.unwrap().credential;

    tokio::time::sleep(Duration::from_secs(10 * 3600)).await;
    let second = bed.get().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let third = bed.get().await.unwrap();

    assert_eq!((second.source, &second.credential), (Source::Cache, &first));
    assert_eq!(third.source, Source::Cache);
    assert_ne!(third.credential, first);
    assert_eq!(bed.cloud.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_loop_renews_what_is_warm_and_leaves_what_is_cold() {
    let bed = Bed::new();
    bed.get().await.unwrap();
    let keeper = tokio::spawn(Arc::clone(&bed.broker).keep_fresh());

    tokio::time::sleep(Duration::from_secs(23 * 3600)).await;
    let (warm, counters) = (bed.cloud.calls(), bed.broker.counters());
    tokio::time::sleep(Duration::from_secs(72 * 3600)).await;
    keeper.abort();

    assert_eq!((warm, counters.refreshes), (3, 2));
    assert_eq!(bed.cloud.calls(), 3);
    assert_eq!(bed.broker.entries(None), []);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_ridden_out_until_the_credential_really_ends() {
    let bed = Bed::new();
    bed.get().await.unwrap();
    let keeper = tokio::spawn(Arc::clone(&bed.broker).keep_fresh());
    bed.cloud.fails_from_now_on(ErrorKind::Unavailable);

    tokio::time::sleep(Duration::from_secs(12 * 3600 - 60)).await;
    let stale = bed.get().await.unwrap();
    tokio::time::sleep(Duration::from_secs(61)).await;
    let error = bed.get().await.unwrap_err();
    bed.cloud.recovers();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let fresh = bed.get().await.unwrap();
    keeper.abort();

    assert_eq!(stale.source, Source::Stale);
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert_eq!(fresh.credential.username, "AWS");
    // Backoff: about one try in four minutes over three hours, not one a second.
    assert!((20..=120).contains(&bed.cloud.calls()), "{}", bed.cloud.calls());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_remembered_for_ten_seconds_and_forgotten_on_a_change() {
    let bed = Bed::new();
    bed.cloud.fails_from_now_on(ErrorKind::Denied);

    for _ in 0..5 {
        bed.get().await.unwrap_err();
    }
    let at_once = bed.cloud.calls();
    tokio::time::sleep(Duration::from_secs(10)).await;
    bed.get().await.unwrap_err();
    let later = bed.cloud.calls();
    bed.cloud.recovers();
    bed.broker.reconfigure(Config::default());

    assert_eq!((at_once, later), (1, 2));
    assert!(bed.get().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_asked_again_after_two_seconds_or_when_the_upstream_says() {
    let bed = Bed::new();
    bed.cloud.fails_from_now_on(ErrorKind::Unavailable);
    bed.get().await.unwrap_err();
    bed.get().await.unwrap_err();
    let at_once = bed.cloud.calls();
    tokio::time::sleep(Duration::from_secs(2)).await;
    bed.cloud.retry_after(Some(Duration::from_secs(40)));
    bed.get().await.unwrap_err();
    tokio::time::sleep(Duration::from_secs(39)).await;
    bed.get().await.unwrap_err();
    let patient = bed.cloud.calls();
    tokio::time::sleep(Duration::from_secs(1)).await;
    bed.get().await.unwrap_err();

    assert_eq!((at_once, patient, bed.cloud.calls()), (1, 2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_short_life_is_not_handed_out_when_a_better_one_can_be_had() {
    let bed = Bed::new();
    bed.get().await.unwrap();

    tokio::time::sleep(Duration::from_secs(12 * 3600 - 5 * 60)).await;
    let answer = bed.get().await.unwrap();

    assert_eq!(answer.source, Source::Exchange);
}

#[tokio::test(start_paused = true)]
async fn hours_of_sleep_that_only_the_wall_clock_saw_count() {
    let bed = Bed::new();
    bed.get().await.unwrap();

    bed.clock.step_wall(Duration::from_secs(14 * 3600));
    let after_sleep = bed.get().await.unwrap();
    bed.clock.step_wall_back(Duration::from_secs(24 * 3600));
    tokio::time::sleep(Duration::from_secs(12 * 3600)).await;
    let after_step_back = bed.get().await.unwrap();

    assert_eq!(after_sleep.source, Source::Exchange);
    assert_eq!(after_step_back.source, Source::Exchange);
}

#[tokio::test(start_paused = true)]
async fn what_was_forgotten_does_not_come_back_with_a_late_answer() {
    let bed = Bed::new();
    bed.cloud.takes(Duration::from_secs(5));
    let waiting = tokio::spawn({
        let bed = bed.clone();
        async move { bed.get().await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;

    bed.broker.forget(None, None);
    let answer = waiting.await.unwrap();

    assert!(answer.is_ok());
    assert_eq!(bed.broker.entries(None), []);
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_repeats_itself_is_not_pestered() {
    let bed = Bed::new();
    let first = bed.get().await.unwrap().credential;
    bed.cloud.next(Next::ExpiresAt(first.expires_at));
    let keeper = tokio::spawn(Arc::clone(&bed.broker).keep_fresh());

    tokio::time::sleep(Duration::from_secs(10 * 3600 + 30 * 60)).await;
    let asked = bed.cloud.calls();
    tokio::time::sleep(Duration::from_secs(30 * 60)).await;
    keeper.abort();

    assert_eq!((asked, bed.cloud.calls()), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_has_expired_already_is_an_error() {
    let bed = Bed::new();
    for _ in 0..2 {
        bed.cloud.next(Next::ExpiresAt(SystemTime::UNIX_EPOCH));
    }

    assert_eq!(bed.get().await.unwrap_err().code, "already_expired");
}

#[tokio::test(start_paused = true)]
async fn an_exchange_that_a_suspend_has_overtaken_is_made_again() {
    let bed = Bed::new();
    bed.cloud.next(Next::ExpiresAt(SystemTime::UNIX_EPOCH));

    assert!(bed.get().await.is_ok());
    assert_eq!(bed.cloud.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn sessions_of_one_principal_share_and_others_do_not() {
    let bed = Bed::new();
    bed.cloud.is_asked_for_principals();
    let [one, two, other] =
        ["ASIA1-ci", "ASIA2-ci", "ASIA3-ops"].map(|key| surroundings("AWS_ACCESS_KEY_ID", key));

    let first = bed.broker.get(&bed.route, &one).await.unwrap();
    let same = bed.broker.get(&bed.route, &two).await.unwrap();
    let different = bed.broker.get(&bed.route, &other).await.unwrap();

    assert_eq!(first.credential, same.credential);
    assert_ne!(first.credential, different.credential);
}

#[tokio::test(start_paused = true)]
async fn two_profiles_never_share() {
    let bed = Bed::new();
    bed.cloud.is_asked_for_principals();
    let [a, b] = ["a-ci", "b-ci"].map(|profile| surroundings("AWS_PROFILE", profile));

    let first = bed.broker.get(&bed.route, &a).await.unwrap();
    let second = bed.broker.get(&bed.route, &b).await.unwrap();

    assert_ne!(first.credential, second.credential);
}

#[tokio::test(start_paused = true)]
async fn a_broker_is_idle_only_when_nothing_wants_refreshing() {
    let bed = Bed::new();
    bed.get().await.unwrap();
    let at_once = bed.broker.idle_for();
    tokio::time::sleep(Duration::from_secs(25 * 3600)).await;

    assert_eq!(at_once, None);
    assert_eq!(bed.broker.idle_for(), Some(Duration::from_secs(25 * 3600)));
}

#[derive(Clone)]
struct Bed {
    broker: Arc<Broker>,
    cloud: Arc<FakeExchanger>,
    clock: FakeClock,
    route: Route,
}

impl Bed {
    fn new() -> Self {
        let clock = FakeClock::new();
        let cloud = Arc::new(FakeExchanger::new(clock.clone()));
        let broker = Broker::new(Config::default(), Arc::clone(&cloud) as _, Arc::new(clock.clone()));
        let route = broker.route("123456789012.dkr.ecr.eu-west-1.amazonaws.com").unwrap().unwrap();
        Self { broker, cloud, clock, route }
    }

    async fn get(&self) -> Result<Answer, ExchangeError> {
        self.broker.get(&self.route, &Surroundings::default()).await
    }
}

fn surroundings(name: &str, value: &str) -> Surroundings {
    Surroundings { uid: Some(1000), gid: None, env: [(name.to_owned(), Secret::new(value))].into() }
}

/// Makes credentials of twelve hours, numbered.
struct FakeExchanger {
    clock: FakeClock,
    calls: AtomicU64,
    script: Mutex<Script>,
}

#[derive(Default)]
struct Script {
    takes: Duration,
    fails: Option<ErrorKind>,
    retry_after: Option<Duration>,
    renewable: Option<Duration>,
    knows_principals: bool,
    next: VecDeque<Next>,
}

enum Next {
    Panic,
    ExpiresAt(SystemTime),
}

impl FakeExchanger {
    fn new(clock: FakeClock) -> Self {
        Self { clock, calls: AtomicU64::new(0), script: Mutex::default() }
    }

    fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    fn takes(&self, time: Duration) {
        self.script.lock().unwrap().takes = time;
    }

    fn fails_from_now_on(&self, kind: ErrorKind) {
        self.script.lock().unwrap().fails = Some(kind);
    }

    fn recovers(&self) {
        self.script.lock().unwrap().fails = None;
    }

    fn retry_after(&self, after: Option<Duration>) {
        self.script.lock().unwrap().retry_after = after;
    }

    /// What proves the identity ends so long after each exchange from now on.
    fn renewable_for(&self, time: Option<Duration>) {
        self.script.lock().unwrap().renewable = time;
    }

    fn next(&self, next: Next) {
        self.script.lock().unwrap().next.push_back(next);
    }

    /// The principal is what follows the dash in the caller's value.
    fn is_asked_for_principals(&self) {
        self.script.lock().unwrap().knows_principals = true;
    }
}

impl Exchanger for FakeExchanger {
    fn exchange(&self, request: ExchangeRequest, surroundings: Surroundings) -> Exchanging {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let now = self.clock.now().wall;
        let (takes, fails, retry_after, renewable, next, principal) = {
            let mut script = self.script.lock().unwrap();
            let value = surroundings.env.values().next().map(|value| value.expose().to_owned());
            let principal =
                value.filter(|_| script.knows_principals).map(|value| value[value.len() - 2..].to_owned());
            let Script { takes, fails, retry_after, renewable, .. } = *script;
            (takes, fails, retry_after, renewable, script.next.pop_front(), principal)
        };
        Box::pin(async move {
            tokio::time::sleep(takes).await;
            if let Some(kind) = fails {
                return Err(ExchangeError::new(kind, "scripted", "as told").with_retry_after(retry_after));
            }
            if let Some(principal) = principal.clone().filter(|principal| request.known.contains(principal)) {
                return Ok(Exchanged::SameAs { principal });
            }
            let expires_at = match next {
                Some(Next::Panic) => panic!("as told"),
                Some(Next::ExpiresAt(at)) => at,
                None => now + Duration::from_secs(12 * 3600),
            };
            Ok(Exchanged::Credential(Made {
                username: "AWS".into(),
                secret: Secret::new(format!("secret-{number}")),
                life_ms: expires_at.duration_since(now).unwrap_or_default().as_millis().try_into().unwrap(),
                principal,
                is_lasting: false,
                clock_ahead_ms: 0,
                renewable_ms: renewable.map(|time| time.as_millis().try_into().unwrap()),
            }))
        })
    }
}
