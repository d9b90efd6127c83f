//! Tricks with the folder of the socket: links, other owners, open doors. Nothing is followed to another's place.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown, symlink},
        net::UnixStream,
    },
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::aws::Aws,
};

use crate::{
    ECR, OverAtLast, assert_answered, assert_explained, is_explained,
    place::{Killed, NOBODY, Place},
    processes::{in_bed, is_alive},
};

#[test]
fn a_link_to_another_user_s_folder_is_not_followed() {
    let (cloud, place) = (Aws::start().unwrap(), Place::new(NOBODY));
    let bed = Bed::of(&cloud, "alice");
    let theirs = place.own_folder("theirs");
    symlink(&theirs, bed.path("run/shorepass")).unwrap();

    assert_answered(&cloud, &bed.helper("get", ECR));

    assert_eq!((names(&theirs), bed.broker()), (Vec::new(), None));
    assert_eq!(fs::read_link(bed.path("run/shorepass")).unwrap(), theirs);
}

#[test]
fn a_folder_of_another_user_is_not_used() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let folder = bed.path("run/shorepass");
    fs::create_dir(&folder).unwrap();
    chown(&folder, Some(NOBODY), Some(NOBODY)).expect("this test acts as two users: it needs root");

    assert_answered(&cloud, &bed.helper("get", ECR));

    assert_eq!((names(&folder), bed.broker()), (Vec::new(), None));
    assert_eq!(folder.metadata().unwrap().uid(), NOBODY);
}

#[test]
fn in_a_folder_that_is_open_to_all_no_planted_link_makes_a_file_elsewhere() {
    let cloud = Aws::start().unwrap();
    for mode in [0o777, 0o1777, 0o770] {
        let bed = Bed::of(&cloud, "alice");
        let folder = bed.path("run/shorepass");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        for name in ["start.lock", "broker.lock"] {
            symlink(bed.path("home").join(name), folder.join(name)).unwrap();
        }

        assert_answered(&cloud, &bed.helper("get", ECR));

        let home = names(&bed.path("home"));
        assert!(home.iter().all(|name| name.starts_with('.')), "{mode:o}: {home:?}");
        assert_eq!(folder.metadata().unwrap().mode() & 0o7777, mode);
    }
}

#[test]
fn a_socket_that_is_a_link_to_another_user_s_broker_is_told_nothing() {
    let (cloud, place) = (Aws::start().unwrap(), Place::new(NOBODY));
    let theirs = TheirBroker::start(&place, &cloud);
    let bed = Bed::of(&cloud, "alice");
    fs::create_dir(bed.path("run/shorepass")).unwrap();
    symlink(&theirs.socket, bed.path("run/shorepass/broker.sock")).unwrap();

    let said = bed.helper("get", ECR);

    assert_explained(&said, &["belongs to user 65534, nothing was sent to it"]);
    assert_eq!((theirs.heard(), cloud.counts().len()), (String::new(), 0));
}

#[test]
fn whoever_swaps_the_folder_under_running_helpers_hears_nothing() {
    let (cloud, place) = (Aws::start().unwrap(), Place::new(NOBODY));
    let theirs = TheirBroker::start(&place, &cloud);
    let bed = Bed::of(&cloud, "alice");
    assert_answered(&cloud, &bed.helper("get", ECR));
    let (folder, aside) = (bed.path("run/shorepass"), bed.path("run/aside"));
    let over = AtomicBool::new(false);

    thread::scope(|scope| {
        let _over = OverAtLast(&over);
        scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                fs::rename(&folder, &aside).unwrap();
                in_its_place(&folder, || symlink(theirs.socket.parent().unwrap(), &folder));
                thread::sleep(std::time::Duration::from_millis(2));
                fs::remove_file(&folder).unwrap();
                in_its_place(&folder, || fs::rename(&aside, &folder));
                thread::sleep(std::time::Duration::from_millis(2));
            }
        });
        for _ in 0..100 {
            let said = bed.helper("get", ECR);

            assert!(said.code == 0 || is_explained(&said), "{said:?}");
        }
    });

    assert_eq!(theirs.heard(), "");
    assert_answered(&cloud, &bed.helper("get", ECR));
    let broker = bed.broker().unwrap();
    assert!(wait_until(|| in_bed(&bed) == [broker]), "brokers stay that nobody can reach");
}

#[test]
fn a_broker_whose_socket_was_removed_leaves_and_its_successor_keeps_its_own() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    assert_answered(&cloud, &bed.helper("get", ECR));
    let first = bed.broker().unwrap();

    fs::remove_dir_all(bed.path("run/shorepass")).unwrap();
    assert_answered(&cloud, &bed.helper("get", ECR));
    let second = bed.broker().unwrap();

    assert_ne!(first, second);
    assert!(wait_until(|| !is_alive(first)), "a broker stays that nobody can reach");
    assert_eq!(bed.broker(), Some(second));
    assert_eq!(bed.counter("requests"), 1);
}

/// Puts something where a helper may have made a folder of its own a moment ago.
fn in_its_place(folder: &Path, put: impl Fn() -> std::io::Result<()>) {
    let is_put = || {
        put().is_ok() || {
            let _ = fs::remove_dir_all(folder);
            false
        }
    };
    assert!(wait_until(is_put));
}

/// A broker of another user, which would answer root and write that down.
struct TheirBroker<'a> {
    place: &'a Place,
    socket: std::path::PathBuf,
    _process: Killed,
}

impl<'a> TheirBroker<'a> {
    fn start(place: &'a Place, cloud: &Aws) -> Self {
        let socket = place.own_folder("theirs").join("broker.sock");
        let mut command = place.command("shorepassd", cloud);
        command.arg("--socket").arg(&socket).env("HOME", place.own_folder("home"));
        let process = Killed(command.spawn().unwrap());
        assert!(wait_until(|| UnixStream::connect(&socket).is_ok()));
        Self { place, socket, _process: process }
    }

    /// Its audit log.
    fn heard(&self) -> String {
        let log = self.place.path("home/.local/state/shorepass/audit.log");
        fs::read_to_string(log).unwrap_or_default()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}
