//! `shorepass exec`: a command with a broker and clients' files of its own, of which nothing is left.

mod ending;
mod furnished;
mod kills;
mod secrets;
mod sharing;
mod signals;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use shorepass_tests::bed::{Bed, Said, finish, wait_until};

use crate::{
    ECR,
    broker_life::{
        first_line,
        processes::{in_bed, read},
    },
};

/// Runs a script by `shorepass exec` to its end.
fn exec(bed: &Bed, options: &[&str], script: &str) -> Said {
    exec_in(bed, &[], options, script)
}

/// The same with other variables.
fn exec_in(bed: &Bed, env: &[(&str, &str)], options: &[&str], script: &str) -> Said {
    bed.run("shorepass", &words(options, script), "", env)
}

fn words<'a>(options: &[&'a str], script: &'a str) -> Vec<&'a str> {
    [&["exec"], options, &["--", "sh", "-c", script]].concat()
}

/// A script that has begun, named its process and its socket, and waits for its input to end.
struct Running {
    exec: Child,
    command: u32,
    folder: PathBuf,
}

impl Running {
    fn begin(bed: &Bed, after: &str) -> Self {
        Self::of(bed.command("shorepass", &[]).args(words(&[], &Self::script(after))))
    }

    fn script(after: &str) -> String {
        format!("echo $$ $SHOREPASS_SOCKET; read line; {after}")
    }

    fn of(command: &mut Command) -> Self {
        let mut exec = command.spawn().unwrap();
        let line = first_line(&mut exec);
        let (command, socket) = line.split_once(' ').unwrap();
        let folder = Path::new(socket).parent().unwrap().to_owned();
        Self { exec, command: command.parse().unwrap(), folder }
    }

    fn broker(&self, bed: &Bed) -> Option<u32> {
        let folder = self.folder.display().to_string();
        in_bed(bed).into_iter().find(|pid| {
            read(*pid, "cmdline").contains("shorepassd") && read(*pid, "environ").contains(&folder)
        })
    }

    fn helper(&self, bed: &Bed) -> Said {
        let socket = self.folder.join("broker.sock");
        bed.helper_in(&[("SHOREPASS_SOCKET", socket.to_str().unwrap())], "get", ECR)
    }

    fn end(self) -> Said {
        finish(self.exec, Vec::new(), "shorepass exec")
    }
}

/// Everything in the bed, and what is in the files.
fn tree(bed: &Bed) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![bed.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path.clone(), fs::read(path).unwrap_or_default());
        }
    }
    found
}

/// Neither a process nor a file more than before.
fn assert_nothing_is_left(bed: &Bed, before: &BTreeMap<PathBuf, Vec<u8>>) {
    assert!(wait_until(|| in_bed(bed).is_empty()), "{:?}", in_bed(bed));
    assert_eq!(tree(bed).keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    assert!(&tree(bed) == before, "a file has changed");
}

/// Prints the credential as a client gets it.
fn get() -> String {
    format!("printf %s {ECR} | docker-credential-shorepass get")
}
