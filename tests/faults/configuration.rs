//! A configuration that is written in pieces, goes away or turns into something else while gets run.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::PermissionsExt,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::aws::Aws,
};

use crate::{
    HELPER, OverAtLast, assert_answered, assert_explained,
    place::{Killed, NOBODY, Place},
};

#[test]
fn no_get_fails_because_the_file_is_being_written_in_pieces() {
    let (cloud, bed) = with_rule();
    let over = AtomicBool::new(false);
    let path = bed.path(CONFIG);

    thread::scope(|scope| {
        scope.spawn(|| {
            let _over = OverAtLast(&over);
            for round in 0..40 {
                write_in_pieces(&mut File::create(&path).unwrap(), &format!("# {round}\n{RULE}"));
                thread::sleep(Duration::from_millis(if round % 4 == 0 { 150 } else { 20 }));
            }
        });
        while !over.load(Ordering::SeqCst) {
            assert_answered(&cloud, &bed.helper("get", OWN_NAME));
        }
    });

    assert_answered(&cloud, &bed.helper("get", OWN_NAME));
    assert_eq!(bed.status().unwrap()["broker"].get("config_error"), None);
}

#[test]
fn no_get_fails_because_the_file_is_replaced_by_removing_and_making_it() {
    let (cloud, bed) = with_rule();

    for round in 0..10 {
        thread::scope(|scope| {
            fs::remove_file(bed.path(CONFIG)).unwrap();
            scope.spawn(|| assert_answered(&cloud, &bed.helper("get", OWN_NAME)));
            thread::sleep(Duration::from_millis(15));
            bed.configure(&format!("# {round}\n{RULE}"));
        });
    }

    assert_answered(&cloud, &bed.helper("get", OWN_NAME));
}

#[test]
fn a_file_that_is_deleted_takes_its_rules_with_it_and_comes_back_with_them() {
    let (cloud, bed) = with_rule();

    fs::remove_file(bed.path(CONFIG)).unwrap();
    let without = bed.helper("get", OWN_NAME);
    bed.configure(RULE);
    let with_it_again = bed.helper("get", OWN_NAME);

    assert_eq!((without.code, without.stdout.as_str()), (1, "credentials not found in native keychain\n"));
    assert_answered(&cloud, &with_it_again);
}

#[test]
fn a_named_file_that_is_deleted_leaves_its_rules_in_force_and_status_says_so() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    let file = bed.write("named.toml", RULE);
    bed.set("SHOREPASS_CONFIG", file.to_str().unwrap());
    assert_answered(&cloud, &bed.helper("get", OWN_NAME));

    fs::remove_file(&file).unwrap();

    assert_answered(&cloud, &bed.helper("get", OWN_NAME));
    assert_config_error(&bed, &file.display().to_string());
}

#[test]
fn a_folder_in_the_file_s_place_leaves_the_last_good_rules_in_force() {
    let (cloud, bed) = with_rule();
    let path = bed.path(CONFIG);

    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();

    assert_answered(&cloud, &bed.helper("get", OWN_NAME));
    assert_config_error(&bed, &path.display().to_string());
    fs::remove_dir(&path).unwrap();
    bed.configure(RULE);
    assert_answered(&cloud, &bed.helper("get", OWN_NAME));
    assert_eq!(bed.status().unwrap()["broker"].get("config_error"), None);
}

#[test]
fn what_is_no_text_or_a_device_or_without_end_leaves_the_last_good_rules_in_force() {
    let (cloud, bed) = with_rule();
    let path = bed.path(CONFIG);

    fs::write(&path, [0xff; 4096]).unwrap();
    assert_answered(&cloud, &bed.helper("get", OWN_NAME));
    for device in ["/dev/zero", "/dev/full", "/proc/self/mem"] {
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink(device, &path).unwrap();

        assert_answered(&cloud, &bed.helper("get", OWN_NAME));
        assert_config_error(&bed, &path.display().to_string());
    }
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_last_good_rules_in_force_and_counts_once_it_can_be() {
    let (cloud, place) = (Aws::start().unwrap(), Place::new(NOBODY));
    let (socket, config) = (place.own_folder("run").join("broker.sock"), place.path("config.toml"));
    let close = |is_closed: bool| {
        let mode = if is_closed { 0o600 } else { 0o644 };
        fs::set_permissions(&config, fs::Permissions::from_mode(mode)).unwrap();
    };
    let get = || {
        let mut command = place.command(HELPER, &cloud);
        command.arg("get").env("SHOREPASS_SOCKET", &socket).env("SHOREPASS_CONFIG", &config);
        finish(command.spawn().unwrap(), OWN_NAME.into(), HELPER)
    };
    fs::write(&config, RULE).unwrap();
    close(true);
    let mut broker = place.command("shorepassd", &cloud);
    broker.arg("--socket").arg(&socket).env("SHOREPASS_CONFIG", &config);
    let _broker = Killed(broker.stderr(std::process::Stdio::null()).spawn().unwrap());
    assert!(wait_until(|| socket.exists()));

    let never_read = get();
    close(false);
    let read = get();
    close(true);
    let kept = get();

    assert_explained(&never_read, &["the configuration is broken", &config.display().to_string()]);
    assert_answered(&cloud, &read);
    assert_answered(&cloud, &kept);
}

/// A broker whose configuration is good and has been used.
fn with_rule() -> (Aws, Bed) {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure(RULE);
    assert_answered(&cloud, &bed.helper("get", OWN_NAME));
    (cloud, bed)
}

fn write_in_pieces(file: &mut File, text: &str) {
    for piece in text.as_bytes().chunks(30) {
        thread::sleep(Duration::from_millis(4));
        file.write_all(piece).unwrap();
    }
}

#[track_caller]
fn assert_config_error(bed: &Bed, words: &str) {
    let status = bed.status().unwrap();
    let error = status["broker"]["config_error"].as_str().unwrap_or_default();
    assert!(error.contains(words), "{status}");
}

const CONFIG: &str = "home/.config/shorepass/config.toml";
const OWN_NAME: &str = "images.corp.example";
const RULE: &str = "[[registry]]
match = \"images.corp.example\"
kind = \"ecr\"
account = \"123456789012\"
region = \"eu-west-1\"
";
