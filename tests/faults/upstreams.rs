//! Upstreams that say nothing: metadata service, name server and proxy that hear and never answer.

use std::{
    io::{BufRead, BufReader, Read},
    net::{TcpListener, UdpSocket},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use shorepass_tests::bed::{Bed, finish, wait_until};

use crate::{ECR, HELPER, assert_explained, processes, timed};

#[test]
fn a_black_hole_for_a_metadata_service_costs_one_wait_and_is_remembered() {
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut bed = Bed::new();
    bed.unset("AWS_EC2_METADATA_DISABLED").set("AWS_REGION", "eu-west-1");
    bed.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &format!("http://{}", hole.local_addr().unwrap()));

    let (first, first_took) = timed(|| bed.helper("get", ECR));
    let (second, second_took) = timed(|| bed.helper("get", ECR));

    assert_explained(&first, &["no AWS credentials found", "no instance metadata service answers"]);
    assert_eq!(first, second);
    assert!(first_took < Duration::from_secs(8), "{first_took:?}");
    assert!(second_took < Duration::from_millis(500), "{second_took:?}");
    assert_eq!(bed.counter("exchanges"), 1);
}

#[test]
fn a_name_server_that_never_answers_is_given_up_in_time_and_named() {
    let silent = UdpSocket::bind("127.7.93.53:53").expect("this test acts as a name server: it needs root");
    let bed = somebody_with_keys();
    bed.configure("[broker]\nrequest_timeout = \"5s\"\n");
    let resolv = bed.write("resolv.conf", "nameserver 127.7.93.53\noptions timeout:30 attempts:5\n");
    let hosts = bed.write("hosts", "127.0.0.1 localhost\n");

    let helper = bed.command(HELPER, &[]);
    let mounts = format!(
        "mount --bind {} /etc/resolv.conf && mount --bind {} /etc/hosts",
        resolv.display(),
        hosts.display()
    );
    let command = format!("{mounts} && exec {} get", helper.get_program().display());
    let mut alone = Command::new("unshare");
    alone.args(["--mount", "sh", "-c", &command]).env_clear();
    alone.envs(helper.get_envs().filter_map(|(name, value)| Some((name, value?))));
    alone.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());

    let (said, took) = timed(|| finish(alone.spawn().unwrap(), ECR.into(), HELPER));

    let mut packet = [0; 512];
    silent.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    assert!(silent.recv(&mut packet).is_ok(), "nobody has asked the name server: {said:?}");
    assert_explained(&said, &["ECR", "did not answer within"]);
    assert!(took < Duration::from_secs(8), "{took:?}");
    let broker = bed.broker().unwrap();
    assert!(wait_until(|| processes::children(broker).is_empty()));
}

#[test]
fn a_proxy_that_never_answers_is_given_up_in_time() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut bed = somebody_with_keys();
    bed.configure("[broker]\nrequest_timeout = \"5s\"\n");
    bed.set("HTTPS_PROXY", &format!("http://{}", proxy.local_addr().unwrap()));
    let asked = thread::spawn(move || {
        let mut stream = BufReader::new(proxy.accept().unwrap().0);
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        // Open for as long as somebody waits.
        let _ = stream.read_to_end(&mut Vec::new());
        line
    });

    let (said, took) = timed(|| bed.helper("get", ECR));

    // Whoever's patience ends first, the connection's or the whole exchange's.
    let words = ["did not answer within", "the proxy did not open the way"];
    assert_explained(&said, &["ECR"]);
    assert!(words.iter().any(|words| said.stdout.contains(words)), "{said:?}");
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert!(asked.join().unwrap().starts_with("CONNECT api.ecr.eu-west-1.amazonaws.com:443 "));
}

/// Keys that would be sent to the real AWS, if it could be reached.
fn somebody_with_keys() -> Bed {
    let mut bed = Bed::new();
    bed.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").set("AWS_REGION", "eu-west-1");
    bed.set("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    bed
}
