//! Under a service manager: the socket handed over, readiness told.

use std::{
    fs,
    os::unix::{fs::PermissionsExt, net::UnixDatagram},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::aws::Aws,
    programs,
};

use super::{
    Foreground,
    processes::{children, is_alive, signal},
};
use crate::ECR;

#[test]
fn a_socket_that_systemd_listens_on_is_used_and_left_in_place() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let manager = activate(&bed);

    let _ = bed.helper("get", ECR).credential();
    let broker = bed.broker().unwrap();
    let _ = bed.helper("get", ECR).credential();

    assert_eq!(bed.counter("hits"), 1);
    assert!(broker == manager.0.id() || children(manager.0.id()).contains(&broker));
    signal(broker, "TERM");
    assert!(wait_until(|| !is_alive(broker)));
    assert!(bed.path(SOCKET).exists(), "the socket belongs to the manager");
}

#[test]
fn a_worker_inherits_no_socket() {
    let bed = Bed::new();
    let script = format!("#!/bin/sh\nls -l /proc/$$/fd > {}\n", bed.path("seen").display());
    let worker = bed.write("worker", &script);
    fs::set_permissions(&worker, fs::Permissions::from_mode(0o755)).unwrap();
    let _manager = activate(&bed);

    assert_eq!(bed.helper("get", ECR).code, 1);

    let open = fs::read_to_string(bed.path("seen")).unwrap();
    assert!(open.contains("pipe:"), "{open}");
    assert!(!open.contains("socket:"), "{open}");
}

#[test]
fn the_service_manager_is_told_once_it_listens() {
    let mut bed = Bed::new();
    let address = bed.path("notify");
    let manager = UnixDatagram::bind(&address).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    bed.set("NOTIFY_SOCKET", address.to_str().unwrap());
    let broker = Foreground(bed.start("shorepassd", &[], &[]));

    let mut message = [0; 256];
    let length = manager.recv(&mut message).unwrap();

    let message = std::str::from_utf8(&message[..length]).unwrap();
    assert!(message.lines().any(|line| line == "READY=1"), "{message}");
    assert_eq!(bed.broker(), Some(broker.0.id()));
}

/// A service manager that listens for the bed's broker, and runs the file `worker`, if there is one, for exchanges.
fn activate(bed: &Bed) -> Foreground {
    let program = Path::new("/usr/bin/systemd-socket-activate");
    assert!(program.is_file(), "{} is missing: install the package `systemd`", program.display());
    fs::create_dir(bed.path("run/shorepass")).unwrap();
    let mut command = Command::new(program);
    command.arg("--listen").arg(bed.path(SOCKET)).env_clear();
    for (name, place) in [
        ("HOME", "home"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "home/.config"),
        ("XDG_STATE_HOME", "home/.local/state"),
        ("SHOREPASS_EXCHANGE", "worker"),
    ] {
        if name != "SHOREPASS_EXCHANGE" || bed.path(place).exists() {
            command.arg("-E").arg(format!("{name}={}", bed.path(place).display()));
        }
    }
    command.arg(programs::program("shorepassd")).stderr(Stdio::null());
    let manager = Foreground(command.spawn().unwrap());
    assert!(wait_until(|| bed.path(SOCKET).exists()));
    manager
}

const SOCKET: &str = "run/shorepass/broker.sock";
