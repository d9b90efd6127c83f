//! Clients that trickle, stay half open or pour out nonsense, while others want to be answered.

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use shorepass_tests::{
    bed::{Bed, wait_until},
    cloud::aws::Aws,
};

use crate::{ECR, OverAtLast, assert_answered, kills::Random, timed};

#[test]
fn a_hundred_clients_that_trickle_delay_nobody() {
    let (cloud, bed) = running("");
    let over = AtomicBool::new(false);

    thread::scope(|scope| {
        let _over = OverAtLast(&over);
        scope.spawn(|| trickle(&bed, 100, &over));
        for _ in 0..20 {
            let (said, took) = timed(|| bed.helper("get", ECR));

            assert_answered(&cloud, &said);
            assert!(took < Duration::from_secs(2), "{took:?}");
            thread::sleep(Duration::from_millis(50));
        }
    });
}

#[test]
fn clients_that_trickle_in_every_seat_lose_it_to_those_who_speak() {
    let (cloud, bed) = running("connections = 16\n");
    let over = AtomicBool::new(false);

    thread::scope(|scope| {
        let _over = OverAtLast(&over);
        scope.spawn(|| trickle(&bed, 16, &over));
        thread::sleep(Duration::from_millis(500));

        let (said, took) = timed(|| bed.helper("get", ECR));

        assert_answered(&cloud, &said);
        assert!(took < Duration::from_secs(8), "{took:?}");
    });
}

#[test]
fn half_open_connections_in_every_seat_and_in_the_queue_keep_nobody_out_for_long() {
    let (cloud, bed) = running("");
    let broker = bed.broker();
    let half_open: Vec<_> = (0..256).map(|_| connect(&bed)).collect();

    let (said, took) = timed(|| bed.helper("get", ECR));
    drop(half_open);

    assert_answered(&cloud, &said);
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert_eq!(bed.broker(), broker);
}

#[test]
fn a_storm_of_garbage_costs_nobody_an_answer_and_the_broker_no_memory() {
    let (cloud, bed) = running("");
    let broker = bed.broker().unwrap();
    let descriptors = || fs::read_dir(format!("/proc/{broker}/fd")).unwrap().count();
    let (idle, before) = (descriptors(), resident_kilobytes(broker));
    let over = AtomicBool::new(false);

    thread::scope(|scope| {
        let _over = OverAtLast(&over);
        for seed in 0..4 {
            let (bed, over) = (&bed, &over);
            scope.spawn(move || pour_garbage(bed, seed, over));
        }
        for _ in 0..30 {
            assert_answered(&cloud, &bed.helper("get", ECR));
        }
    });

    assert_eq!(bed.broker(), Some(broker));
    assert!(wait_until(|| descriptors() <= idle), "{} descriptors instead of {idle}", descriptors());
    let grown = resident_kilobytes(broker).saturating_sub(before);
    assert!(grown < 16 * 1024, "{grown} KiB more");
}

#[test]
fn a_client_that_does_not_take_its_answer_keeps_nobody_out() {
    let (cloud, bed) = running("connections = 4\n");
    let ignored: Vec<_> = (0..4)
        .map(|_| {
            let mut stream = connect(&bed);
            stream.write_all(b"{\"v\":1,\"op\":\"status\"}\n").unwrap();
            stream
        })
        .collect();

    let (said, took) = timed(|| bed.helper("get", ECR));
    drop(ignored);

    assert_answered(&cloud, &said);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

/// A broker with a credential at hand.
fn running(settings: &str) -> (Aws, Bed) {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    bed.configure(&format!("[broker]\n{settings}"));
    assert_answered(&cloud, &bed.helper("get", ECR));
    (cloud, bed)
}

/// A byte every 100 ms on so many connections; one that was cut off is made anew.
fn trickle(bed: &Bed, count: usize, over: &AtomicBool) {
    let mut streams: Vec<UnixStream> = (0..count).map(|_| connect(bed)).collect();
    while !over.load(Ordering::SeqCst) {
        for stream in &mut streams {
            if stream.write_all(b" ").is_err() {
                *stream = connect(bed);
            }
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn pour_garbage(bed: &Bed, seed: u64, over: &AtomicBool) {
    let mut random = Random::new(seed);
    while !over.load(Ordering::SeqCst) {
        let mut stream = connect(bed);
        let length = 1 << random.below(19);
        let bytes: Vec<u8> = (0..length).map(|_| random.below(256).to_le_bytes()[0]).collect();
        let _ = stream.write_all(&bytes);
        if random.below(2) == 0 {
            let _ = stream.write_all(b"\n").and_then(|()| stream.read(&mut [0; 64]));
        }
    }
}

fn connect(bed: &Bed) -> UnixStream {
    let stream = UnixStream::connect(bed.path("run/shorepass/broker.sock")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

fn resident_kilobytes(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
