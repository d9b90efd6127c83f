//! Credentials of jobs: what proves who a job is ends with it, and the broker outlives both.

use std::path::Path;

use super::*;

#[tokio::test(start_paused = true)]
async fn what_cannot_be_renewed_is_left_alone_and_served_until_it_ends() {
    let bed = Bed::new();
    bed.cloud.renewable_for(Some(HOUR));
    let first = bed.get().await.unwrap().credential;
    bed.cloud.fails_from_now_on(ErrorKind::Denied);
    let keeper = tokio::spawn(Arc::clone(&bed.broker).keep_fresh());

    tokio::time::sleep(10 * HOUR).await;
    let due = bed.get().await.unwrap();
    tokio::time::sleep(2 * HOUR - Duration::from_secs(60)).await;
    let short = bed.get().await.unwrap();
    let asked = bed.cloud.calls();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let ended = bed.get().await.unwrap_err();
    keeper.abort();

    assert_eq!((due.source, &due.credential), (Source::Cache, &first));
    assert_eq!((short.source, &short.credential), (Source::Stale, &first));
    assert_eq!((asked, bed.cloud.calls()), (1, 2));
    assert_eq!(ended.kind, ErrorKind::Denied);
}

#[tokio::test(start_paused = true)]
async fn what_can_still_be_renewed_when_it_is_due_is_renewed() {
    let bed = Bed::new();
    bed.cloud.renewable_for(Some(11 * HOUR));
    bed.get().await.unwrap();
    bed.cloud.renewable_for(Some(HOUR));
    let keeper = tokio::spawn(Arc::clone(&bed.broker).keep_fresh());

    tokio::time::sleep(23 * HOUR).await;
    keeper.abort();

    assert_eq!(bed.cloud.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_person_can_have_a_new_one_made_when_the_broker_would_not() {
    let bed = Bed::new();
    bed.cloud.renewable_for(Some(HOUR));
    let first = bed.get().await.unwrap().credential;
    tokio::time::sleep(2 * HOUR).await;

    let forced = bed.broker.refresh(&bed.route, &Surroundings::default()).await.unwrap();

    assert_ne!(forced.credential, first);
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_can_renew_nothing_is_idle() {
    let bed = Bed::new();
    bed.cloud.renewable_for(Some(HOUR));
    bed.get().await.unwrap();

    tokio::time::sleep(HOUR).await;

    assert_eq!(bed.broker.idle_for(), Some(HOUR));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_refused_is_not_shown_again_until_somebody_asks() {
    let bed = of_token();
    let first = bed.get().await.unwrap().credential;
    bed.cloud.fails_from_now_on(ErrorKind::Denied);
    let keeper = tokio::spawn(Arc::clone(&bed.broker).keep_fresh());

    tokio::time::sleep(11 * HOUR).await;
    let alone = bed.cloud.calls();
    bed.cloud.recovers();
    let served = bed.get().await.unwrap().credential;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let renewed = bed.get().await.unwrap().credential;
    tokio::time::sleep(10 * HOUR).await;
    keeper.abort();

    assert_eq!((alone, served), (2, first.clone()));
    assert_ne!(renewed, first);
    assert_eq!(bed.cloud.calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_token_service_that_does_not_answer_is_asked_again() {
    let bed = of_token();
    bed.get().await.unwrap();
    bed.cloud.fails_from_now_on(ErrorKind::Unavailable);
    let keeper = tokio::spawn(Arc::clone(&bed.broker).keep_fresh());

    tokio::time::sleep(11 * HOUR).await;
    keeper.abort();

    assert!(bed.cloud.calls() > 10, "{}", bed.cloud.calls());
}

/// Somebody whose identity is proven by a token.
fn of_token() -> Bed {
    let config = Config::parse(
        Path::new("config.toml"),
        "[token.ci]\nfrom = \"github-actions\"\n[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\
         [[registry]]\nmatch = \"registry.example\"\nkind = \"token-exchange\"\nidentity = \"ci\"\n\
         endpoint = \"https://sts.example/token\"\nusername = \"x\"\n",
    );
    let clock = FakeClock::new();
    let cloud = Arc::new(FakeExchanger::new(clock.clone()));
    let broker = Broker::new(config.unwrap(), Arc::clone(&cloud) as _, Arc::new(clock.clone()));
    let route = broker.route("registry.example").unwrap().unwrap();
    Bed { broker, cloud, clock, route }
}

const HOUR: Duration = Duration::from_secs(3600);
