//! How it ends: with the command's own code, at once, and after what must come before.

use std::{fs, time::Instant};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    cloud::aws::{Aws, Service},
};

use super::{assert_nothing_is_left, exec, get, tree, words};
use crate::{
    LONG,
    broker_life::{
        first_line,
        processes::{in_bed, signal},
    },
};

#[test]
fn the_commands_code_is_ours_and_a_signal_counts_from_128() {
    let bed = Bed::new();
    let before = tree(&bed);

    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -TERM $$", 143)] {
        assert_eq!(exec(&bed, &[], script).code, code, "{script}");
    }

    assert_nothing_is_left(&bed, &before);
}

#[test]
fn what_is_not_there_is_127_and_what_cannot_be_run_is_126() {
    let bed = Bed::new();
    let file = bed.write("no-program", "");
    let before = tree(&bed);

    let missing = bed.shorepass(&["exec", "--", "no-such-command"]);
    let unfit = bed.shorepass(&["exec", "--", file.to_str().unwrap()]);

    assert_eq!((missing.code, unfit.code), (127, 126));
    assert_eq!(missing.stderr, "error: cannot run `no-such-command`\ncause: no such file or directory\n");
    assert!(unfit.stderr.ends_with("cause: permission denied\n"), "{unfit:?}");
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn without_a_broker_the_command_is_not_run() {
    let mut bed = Bed::new();
    let (ran, before) = (bed.path("ran"), tree(&bed));
    bed.set("SHOREPASS_BROKER", "/nowhere/shorepassd");

    let said = exec(&bed, &[], &format!("touch {}", ran.display()));

    assert_eq!((said.code, ran.exists()), (5, false), "{said:?}");
    assert!(
        said.stderr
            .starts_with("error: the command was not run\ncause: the broker `/nowhere/shorepassd` does")
    );
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_made() {
    let bed = Bed::new();
    bed.write("home/.docker/config.json", "{\"auths\": canary");
    let before = tree(&bed);

    let pattern = exec(&bed, &["--registry", "*.example"], "true");
    let broken = exec(&bed, &[], "true");

    assert_eq!((pattern.code, broken.code), (2, 6), "{pattern:?} {broken:?}");
    assert!(pattern.stderr.contains("shorepass exec --registry"), "{pattern:?}");
    assert!(!broken.stderr.contains("canary"), "{broken:?}");
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn neither_a_process_that_goes_on_nor_its_request_is_waited_for() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let before = tree(&bed);
    cloud.knobs().latency(Service::Ecr, LONG);

    let script =
        format!("exec 2>/dev/null; ({}) >/dev/null & sleep 600 >/dev/null & echo $!; read line", get());
    let mut running = bed.start("shorepass", &words(&[], &script), &[]);
    let sleeper: u32 = first_line(&mut running).parse().unwrap();
    assert!(cloud.wait_for("ecr:GetAuthorizationToken", 1, LONG));
    #[expect(clippy::disallowed_methods, reason = "the wait is in time as people feel it")]
    let begun = Instant::now();
    let said = finish(running, b"\n".to_vec(), "shorepass exec");
    let took = begun.elapsed();

    assert_eq!(said.code, 0, "{said:?}");
    assert!(took < LONG / 2, "{took:?}");
    assert!(in_bed(&bed).contains(&sleeper));
    signal(sleeper, "KILL");
    cloud.knobs().heal(Service::Ecr);
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn a_helper_that_comes_after_the_end_is_answered_and_brings_nothing_back() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let out = bed.path("out");
    let before = tree(&bed);

    let script = format!(
        "(while [ -e $DOCKER_CONFIG ]; do sleep 0.05; done; {} >{}; : >{}) </dev/null >/dev/null 2>&1 &",
        get(),
        out.display(),
        bed.path("done").display()
    );
    assert_eq!(exec(&bed, &[], &script).code, 0);
    assert!(wait_until(|| bed.path("done").exists()));
    let said = fs::read_to_string(&out).unwrap();
    for name in ["out", "done"] {
        fs::remove_file(bed.path(name)).unwrap();
    }

    assert!(said.contains("\"Username\":\"AWS\""), "{said}");
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn a_broker_that_was_told_to_stop_is_followed_by_another_private_one() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let before = tree(&bed);

    let script = format!("shorepass broker stop >/dev/null; [ -e $DOCKER_CONFIG/config.json ] && {}", get());
    let said = exec(&bed, &[], &script);

    let _ = said.credential();
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn it_stays_however_long_nobody_asks() {
    let bed = Bed::new();
    bed.configure("[broker]\nidle_exit = \"1s\"\nkeep_warm = \"0s\"\n");

    let uptime = "shorepass status --json | grep -c 'uptime_s\": [3-9]'";
    let script =
        format!("while [ \"$({uptime})\" != 1 ]; do [ -S $SHOREPASS_SOCKET ] || exit 9; sleep 0.1; done");
    let said = exec(&bed, &[], &script);

    assert_eq!(said.code, 0, "{said:?}");
}
