//! Two users of one machine: neither is served by, nor sends anything to, the other's broker.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        net::UnixStream,
        process::CommandExt,
    },
    path::PathBuf,
    process::{Command, Stdio},
};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::aws::Aws,
};

use super::running;
use crate::{ECR, broker_life::processes::copy_program};

#[test]
fn another_user_s_process_is_turned_away() {
    let place = Place::open_to_all();
    let bed = running(Bed::new());
    for (path, mode) in
        [("", 0o755), ("run", 0o755), ("run/shorepass", 0o755), ("run/shorepass/broker.sock", 0o666)]
    {
        fs::set_permissions(bed.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    let mut status = place.command("shorepass");
    status.args(["status", "--json"]).env("SHOREPASS_SOCKET", bed.path("run/shorepass/broker.sock"));
    let said = finish(status.spawn().unwrap(), Vec::new(), "shorepass of another user");

    assert_eq!(said.code, 4, "{said:?}");
    assert_eq!(said.json()["error"]["code"], "foreign_user");
    assert!(said.stderr.contains("belongs to another user"), "{said:?}");
    let log = fs::read_to_string(bed.path("home/.local/state/shorepass/shorepassd.log")).unwrap();
    assert!(log.contains("turned away") && log.contains(&format!("uid={NOBODY}")), "{log}");
}

#[test]
fn the_helper_sends_nothing_to_another_user_s_socket() {
    let place = Place::open_to_all();
    let socket = place.path("home/broker.sock");
    let mut broker = place.command("shorepassd").arg("--socket").arg(&socket).spawn().unwrap();
    assert!(wait_until(|| UnixStream::connect(&socket).is_ok()));
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.set("SHOREPASS_SOCKET", socket.to_str().unwrap());

    let (get, erase, list) = (bed.helper("get", ECR), bed.helper("erase", ECR), bed.helper("list", ""));
    let _ = broker.kill();
    let _ = broker.wait();

    let refusal =
        format!("the socket `{}` belongs to user {NOBODY}, nothing was sent to it", socket.display());
    for said in [get, erase] {
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.stdout.contains(&refusal), "{said:?}");
    }
    assert_eq!(list.stdout, "{}\n");
    assert_eq!(cloud.counts().len(), 0);
}

#[test]
fn a_machine_wide_broker_works_as_the_caller_and_is_not_the_caller_s_to_stop() {
    let place = Place::open_to_all();
    let exchange = place.path("exchange");
    let reply = r#"{"status":"error","kind":"denied","code":"access_denied","message":"this is user %s"}\n"#;
    fs::write(&exchange, format!("#!/bin/sh\ncat >/dev/null\nprintf '{reply}' \"$(id -u)\"\n")).unwrap();
    fs::set_permissions(&exchange, fs::Permissions::from_mode(0o755)).unwrap();
    let socket = place.path("machine/broker.sock");
    let bed = Bed::new();
    let variables = [("SHOREPASS_EXCHANGE", exchange.to_str().unwrap())];
    let mut machine =
        bed.start("shorepassd", &["--machine", "--socket", socket.to_str().unwrap()], &variables);
    assert!(wait_until(|| UnixStream::connect(&socket).is_ok()));
    let as_user = |program: &str, words: &[&str], input: &str| {
        let mut command = place.command(program);
        command.args(words).env("SHOREPASS_SOCKET", &socket).stdin(Stdio::piped());
        finish(command.spawn().unwrap(), input.into(), program)
    };

    let get = as_user("docker-credential-shorepass", &["get"], ECR);
    let own = as_user("shorepass", &["status", "--json"], "").json();
    let stop = as_user("shorepass", &["broker", "stop"], "");
    let is_alive = machine.try_wait().unwrap().is_none();
    let _ = machine.kill();
    let _ = machine.wait();

    assert!(get.stdout.contains(&format!("this is user {NOBODY}")), "{get:?}");
    assert_eq!(own["credentials"].as_array().unwrap().len(), 1);
    assert_eq!(stop.code, 4, "{stop:?}");
    assert!(is_alive);
}

/// A folder that another user can work in, with our programs beside it.
struct Place(tempfile::TempDir);

impl Place {
    fn open_to_all() -> Self {
        let folder = tempfile::Builder::new().prefix("shorepass-other-").tempdir().unwrap();
        let owner = folder.path().metadata().unwrap().uid();
        assert_eq!(owner, 0, "this test acts as two users: it needs root");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        chown(folder.path().join("home"), Some(NOBODY), Some(NOBODY)).unwrap();
        for program in ["docker-credential-shorepass", "shorepass", "shorepassd"] {
            copy_program(program, &folder.path().join(program));
        }
        Self(folder)
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.0.path().join(relative)
    }

    /// One of the programs as the other user.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.path(program));
        command.env_clear().env("HOME", self.path("home")).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.uid(NOBODY).gid(NOBODY);
        command
    }
}

/// A user that is not root.
const NOBODY: u32 = 65534;
