use shorepass_secret::Secret;

use super::*;
use crate::{
    clock::{Clock, fake::FakeClock},
    config::Config,
    registry::Registry,
    schedule::Standing,
    scope::Scoper,
};

#[tokio::test(start_paused = true)]
async fn those_asked_for_longest_ago_make_room() {
    let mut bed = Bed::new();
    for number in 0..MOST_ENTRIES {
        tokio::time::advance(Duration::from_millis(1)).await;
        bed.ask(number, "");
    }
    bed.ask(0, "");
    tokio::time::advance(Duration::from_millis(1)).await;

    let newest = bed.ask(MOST_ENTRIES, "");

    let kept = MOST_ENTRIES - MOST_ENTRIES / 16;
    assert_eq!(bed.cache.keys().len(), kept + 1);
    assert_eq!((bed.cache.families.len(), bed.cache.agenda_len()), (kept + 1, kept + 1));
    assert!(bed.cache.get_mut(newest.key).is_some());
    assert!(bed.cache.get_mut(bed.scope(0, "").key).is_some());
    assert!(bed.cache.get_mut(bed.scope(1, "").key).is_none());
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_leaves_nothing_behind() {
    let mut bed = Bed::new();
    bed.ask(1, "a");
    bed.ask(1, "b");
    bed.ask(2, "a");

    bed.cache.remove(|_| true);

    assert_eq!((bed.cache.families.len(), bed.cache.agenda_len()), (0, 0));
    assert_eq!(bed.cache.until_look(bed.clock.now()), None);
}

#[tokio::test(start_paused = true)]
async fn only_sessions_of_one_principal_in_one_family_share() {
    let mut bed = Bed::new();
    let [a, b, other, elsewhere] =
        [(1, "a"), (1, "b"), (1, "c"), (2, "a")].map(|(account, session)| bed.ask(account, session));
    for (scope, principal) in [(a, "ci"), (b, "ci"), (other, "ops"), (elsewhere, "ci")] {
        bed.cache.get_mut(scope.key).unwrap().principal = Some(principal.to_owned());
    }
    bed.cache.get_mut(a.key).unwrap().credential = Some(Arc::new(bed.credential()));

    let mut shared = bed.cache.share(a.key);

    shared.sort_unstable();
    let mut expected = vec![a.key, b.key];
    expected.sort_unstable();
    assert_eq!(shared, expected);
    let has = |scope: Scope| bed.cache.entries[&scope.key].credential.is_some();
    assert_eq!([a, b, other, elsewhere].map(has), [true, true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn what_has_no_end_is_looked_up_when_it_is_asked_for_and_not_ahead() {
    let mut bed = Bed::new();
    let scope = bed.ask(1, "a");
    let credential = Credential { is_lasting: true, ..bed.credential() };
    let entry = bed.cache.get_mut(scope.key).unwrap();
    entry.credential = Some(Arc::new(credential));

    tokio::time::advance(Duration::from_secs(3000)).await;

    let now = bed.clock.now();
    let entry = bed.cache.get_mut(scope.key).unwrap();
    assert_eq!(entry.until_refresh(Duration::from_secs(86_400), now), None);
    assert_eq!(entry.standing(now), Some(Standing::Due));
}

struct Bed {
    cache: Cache,
    clock: FakeClock,
    scoper: Scoper,
}

impl Bed {
    fn new() -> Self {
        Self { cache: Cache::default(), clock: FakeClock::new(), scoper: Scoper::keyed(b"k") }
    }

    fn ask(&mut self, account: usize, session: &str) -> Scope {
        let (now, scope) = (self.clock.now(), self.scope(account, session));
        self.cache.asked(scope, &route(account), &surroundings(session), now);
        self.cache.note(scope.key, Duration::ZERO, now);
        scope
    }

    fn scope(&self, account: usize, session: &str) -> Scope {
        self.scoper.scope(&route(account), &surroundings(session))
    }

    fn credential(&self) -> Credential {
        let issued = self.clock.now();
        Credential {
            username: "AWS".into(),
            secret: Secret::new("s"),
            issued,
            expires_at: issued.wall + Duration::from_secs(3600),
            is_lasting: false,
            clock_ahead_ms: 0,
        }
    }
}

fn route(account: usize) -> Route {
    let host = format!("{account:012}.dkr.ecr.eu-west-1.amazonaws.com");
    Route::find(&Config::default(), Registry::parse(&host).unwrap()).unwrap()
}

fn surroundings(session: &str) -> Surroundings {
    let env = [("AWS_SESSION_TOKEN".to_owned(), Secret::new(session))].into();
    Surroundings { env, ..Surroundings::default() }
}
