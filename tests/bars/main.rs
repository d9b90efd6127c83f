//! The bars that every change must keep: how fast the helper is, how small the broker.
//!
//! A program of its own, so that nothing else runs beside it. Time is compared within one run, call by
//! call, against `/bin/true`; memory is what the system says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use shorepass_tests::{bed::Bed, cloud::aws::Aws, programs};

const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

/// What is measured is measured alone.
static QUIET: Mutex<()> = Mutex::new(());

#[test]
fn a_warm_get_takes_at_most_1_4_times_as_long_as_bin_true() {
    let _quiet = QUIET.lock();
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _ = bed.helper("get", ECR).credential();
    let input = bed.write("server", ECR);
    let mut get = bed.command("docker-credential-shorepass", &[]);
    get.arg("get");
    let mut nothing = Command::new("/bin/true");
    nothing.env_clear();

    // Three rounds, the best counts: a disturbed round says nothing about the program.
    let ratio = (0..3)
        .map(|_| {
            let (mut ours, mut theirs) = (Vec::new(), Vec::new());
            for _ in 0..200 {
                ours.push(time(&mut get, &input));
                theirs.push(time(&mut nothing, &input));
            }
            median(ours) / median(theirs)
        })
        .fold(f64::INFINITY, f64::min);

    println!("a warm get takes {ratio:.2} times as long as /bin/true");
    assert!(ratio <= 1.4, "{ratio:.2}");
}

#[test]
fn an_idle_broker_takes_less_than_9_mb() {
    let _quiet = QUIET.lock();
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _ = bed.helper("get", ECR).credential();

    let status = fs::read_to_string(format!("/proc/{}/status", bed.broker().unwrap())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();

    println!("an idle broker takes {kilobytes} kB");
    assert!(kilobytes < 9 * 1024, "{kilobytes} kB");
}

#[test]
fn the_helper_is_static_and_small() {
    let _quiet = QUIET.lock();
    let path = programs::program("docker-credential-shorepass");

    let bytes = fs::read(&path).unwrap();

    // A dynamic program names its loader.
    assert!(!bytes.windows(11).any(|window| window == b"/ld-linux-x"), "it is linked dynamically");
    assert!(bytes.len() < 1_600_000, "{} bytes", bytes.len());
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch")]
fn time(command: &mut Command, input: &Path) -> Duration {
    command.stdin(File::open(input).unwrap()).stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    assert!(command.status().unwrap().success());
    begun.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}
