//! A runner of GitHub Actions as far as a step can see it: inputs as variables, and files for what the step says.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    net::TcpListener,
    ops::Deref,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use sha2::{Digest, Sha256};
use shorepass_tests::bed::{Bed, Said};

use crate::packaging::{bed_with_temporary_folder, packaging};

pub(super) struct Runner {
    pub(super) bed: Bed,
}

/// What a step said; `commands` are those that the runner would obey.
#[derive(Debug)]
pub(super) struct Step(Said);

impl Runner {
    pub(super) fn new() -> Self {
        let mut bed = bed_with_temporary_folder();
        fs::create_dir(bed.path("tmp/_temp")).unwrap();
        for (name, file) in [("GITHUB_ENV", "env"), ("GITHUB_PATH", "path"), ("GITHUB_STATE", "state")] {
            let path = bed.write(file, "");
            bed.set(name, path.to_str().unwrap());
        }
        let temporary = bed.path("tmp/_temp");
        bed.set("RUNNER_TEMP", temporary.to_str().unwrap()).set("GITHUB_ACTIONS", "true");
        Self { bed }
    }

    pub(super) fn set(&mut self, variables: &[(&str, &str)]) {
        for (name, value) in variables {
            self.bed.set(name, value);
        }
    }

    pub(super) fn temporary(&self) -> PathBuf {
        self.bed.path("tmp/_temp")
    }

    /// Runs `main` with these inputs.
    pub(super) fn main(&self, inputs: &[(&str, &str)]) -> Step {
        let names: Vec<String> =
            inputs.iter().map(|(name, _)| format!("INPUT_{}", name.to_uppercase())).collect();
        let env: Vec<_> =
            names.iter().zip(inputs).map(|(name, (_, value))| (name.as_str(), *value)).collect();
        self.node("main.js", &env)
    }

    /// Runs `post` with what `main` has saved and exported.
    pub(super) fn post(&self) -> Step {
        let exported = self.exported();
        let saved: Vec<_> = records(&self.file("state"))
            .into_iter()
            .map(|(name, value)| (format!("STATE_{name}"), value))
            .collect();
        let mut env: Vec<_> =
            exported.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        env.extend(saved.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.node("post.js", &env)
    }

    /// The variables of later steps; all of them are paths.
    pub(super) fn exported(&self) -> BTreeMap<String, PathBuf> {
        records(&self.file("env")).into_iter().map(|(name, value)| (name, value.into())).collect()
    }

    pub(super) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.bed.path(name)).unwrap()
    }

    /// Serves an archive of programs that do nothing, once; its URL and digest.
    pub(super) fn archive(&self) -> (String, String) {
        for name in ["shorepass", "shorepassd", "docker-credential-shorepass"] {
            let file = self.bed.write(&format!("release/shorepass-1/bin/{name}"), "#!/bin/sh\nexit 0\n");
            fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let archive = self.bed.path("release.tar.gz");
        let made = Command::new("tar")
            .arg("-czf")
            .arg(&archive)
            .arg("-C")
            .arg(self.bed.path("release"))
            .arg(".")
            .status();
        assert!(made.unwrap().success());
        let bytes = fs::read(archive).unwrap();
        let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/shorepass.tar.gz", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
            stream.write_all(&[head.as_bytes(), &bytes].concat()).unwrap();
        });
        (url, digest)
    }

    fn node(&self, file: &str, env: &[(&str, &str)]) -> Step {
        let script = packaging("github-action").join(file);
        Step(self.bed.run(node().to_str().unwrap(), &[script.to_str().unwrap()], "", env))
    }
}

impl Step {
    /// The names of the workflow commands outside of what the step has marked as plain text.
    pub(super) fn commands(&self) -> Vec<&str> {
        let mut commands = Vec::new();
        let mut end = None;
        for line in self.0.stdout.lines() {
            match (end, line.strip_prefix("::stop-commands::")) {
                (Some(stopped), _) if line == stopped => end = None,
                (Some(_), _) => {}
                (None, Some(token)) => {
                    end = self.0.stdout.lines().find(|line| *line == format!("::{token}::"));
                }
                (None, None) => {
                    let name = line.strip_prefix("::").and_then(|rest| rest.split(['=', ' ', ':']).next());
                    commands.extend(name);
                }
            }
        }
        commands
    }
}

impl Deref for Step {
    type Target = Said;

    fn deref(&self) -> &Said {
        &self.0
    }
}

/// `NAME<<END`, lines, `END`: the last value of a name counts.
fn records(text: &str) -> BTreeMap<String, String> {
    let mut lines = text.lines();
    let mut found = BTreeMap::new();
    while let Some(head) = lines.next() {
        let (name, end) = head.split_once("<<").expect("a name and its end");
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
        found.insert(name.to_owned(), value.join("\n"));
    }
    found
}

/// That of the tests' packages, else the machine's.
fn node() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(".bed/node/node");
    if own.is_file() { own } else { PathBuf::from("/usr/bin/node") }
}

pub(super) const PERMITTED: &[(&str, &str)] = &[
    ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://pipelines.actions.githubusercontent.com/1?api-version=2"),
    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "canary"),
];
