//! Brokers, workers and helpers killed at random under load: whoever is not killed is answered or told why.

mod crowd;
mod killer;
mod table;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    sync::atomic::AtomicBool,
    thread,
    time::Duration,
};

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::aws::{Aws, Service},
};

pub(crate) use self::killer::Random;
use self::{
    crowd::{Crowd, Tally},
    killer::{Killed, Killer},
    table::Table,
};
use crate::{ECR, OverAtLast, assert_answered, processes};

#[test]
fn whoever_is_killed_everybody_else_is_answered_or_told_why() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().registry_token_life(Duration::from_secs(6));
    cloud.knobs().latency(Service::Ecr, Duration::from_millis(40));
    let mut bed = Bed::of(&cloud, "alice");
    fs::create_dir(bed.path("tmp")).unwrap();
    bed.set("TMPDIR", bed.path("tmp").to_str().unwrap()).set("AWS_MAX_ATTEMPTS", "1");
    let _sweep = Sweep(&bed);
    let idle_descriptors = idle_descriptors(&cloud, &bed);
    let seed = seed();

    let (killed, tally) = storm(&cloud, &bed, seed);
    let _ = writeln!(io::stderr(), "seed {seed}: killed {killed:?}; {tally:?}");

    assert_eq!(tally.wrong, Vec::<String>::new(), "seed {seed}");
    assert!(killed.count() >= ENOUGH, "seed {seed}: {killed:?}");
    assert!(tally.answers > 1000, "seed {seed}: {tally:?}");
    cloud.knobs().heal(Service::Ecr);
    assert_answered(&cloud, &bed.helper("get", &crowd::server("ap-south-1")));
    let broker = bed.broker().unwrap();
    assert!(wait_until(|| processes::in_bed(&bed) == [broker]), "left: {:?}", processes::in_bed(&bed));
    assert!(wait_until(|| processes::children(broker).is_empty()), "the broker has not reaped its children");
    for region in crowd::REGIONS {
        assert!(wait_until(|| bed.helper("get", &crowd::server(region)).code == 0), "{region}");
    }
    assert!(
        wait_until(|| descriptors(broker) <= idle_descriptors),
        "{} descriptors instead of {idle_descriptors}",
        descriptors(broker)
    );
    assert_eq!(bed.broker(), Some(broker));
    assert_eq!(files(&bed, "run/shorepass"), ["broker.lock", "broker.sock", "start.lock"]);
    assert_eq!(files(&bed, "home/.local/state/shorepass"), ["audit.log", "shorepassd.log"]);
    assert_eq!(files(&bed, "tmp"), [""; 0]);
}

/// Ends what a storm that was broken off has left in the bed.
struct Sweep<'a>(&'a Bed);

impl Drop for Sweep<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            processes::in_bed(self.0).into_iter().for_each(|pid| processes::signal(pid, "KILL"));
        }
    }
}

/// Callers call and the killer kills, until enough have died; brokers are spared in the end, so that the last
/// one has seen many of its clients and workers die.
fn storm(cloud: &Aws, bed: &Bed, seed: u64) -> (Killed, Tally) {
    let (crowd, over) = (&Crowd::new(bed, cloud), &AtomicBool::new(false));
    let clock = SystemClock::new();
    let mut killer = Killer::new(seed, Table::of(bed), crowd);
    thread::scope(|scope| {
        let at_last = OverAtLast(over);
        let seeds = (0..CALLERS).map(|at| seed.wrapping_add(at));
        let callers: Vec<_> = seeds.map(|seed| scope.spawn(move || crowd.call_until(over, seed))).collect();
        loop {
            let so_far = killer.killed().count() + crowd.killed();
            let took = clock.now().steady;
            if took > LONGEST || so_far >= ENOUGH + SPARE {
                break;
            }
            killer.strike(so_far < ENOUGH - LAST_WITHOUT_BROKERS);
            crowd.end_the_stuck();
            thread::sleep(killer.pause());
        }
        drop(at_last);
        let tallies = callers.into_iter().map(|caller| caller.join().unwrap());
        let tally = tallies.fold(Tally::default(), Tally::and);
        (Killed { helpers: crowd.killed(), ..killer.killed() }, tally)
    })
}

/// Printed with the result; `SHOREPASS_SEED` repeats a storm.
fn seed() -> u64 {
    let given = std::env::var("SHOREPASS_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| {
        let now = SystemClock::new().now().wall;
        now.duration_since(std::time::UNIX_EPOCH).map_or(1, |since| u64::from(since.subsec_nanos()))
    })
}

/// Of a broker that has answered and has nothing more to do.
fn idle_descriptors(cloud: &Aws, bed: &Bed) -> usize {
    assert_answered(cloud, &bed.helper("get", ECR));
    let broker = bed.broker().unwrap();
    assert!(wait_until(|| processes::children(broker).is_empty()));
    let counts: BTreeMap<usize, ()> = (0..5).map(|_| (descriptors(broker), ())).collect();
    counts.into_keys().next_back().unwrap()
}

fn descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

fn files(bed: &Bed, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(bed.path(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

const ENOUGH: usize = 2000;
/// Kills that may turn out to have hit nobody.
const SPARE: usize = 10;
const LAST_WITHOUT_BROKERS: usize = 300;
const CALLERS: u64 = 10;
const LONGEST: Duration = Duration::from_secs(45);
