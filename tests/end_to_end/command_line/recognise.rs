//! `setup HOST` for a registry that nobody knows by its name.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use shorepass_tests::bed::Bed;

#[test]
fn a_harbor_tells_what_it_is_and_gets_a_rule() {
    let bed = Bed::new();
    let own = bed.configure("# mine\n");
    let host =
        registry("www-authenticate: Bearer realm=\"http://h/service/token\",service=\"harbor-registry\"");

    let done = bed.shorepass(&["setup", "--docker", &host]);

    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stdout.contains(&format!("{host} is `harbor`, because its tokens are for `harbor-registry`")),
        "{done:?}"
    );
    assert_eq!(
        fs::read_to_string(&own).unwrap(),
        format!(
            "# mine\n\n# Recognised by `shorepass setup`.\n[[registry]]\nmatch = \"{host}\"\nkind = \"harbor\"\n"
        )
    );
    assert_eq!(bed.shorepass(&["config", "check"]).code, 0);
    assert_eq!(bed.shorepass(&["explain", &host, "--json"]).json()["kind"], "harbor");
}

#[test]
fn a_registry_that_tells_nothing_needs_no_rule() {
    let bed = Bed::new();
    let own = bed.configure("# mine\n");
    let host = registry("www-authenticate: Basic realm=\"x\"");

    let done = bed.shorepass(&["setup", "--docker", &host]);

    assert!(done.stdout.contains("takes a stored login: it takes a user name and a password"), "{done:?}");
    assert_eq!(fs::read_to_string(&own).unwrap(), "# mine\n");
}

#[test]
fn what_does_not_answer_is_set_up_and_a_dry_run_writes_nothing() {
    let bed = Bed::new();
    let own = bed.configure("# mine\n");
    let host = registry("server: Nexus/3.70.1-02 (OSS)\r\nwww-authenticate: Basic realm=\"x\"");

    let silent = bed.shorepass(&["setup", "--docker", "127.0.0.1:9"]);
    let dry = bed.shorepass(&["setup", "--docker", "--dry-run", &host]);

    assert_eq!(silent.code, 0, "{silent:?}");
    assert!(silent.stdout.contains("it could not be asked what it is"), "{silent:?}");
    assert!(
        dry.stdout.contains(&format!("{host} is `nexus`")) && dry.stdout.contains("would be added"),
        "{dry:?}"
    );
    assert_eq!(fs::read_to_string(&own).unwrap(), "# mine\n");
}

/// A registry on this machine that answers every stranger with 401 and this header; it wants no credential.
fn registry(header: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = listener.local_addr().unwrap().to_string();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let text = String::from_utf8_lossy(&request[..length]).to_lowercase();
            assert!(text.starts_with("get /v2/ ") && !text.contains("authorization"), "{text}");
            let answer = format!(
                "HTTP/1.1 401 Unauthorized\r\n{header}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    host
}
