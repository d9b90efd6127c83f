//! The socket spoken to by hand: what is no request, what is asked for, what is ignored and what is let go.

mod users;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        net::UnixStream,
    },
};

use serde_json::{Value, json};
use shorepass_tests::bed::Bed;

use crate::{ECR, LONG};

#[test]
fn folder_and_socket_are_their_owner_s_alone() {
    let bed = running(Bed::new());
    let mode = |place: &str| bed.path(place).metadata().unwrap().mode() & 0o7777;

    assert_eq!((mode("run/shorepass"), mode("run/shorepass/broker.sock")), (0o700, 0o600));
    assert_eq!(mode("run/shorepass/broker.lock"), 0o600);
}

#[test]
fn what_is_no_request_is_answered_in_words() {
    let bed = running(Bed::new());
    let broker = bed.broker();

    for (line, code) in [
        ("GET / HTTP/1.1\r\n", "bad_request"),
        ("\n", "bad_request"),
        ("{}\n", "bad_request"),
        ("[1,2]\n", "bad_request"),
        ("{\"v\":1,\"op\":\"get\"}\n", "bad_request"),
        ("{\"v\":1,\"op\":\"get\",\"server\":7}\n", "bad_request"),
        ("{\"v\":1,\"op\":\"fly\",\"server\":\"canary\"}\n", "bad_request"),
        ("{\"v\":2,\"op\":\"get\",\"server\":\"canary\"}\n", "version"),
        ("{\"v\":0}\n", "version"),
    ] {
        let answer = say(&bed, line.as_bytes());

        assert_eq!(
            (answer["status"].as_str(), answer["code"].as_str()),
            (Some("error"), Some(code)),
            "{line}"
        );
        assert!(answer["hint"].as_str().unwrap().contains("`shorepass broker restart`"), "{answer}");
        assert!(!answer.to_string().contains("canary"), "{answer}");
    }
    assert_eq!(say(&bed, b"\xff\xfe\x00\n")["code"], "bad_request");
    assert_eq!(bed.broker(), broker);
}

#[test]
fn a_line_without_end_is_not_read_beyond_its_bound() {
    let bed = running(Bed::new());

    let answer = say(&bed, &vec![b'x'; 257 * 1024]);

    assert_eq!((&answer["status"], &answer["code"]), (&json!("error"), &json!("bad_request")));
    assert!(answer["message"].as_str().unwrap().contains("256 KiB"), "{answer}");
}

#[test]
fn a_request_that_ends_before_its_line_does_is_no_request() {
    let bed = running(Bed::new());
    let mut stream = connect(&bed);

    stream.write_all(b"{\"v\":1,\"op\":\"stop\"}").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();

    assert_eq!(rest(stream), "");
    assert!(bed.broker().is_some());
}

#[test]
fn one_connection_is_one_request() {
    let bed = running(Bed::new());
    let mut stream = connect(&bed);

    stream.write_all(b"{\"v\":1,\"op\":\"forget\",\"server\":null}\n{\"v\":1,\"op\":\"stop\"}\n").unwrap();

    assert_eq!(rest(stream), "{\"status\":\"ok\",\"count\":0}\n");
    assert!(bed.broker().is_some());
}

#[test]
fn a_client_that_never_speaks_is_let_go_and_does_not_keep_others_out() {
    let bed = Bed::new();
    bed.configure("[broker]\nrequest_timeout = \"1s\"\nconnections = 2\n");
    let bed = running(bed);
    let silent = [connect(&bed), connect(&bed)];

    let status = bed.status();
    let answers = silent.map(rest);

    assert!(status.is_some(), "two silent clients keep the third out");
    for answer in answers {
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["code"], "timeout");
    }
}

#[test]
fn a_client_that_keeps_its_environment_to_itself_is_let_go() {
    let bed = Bed::new();
    bed.configure("[broker]\nrequest_timeout = \"1s\"\n");
    let bed = running(bed);
    let mut stream = connect(&bed);

    stream.write_all(format!("{{\"v\":1,\"op\":\"get\",\"server\":\"{ECR}\"}}\n").as_bytes()).unwrap();

    let lines = rest(stream);
    assert!(lines.contains("need_env") && lines.contains("\"code\":\"timeout\""), "{lines}");
}

#[test]
fn environment_is_asked_for_by_name_and_what_else_is_sent_goes_nowhere() {
    let mut bed = Bed::new();
    let seen = bed.path("seen");
    let script = format!("#!/bin/sh\nenv > {0}.new\nmv {0}.new {0}\n", seen.display());
    let worker = bed.write("worker", &script);
    fs::set_permissions(&worker, fs::Permissions::from_mode(0o755)).unwrap();
    bed.set("SHOREPASS_EXCHANGE", worker.to_str().unwrap());
    let bed = running(bed);
    let mut stream = connect(&bed);
    let mut answers = BufReader::new(stream.try_clone().unwrap());

    stream.write_all(format!("{{\"v\":1,\"op\":\"get\",\"server\":\"{ECR}\"}}\n").as_bytes()).unwrap();
    let mut asked = String::new();
    answers.read_line(&mut asked).unwrap();
    let env = json!({ "env": {
        "AWS_PROFILE": "wanted", "LD_PRELOAD": "surplus", "USER": "surplus", "SHOREPASS_DEADLINE_MS": "surplus",
        "CANARY": "surplus",
    }});
    stream.write_all(format!("{env}\n").as_bytes()).unwrap();
    let _ = rest(stream);

    let asked: Value = serde_json::from_str(&asked).unwrap();
    let names: Vec<&str> = asked["names"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(names.contains(&"AWS_PROFILE") && names.contains(&"HOME"), "{names:?}");
    assert!(names.iter().all(|name| !["LD_PRELOAD", "CANARY", "USER"].contains(name)), "{names:?}");
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("AWS_PROFILE=wanted\n"), "{seen}");
    assert!(!seen.contains("surplus"), "{seen}");
}

fn running(bed: Bed) -> Bed {
    assert_eq!(bed.shorepass(&["broker", "start"]).code, 0);
    bed
}

fn connect(bed: &Bed) -> UnixStream {
    let stream = UnixStream::connect(bed.path("run/shorepass/broker.sock")).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

/// What is answered to these bytes; a broker that has heard enough need not take them all.
fn say(bed: &Bed, bytes: &[u8]) -> Value {
    let mut stream = connect(bed);
    let _ = stream.write_all(bytes);
    serde_json::from_str(&rest(stream)).unwrap()
}

/// Everything until the end; an end with our bytes unread is one as well.
fn rest(mut stream: UnixStream) -> String {
    let (mut text, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => text.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the connection does not end: {error}"),
        }
    }
    String::from_utf8(text).unwrap()
}
