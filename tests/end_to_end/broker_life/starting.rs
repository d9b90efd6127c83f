//! How a broker comes to listen, whatever stands in its way.

use std::os::unix::net::{UnixListener, UnixStream};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::aws::{Aws, Service},
};

use super::{
    first_line, in_foreground,
    processes::{children, is_alive, signal},
};
use crate::{ECR, LONG};

#[test]
fn the_first_helper_starts_the_broker_and_the_next_one_finds_it() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    assert_eq!(bed.broker(), None);

    let _ = bed.helper("get", ECR).credential();
    let broker = bed.broker();
    let _ = bed.helper("get", ECR).credential();

    assert!(broker.is_some());
    assert_eq!(bed.broker(), broker);
    assert_eq!((bed.counter("requests"), bed.counter("hits")), (2, 1));
}

#[test]
fn in_the_background_it_says_ready_once_it_listens() {
    let bed = Bed::new();
    let mut broker = bed.start("shorepassd", &["--auto"], &[]);

    let line = first_line(&mut broker);

    assert_eq!(line, "ready");
    assert!(UnixStream::connect(bed.path("run/shorepass/broker.sock")).is_ok());
    assert_eq!(bed.broker(), Some(broker.id()));
    let _ = bed.shorepass(&["broker", "stop"]);
    let _ = broker.wait();
}

#[test]
fn the_socket_that_a_killed_broker_left_is_taken_over() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _ = bed.helper("get", ECR).credential();
    let first = bed.broker().unwrap();

    signal(first, "KILL");
    assert!(wait_until(|| !is_alive(first)));
    assert!(bed.path("run/shorepass/broker.sock").exists());
    let _ = bed.helper("get", ECR).credential();

    assert_ne!(bed.broker().unwrap(), first);
}

#[test]
fn a_second_broker_on_the_same_socket_says_so_and_leaves_the_first_alone() {
    let bed = Bed::new();
    let first = in_foreground(&bed);

    let in_foreground = bed.run("shorepassd", &[], "", &[]);
    let in_background = bed.run("shorepassd", &["--auto"], "", &[]);

    assert_eq!(
        (in_foreground.code, in_foreground.stderr.as_str()),
        (1, "error: a broker is running already\n")
    );
    assert_eq!((in_background.code, in_background.stdout.as_str()), (0, "ready\n"));
    assert_eq!(bed.broker(), Some(first.0.id()));
}

#[test]
fn the_socket_of_another_program_is_not_taken_away() {
    let bed = Bed::new();
    let socket = bed.path("run/other.sock");
    let _listener = UnixListener::bind(&socket).unwrap();

    let said = bed.run("shorepassd", &["--socket", socket.to_str().unwrap()], "", &[]);

    assert_eq!(said.code, 1);
    assert_eq!(said.stderr, format!("error: another process listens on `{}` already\n", socket.display()));
    assert!(UnixStream::connect(&socket).is_ok());
}

#[test]
fn a_folder_that_others_may_write_to_is_refused_with_the_remedy() {
    use std::{fs, os::unix::fs::PermissionsExt};
    let bed = Bed::new();
    let folder = bed.path("run/shorepass");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).unwrap();

    let said = bed.run("shorepassd", &[], "", &[]);

    assert_eq!(said.code, 1);
    assert!(said.stderr.contains(&format!("run `chmod go-w {}`", folder.display())), "{}", said.stderr);
}

#[test]
fn a_broker_killed_in_the_middle_costs_no_helper_its_answer() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    let first = bed.broker().unwrap();
    cloud.knobs().latency(Service::Ecr, LONG);
    let waiting = bed.start("docker-credential-shorepass", &["get"], &[]);
    let waiting = std::thread::spawn(move || finish(waiting, ECR.into(), "the waiting helper"));
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 1, LONG));
    let workers = children(first);
    cloud.knobs().heal(Service::Ecr);

    signal(first, "KILL");
    let (user, next) = bed.helper("get", ECR).credential();
    let (_, waited_for) = waiting.join().unwrap().credential();

    assert!(cloud.issued().is_valid(&user, &next) && cloud.issued().is_valid(&user, &waited_for));
    assert!(wait_until(|| !is_alive(first)));
    assert!(bed.helper("get", ECR).code == 0 && bed.broker().is_some());
    assert!(!workers.is_empty());
    assert!(wait_until(|| !workers.iter().any(|worker| is_alive(*worker))), "a worker outlives its broker");
}
