//! Users who are not root: without a home of their own, without an entry in the passwd file, and curious ones.

use std::{fs, io::Write, time::Duration};

use shorepass_tests::{
    bed::{finish, wait_until},
    cloud::aws::{Aws, Service},
};

use crate::{
    ECR, HELPER, assert_answered,
    place::{Killed, NOBODY, Place},
    processes,
};

#[test]
fn a_home_that_can_only_be_read_is_enough() {
    let cloud = Aws::start().unwrap();
    let place = Place::new(NOBODY);
    fs::create_dir(place.path("home")).unwrap();

    for variables in [&[][..], &["XDG_RUNTIME_DIR"], &["XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME"]]
    {
        let mut get = place.command(HELPER, &cloud);
        get.arg("get").env("HOME", place.path("home"));
        for name in variables {
            get.env(name, place.path("home"));
        }

        let said = finish(get.spawn().unwrap(), ECR.into(), HELPER);

        assert_answered(&cloud, &said);
    }
    assert_eq!(fs::read_dir(place.path("home")).unwrap().count(), 0);
}

#[test]
fn a_user_whom_the_passwd_file_does_not_know_and_without_a_home_is_answered() {
    let cloud = Aws::start().unwrap();
    let place = Place::new(54_321);

    let said = finish(place.command(HELPER, &cloud).arg("get").spawn().unwrap(), ECR.into(), HELPER);

    assert_answered(&cloud, &said);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
}

#[test]
fn broker_and_worker_cannot_be_looked_into_by_processes_of_their_own_user() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().latency(Service::Ecr, Duration::from_secs(10));
    let place = Place::new(NOBODY);
    let socket = place.own_folder("own").join("broker.sock");
    let mut broker =
        Killed(place.command("shorepassd", &cloud).arg("--socket").arg(&socket).spawn().unwrap());
    assert!(wait_until(|| socket.exists()));
    let mut helper = place.command(HELPER, &cloud);
    let mut helper = Killed(helper.arg("get").env("SHOREPASS_SOCKET", &socket).spawn().unwrap());
    helper.0.stdin.take().unwrap().write_all(ECR.as_bytes()).unwrap();
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 1, Duration::from_secs(10)));
    let worker = processes::children(broker.0.id())[0];

    let (of_broker, of_worker) = (readable(&place, broker.0.id()), readable(&place, worker));
    let mut sleep = Killed(place.plain("sleep", &["10"]).spawn().unwrap());
    let of_others = readable(&place, sleep.0.id());

    for secret in SECRET {
        assert!(of_others.contains(&(*secret).to_owned()), "the look is no look: {of_others:?}");
    }
    for readable in [of_broker, of_worker] {
        assert_eq!(readable, ["cmdline", "comm", "limits", "stat", "status"]);
    }
    for each in [&mut helper, &mut broker, &mut sleep] {
        each.end();
    }
}

/// The files about a process that this user can read.
fn readable(place: &Place, pid: u32) -> Vec<String> {
    let look = "for file in \"$@\"; do head -c 1 \"$file\" >/dev/null 2>&1 && echo \"$file\"; done";
    let files = SECRET.iter().chain(PUBLIC).copied();
    let mut shell = place.plain("sh", &["-c", look, "sh"]);
    let shell = shell.args(files).current_dir(format!("/proc/{pid}"));
    let mut found: Vec<String> =
        finish(shell.spawn().unwrap(), Vec::new(), "sh").stdout.lines().map(str::to_owned).collect();
    found.sort();
    found
}

const SECRET: &[&str] = &["environ", "maps", "auxv", "io", "smaps"];
const PUBLIC: &[&str] = &["cmdline", "comm", "limits", "stat", "status"];
