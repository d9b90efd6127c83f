//! Neither the robot's secret nor the login's comes out anywhere but where it is asked for.

use std::{fs, path::PathBuf};

use shorepass_tests::{
    bed::Bed,
    cloud::{
        Fault, Times,
        harbor::{Harbor, Service},
    },
};

use super::{ADMIN, HOST, get, kill, puller, start};

#[test]
fn no_secret_of_a_robot_or_its_maker_is_left_anywhere() {
    let harbor = Harbor::start().unwrap();
    let bed = puller(&harbor);
    let proxy = format!("http://user:{}@127.0.0.1:1", ADMIN.1);
    let said = bed.helper_in(&[("HTTPS_PROXY", &proxy)], "get", HOST);
    let (_, secret) = said.credential();
    harbor.knobs().fail(Service::Robots, Fault::Garbage, Times::Next(2));
    let mut outputs = vec![bed.shorepass(&["refresh", HOST])];
    outputs.push(bed.shorepass(&["status", "--json"]));
    outputs.push(bed.shorepass(&["explain", HOST]));
    kill(&bed);
    start(&bed);
    let (_, second) = get(&bed).credential();

    for secret in [ADMIN.1, &secret, &second] {
        for said in &outputs {
            assert!(!said.stdout.contains(secret) && !said.stderr.contains(secret), "{said:?}");
        }
        for file in files(&bed) {
            let bytes = fs::read(&file).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{}", file.display());
        }
    }
}

fn files(bed: &Bed) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![bed.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                files.push(path);
            }
        }
    }
    files
}
