//! Several brokers and several users: none deletes another's robots while that one lives.

use std::time::Duration;

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::harbor::Harbor,
};

use super::{HOST, PULL, bed, comes_to_nothing, get, ledgers, noted, puller, robots, start, stop};
use crate::broker_life::processes::{is_alive, signal};

#[test]
fn a_robot_of_a_broker_of_one_request_outlives_it_until_its_end() {
    let harbor = Harbor::start().unwrap();
    harbor.knobs().robot_life(Some(Duration::from_secs(8)));
    let bed = puller(&harbor);
    stop(&bed);
    let once = [("SHOREPASS_SOCKET", "/proc/shorepass/broker.sock")];

    let (user, secret) = bed.helper_in(&once, "get", HOST).credential();
    let (other, _) = bed.helper_in(&once, "get", HOST).credential();

    assert_eq!(bed.broker(), None);
    assert!(harbor.allows(&user, &secret, "team", "pull"));
    assert_eq!((robots(&harbor), noted(&bed).len()), (vec![user, other], 2));
    start(&bed);
    assert!(comes_to_nothing(&harbor), "{:?}", robots(&harbor));
}

#[test]
fn two_brokers_of_one_user_leave_each_other_s_robots_alone() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let (first, first_secret) = get(&bed).credential();
    let other_socket = bed.path("run/other/broker.sock");
    let aside = [("SHOREPASS_SOCKET", other_socket.to_str().unwrap())];
    let (second, second_secret) = bed.helper_in(&aside, "get", HOST).credential();
    assert_eq!(ledgers(&bed).len(), 2);

    stop_aside(&bed, &aside);

    assert!(wait_until(|| ledgers(&bed).len() == 1));
    assert!(harbor.allows(&first, &first_secret, "team", "pull"));
    assert!(!harbor.allows(&second, &second_secret, "team", "pull"));
    assert_eq!(robots(&harbor), [first]);
}

#[test]
fn a_broker_takes_over_what_a_killed_neighbour_has_noted() {
    let harbor = Harbor::start().unwrap();
    harbor.knobs().robot_life(Some(Duration::from_secs(10)));
    let bed = puller(&harbor);
    let _ = get(&bed).credential();
    let other_socket = bed.path("run/other/broker.sock");
    let aside = [("SHOREPASS_SOCKET", other_socket.to_str().unwrap())];
    let _ = bed.helper_in(&aside, "get", HOST).credential();
    let status = bed.run("shorepass", &["status", "--json"], "", &aside).json();
    let neighbour: u32 = status["broker"]["pid"].as_u64().unwrap().try_into().unwrap();

    signal(neighbour, "KILL");
    assert!(wait_until(|| !is_alive(neighbour)));
    harbor.knobs().robot_life(None);
    let refreshed = bed.shorepass(&["refresh", HOST]);

    assert_eq!(refreshed.code, 0, "{refreshed:?}");
    assert!(wait_until(|| ledgers(&bed).len() == 1));
    assert!(wait_until(|| robots(&harbor).len() == 1), "{:?}", robots(&harbor));
    let (user, secret) = get(&bed).credential();
    assert!(harbor.allows(&user, &secret, "team", "pull"));
}

#[test]
fn two_users_have_robots_of_their_own() {
    let harbor = Harbor::start().unwrap();
    let (alice, bob) = (puller(&harbor), bed(&harbor, ("lead", "Leads-team-only-1"), PULL));

    let (of_alice, _) = get(&alice).credential();
    let (of_bob, secret) = get(&bob).credential();
    stop(&alice);

    assert_ne!(of_alice, of_bob);
    assert_eq!(robots(&harbor), std::slice::from_ref(&of_bob));
    assert!(harbor.allows(&of_bob, &secret, "team", "pull"));
}

fn stop_aside(bed: &Bed, aside: &[(&str, &str)]) {
    assert_eq!(bed.run("shorepass", &["broker", "stop"], "", aside).code, 0);
}
