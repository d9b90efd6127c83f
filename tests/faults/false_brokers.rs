//! Programs and sockets that pass for the broker and are none: of another version, talking nonsense, hanging up.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use crate::{ECR, assert_answered, assert_explained, script, timed};

#[test]
fn a_broker_of_another_version_is_named_with_the_remedy() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let _other = FalseBroker::start(&bed, |mut stream| {
        let _ = writeln!(
            stream,
            r#"{{"status":"error","kind":"misconfigured","code":"version","message":"the broker speaks version 2 of the protocol, the client version 1","hint":"to run the broker that came with the client, run `shorepass broker restart`"}}"#
        );
    });

    let said = bed.helper("get", ECR);

    assert_explained(&said, &["version 2 of the protocol", "`shorepass broker restart`"]);
}

#[test]
fn whatever_nonsense_a_broker_talks_the_get_is_answered() {
    let cloud = Aws::start().unwrap();
    let nonsense: [(&str, Speak); 7] = [
        ("nothing", |_| ()),
        ("no JSON", |mut stream| drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"))),
        ("half a line", |mut stream| drop(stream.write_all(b"{\"status\":\"ok\",\"username\":"))),
        ("bytes", |mut stream| drop(stream.write_all(&[0xff; 4096]))),
        ("an unknown status", |mut stream| drop(stream.write_all(b"{\"status\":\"maybe\"}\n"))),
        ("no end", |mut stream| drop((0..600).try_for_each(|_| stream.write_all(&[b'x'; 1024])))),
        ("half an answer after the environment", |mut stream| {
            let _ = stream.write_all(b"{\"status\":\"need_env\",\"names\":[\"HOME\"]}\n");
            let _ = BufReader::new(&stream).read_line(&mut String::new());
            let _ = stream.write_all(b"{\"status\":\"ok\"}\n");
        }),
    ];
    for (what, speak) in nonsense {
        let bed = Bed::of(&cloud, "alice");
        let broker = FalseBroker::start(&bed, speak);

        let (said, took) = timed(|| bed.helper("get", ECR));

        assert_eq!(said.code, 0, "{what}: {}", said.stdout);
        assert_answered(&cloud, &said);
        assert!(took < Duration::from_secs(5), "{what}: {took:?}");
        assert!(broker.spoken.load(Ordering::SeqCst) > 0, "{what}");
        assert_eq!(bed.helper("erase", ECR).code, 0, "{what}");
        assert_eq!(bed.helper("list", "").stdout, "{}\n", "{what}");
    }
}

#[test]
fn a_broker_program_that_is_none_is_an_error_in_words() {
    let cloud = Aws::start().unwrap();
    for (what, text, words) in [
        ("ends at once", "exit 1", "does not start: it ended without a word"),
        ("says something else", "echo out of order; sleep 0.1", "does not start: out of order"),
        ("says ready and ends", "echo ready", "broke off"),
        ("is killed", "kill -s KILL $$", "does not start: it ended without a word"),
    ] {
        let mut bed = Bed::of(&cloud, "alice");
        let program = script(&bed, "broker", text);
        bed.set("SHOREPASS_BROKER", program.to_str().unwrap());

        let (said, took) = timed(|| bed.helper("get", ECR));

        assert!(!said.stdout.is_empty(), "{what}");
        assert_explained(&said, &[words]);
        assert!(took < Duration::from_secs(5), "{what}: {took:?}");
    }
}

#[test]
fn a_broker_program_that_hangs_at_its_start_is_given_up_in_time() {
    let mut bed = Bed::new();
    let program = script(&bed, "broker", "exec sleep 20");
    bed.set("SHOREPASS_BROKER", program.to_str().unwrap()).set("SHOREPASS_TIMEOUT", "2");

    let (said, took) = timed(|| bed.helper("get", ECR));

    assert_explained(&said, &[]);
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert!(crate::processes::in_bed(&bed).is_empty(), "the program that hangs is left behind");
}

/// What is done with a connection whose request was read.
type Speak = fn(UnixStream);

/// Answers every connection in its way once the request is there, and goes with the bed.
struct FalseBroker {
    spoken: Arc<AtomicUsize>,
}

impl FalseBroker {
    fn start(bed: &Bed, speak: Speak) -> Self {
        fs::create_dir(bed.path("run/shorepass")).unwrap();
        let listener = UnixListener::bind(bed.path("run/shorepass/broker.sock")).unwrap();
        let spoken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&spoken);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // One that connects to see who listens says nothing.
                let mut line = String::new();
                let _ = BufReader::new(&stream).read_line(&mut line);
                if line.contains("\"stop\"") {
                    return;
                }
                count.fetch_add(usize::from(!line.is_empty()), Ordering::SeqCst);
                speak(stream);
            }
        });
        Self { spoken }
    }
}
