//! A broken or missing broker never breaks a pull, and what cannot be helped is said in one line.

use std::{
    fs,
    os::unix::{fs::symlink, net::UnixListener},
    path::PathBuf,
};

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
};

use crate::{ECR, broker_life::processes::copy_program};

#[test]
fn without_any_place_for_a_socket_the_answer_is_the_same() {
    let cloud = Aws::start().unwrap();
    // Nobody can make a folder there, root neither.
    for (name, value) in [
        ("SHOREPASS_SOCKET", "/proc/shorepass/broker.sock"),
        ("XDG_RUNTIME_DIR", "/proc"),
        ("XDG_CACHE_HOME", "/proc/cache"),
    ] {
        let mut bed = Bed::of(&cloud, "alice");
        bed.unset("XDG_RUNTIME_DIR").set(name, value);

        let before = cloud.count("ecr:GetAuthorizationToken");
        let said = bed.helper("get", ECR);
        let (user, secret) = said.credential();

        assert!(cloud.issued().is_valid(&user, &secret), "{name}");
        assert_eq!(cloud.count("ecr:GetAuthorizationToken"), before + 1, "{name}");
        assert_eq!(bed.broker(), None, "{name}");
    }
}

#[test]
fn without_a_socket_a_failure_and_a_foreign_registry_read_the_same() {
    let bed = Bed::new();
    let mut without = Bed::new();
    without.set("SHOREPASS_SOCKET", "/proc/shorepass/broker.sock");

    for server in [ECR, "ghcr.io"] {
        let (with_socket, without_socket) = (bed.helper("get", server), without.helper("get", server));

        assert_eq!(with_socket, without_socket);
        assert_eq!(with_socket.code, 1);
    }
    assert_eq!(without.shorepass(&["explain", ECR]).code, 0);
    assert_eq!(without.helper("list", "").stdout, "{}\n");
    assert_eq!(without.helper("erase", ECR).code, 0);
}

#[test]
fn whatever_is_in_the_socket_s_place_the_pull_goes_on_and_it_stays_there() {
    let cloud = Aws::start().unwrap();
    type Obstacle = fn(&PathBuf);
    let obstacles: [(&str, Obstacle); 5] = [
        ("a folder", |socket| fs::create_dir(socket).unwrap()),
        ("a file", |socket| fs::write(socket, "kept").unwrap()),
        ("a link to nowhere", |socket| symlink("/nowhere/at/all", socket).unwrap()),
        ("a link to a file", |socket| symlink("/etc/passwd", socket).unwrap()),
        ("a link to itself", |socket| symlink(socket, socket).unwrap()),
    ];
    for (what, put) in obstacles {
        let bed = Bed::of(&cloud, "alice");
        fs::create_dir(bed.path("run/shorepass")).unwrap();
        let socket = bed.path("run/shorepass/broker.sock");
        put(&socket);

        let said = bed.helper("get", ECR);

        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{what}: {}", said.stderr);
        assert!(socket.symlink_metadata().is_ok(), "{what} was removed");
    }
}

#[test]
fn a_broker_that_hears_and_never_answers_is_given_up_in_time() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    fs::create_dir(bed.path("run/shorepass")).unwrap();
    let _deaf = UnixListener::bind(bed.path("run/shorepass/broker.sock")).unwrap();
    bed.set("SHOREPASS_TIMEOUT", "1");

    let said = bed.helper("get", ECR);

    assert_one_line(&said, &["the broker did not answer within 1 s", "`shorepass broker logs`"]);
}

#[test]
fn a_missing_broker_is_one_line_with_the_remedy() {
    let bed = Bed::new();
    let alone = bed.path("alone/docker-credential-shorepass");
    fs::create_dir(bed.path("alone")).unwrap();
    copy_program("docker-credential-shorepass", &alone);

    let nowhere = bed.run(alone.to_str().unwrap(), &["get"], ECR, &[("PATH", "/usr/bin:/bin")]);
    let misnamed = bed.helper_in(&[("SHOREPASS_BROKER", "/nowhere/shorepassd")], "get", ECR);

    assert_one_line(&nowhere, &["`shorepassd` was not found", "set `SHOREPASS_BROKER` to its path"]);
    assert_one_line(&misnamed, &["`/nowhere/shorepassd` does not start", "`SHOREPASS_BROKER`"]);
}

#[test]
fn a_missing_exchange_program_is_one_line_with_the_remedy() {
    let mut bed = Bed::new();
    fs::create_dir(bed.path("alone")).unwrap();
    for program in ["docker-credential-shorepass", "shorepassd"] {
        copy_program(program, &bed.path("alone").join(program));
    }
    bed.set("PATH", "/usr/bin:/bin");

    let helper = bed.path("alone/docker-credential-shorepass");
    let said = bed.run(helper.to_str().unwrap(), &["get"], ECR, &[]);

    assert_one_line(&said, &["`shorepass-exchange` was not found", "`SHOREPASS_EXCHANGE`"]);
}

#[test]
fn home_may_be_unset() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] {
        bed.unset(name);
    }
    // The passwd entry's files are not this test's.
    let empty = bed.write("empty.toml", "");
    bed.set("SHOREPASS_CONFIG", empty.to_str().unwrap());
    bed.set("XDG_STATE_HOME", bed.path("state").to_str().unwrap());

    let with_runtime_folder = bed.helper("get", ECR);
    let _ = bed.shorepass(&["broker", "stop"]);
    bed.set("SHOREPASS_SOCKET", "/proc/shorepass/broker.sock");
    let with_nothing = bed.helper("get", ECR);

    let _ = with_runtime_folder.credential();
    let _ = with_nothing.credential();
}

fn assert_one_line(said: &Said, words: &[&str]) {
    assert_eq!((said.code, &said.stderr), (1, &said.stdout));
    assert_eq!(said.stdout.lines().count(), 1, "{}", said.stdout);
    assert!(said.stdout.starts_with(&format!("shorepass: {ECR}: ")), "{}", said.stdout);
    for word in words {
        assert!(said.stdout.contains(word), "`{word}` is not in {}", said.stdout);
    }
}
