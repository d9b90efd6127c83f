//! Folders that cannot be written to, and disks without room.

mod small_disk;

use std::{fs, path::Path};

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::aws::Aws,
};

use self::small_disk::SmallDisk;
use crate::{ECR, assert_answered};

#[test]
fn without_room_for_log_and_audit_every_get_is_answered() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let disk = SmallDisk::mount(&bed.path("home/.local/state"), "nr_inodes=1");

    for _ in 0..3 {
        assert_answered(&cloud, &bed.helper("get", ECR));
    }

    assert_eq!((bed.counter("hits"), disk.names()), (2, Vec::<String>::new()));
}

#[test]
fn a_disk_that_fills_up_costs_lines_of_the_audit_log_and_no_answer() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let disk = SmallDisk::mount(&bed.path("home/.local/state"), "size=64k");
    assert_answered(&cloud, &bed.helper("get", ECR));
    let broker = bed.broker();

    disk.fill();
    for _ in 0..40 {
        assert_answered(&cloud, &bed.helper("get", ECR));
    }
    let lines = || audit(&bed).lines().count();
    let while_full = lines();
    disk.make_room();
    assert_answered(&cloud, &bed.helper("get", ECR));

    assert!(while_full < 41, "the disk was not full");
    assert!(wait_until(|| lines() > while_full), "no line after there was room again");
    let audit = audit(&bed);
    let torn = audit.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_err()).count();
    assert!(torn <= 1, "{audit}");
    assert!(serde_json::from_str::<serde_json::Value>(audit.lines().next_back().unwrap()).is_ok(), "{audit}");
    assert_eq!(bed.broker(), broker);
}

#[test]
fn the_audit_log_begins_as_soon_as_there_is_a_place_for_it() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let disk = SmallDisk::mount(&bed.path("home/.local/state"), "nr_inodes=1");
    assert_answered(&cloud, &bed.helper("get", ECR));

    disk.remount("nr_inodes=100");
    assert_answered(&cloud, &bed.helper("get", ECR));

    assert_eq!(audit(&bed).lines().count(), 1, "{}", audit(&bed));
}

#[test]
fn without_room_for_a_socket_every_get_is_answered() {
    let cloud = Aws::start().unwrap();
    for option in ["nr_inodes=1", "nr_inodes=2", "nr_inodes=3", "nr_inodes=4"] {
        let bed = Bed::of(&cloud, "alice");
        let _disk = SmallDisk::mount(&bed.path("run"), option);

        for _ in 0..2 {
            assert_answered(&cloud, &bed.helper("get", ECR));
        }
        assert_eq!(bed.broker(), None, "{option}");
    }
    let bed = Bed::of(&cloud, "alice");
    let disk = SmallDisk::mount(&bed.path("run"), "size=16k");
    disk.fill();

    assert_answered(&cloud, &bed.helper("get", ECR));
    // While its socket can still be found.
    let _ = bed.shorepass(&["broker", "stop"]);
}

#[test]
fn a_disk_for_everything_that_can_only_be_read_is_enough_for_every_get() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let home = SmallDisk::mount(&bed.path("home"), "size=64k");
    home.remount("ro");
    let run = SmallDisk::mount(&bed.path("run"), "size=64k");
    assert_answered(&cloud, &bed.helper("get", ECR));
    assert!(bed.broker().is_some(), "a home that can only be read keeps the broker from starting");
    assert_eq!(bed.shorepass(&["broker", "stop"]).code, 0);
    assert!(wait_until(|| bed.broker().is_none()));
    run.remount("ro");

    let said = [bed.helper("get", ECR), bed.helper("get", ECR)];

    said.iter().for_each(|said| assert_answered(&cloud, said));
    assert_eq!((bed.broker(), bed.helper("erase", ECR).code), (None, 0));
}

#[test]
fn without_a_runtime_folder_the_cache_folder_serves() {
    use std::os::unix::fs::PermissionsExt;
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    bed.set("XDG_RUNTIME_DIR", bed.path("nowhere").to_str().unwrap());

    assert_answered(&cloud, &bed.helper("get", ECR));

    let folder = bed.path("home/.cache/shorepass/run");
    assert!(bed.broker().is_some() && folder.join("broker.sock").exists());
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(!Path::new(&bed.path("nowhere")).exists());
}

fn audit(bed: &Bed) -> String {
    fs::read_to_string(bed.path("home/.local/state/shorepass/audit.log")).unwrap_or_default()
}
