//! A user of their own for one test: home, runtime folder, configuration, and the programs run in it.
//!
//! Nothing of the machine's environment gets in. Dropping it ends the broker that was started in it.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{cloud::aws::Aws, programs};

/// The user's surroundings.
pub struct Bed {
    folder: TempDir,
    env: BTreeMap<String, String>,
}

/// What a program said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its exit code; -1 when a signal ended it.
    pub code: i32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Bed {
    /// With an empty home and no cloud in sight.
    ///
    /// # Panics
    /// When no folder can be made.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("shorepass-").tempdir().expect("a temporary folder");
        let mut bed = Self { folder, env: BTreeMap::new() };
        for (name, place) in [
            ("HOME", "home"),
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_CONFIG_HOME", "home/.config"),
            ("XDG_STATE_HOME", "home/.local/state"),
            ("XDG_CACHE_HOME", "home/.cache"),
            ("DOCKER_CONFIG", "home/.docker"),
        ] {
            let path = bed.path(place);
            fs::create_dir_all(&path).expect("a folder in the temporary folder");
            bed.set(name, path.to_str().expect("UTF-8"));
        }
        bed.set("REGISTRY_AUTH_FILE", bed.path("home/auth.json").to_str().expect("UTF-8"));
        bed.set("PATH", &format!("{}:/usr/bin:/bin", programs::folder().display()));
        bed.set("AWS_EC2_METADATA_DISABLED", "true");
        // Without a key of its own, its logins would end up in the kernel's keyring, which all beds share.
        let key = bed.write("credentials/shorepass-vault-key", &"k".repeat(32));
        fs::set_permissions(key, fs::Permissions::from_mode(0o600)).expect("a file of its own");
        bed.set("CREDENTIALS_DIRECTORY", bed.path("credentials").to_str().expect("UTF-8"));
        bed
    }

    /// As a user of a fake cloud, by environment keys.
    #[must_use]
    pub fn of(cloud: &Aws, user: &str) -> Self {
        let mut bed = Self::new();
        for (name, value) in cloud.environment(user) {
            bed.set(name, &value);
        }
        bed
    }

    /// Sets a variable for everything that runs from now on.
    pub fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Takes a variable away.
    pub fn unset(&mut self, name: &str) -> &mut Self {
        self.env.remove(name);
        self
    }

    /// What a variable is set to.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }

    /// A place in the bed.
    #[must_use]
    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Writes a file in the bed, making its folder.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, relative: &str, text: &str) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder in the bed");
        fs::write(&path, text).expect("a file in the bed");
        path
    }

    /// Writes the user's `config.toml`.
    pub fn configure(&self, toml: &str) -> PathBuf {
        self.write("home/.config/shorepass/config.toml", toml)
    }

    /// Runs the helper with a verb and standard input.
    #[must_use]
    pub fn helper(&self, verb: &str, input: &str) -> Said {
        self.run("docker-credential-shorepass", &[verb], input, &[])
    }

    /// The same in a shell with other variables; an empty value takes a variable away.
    #[must_use]
    pub fn helper_in(&self, env: &[(&str, &str)], verb: &str, input: &str) -> Said {
        self.run("docker-credential-shorepass", &[verb], input, env)
    }

    /// Runs the command line program.
    #[must_use]
    pub fn shorepass(&self, words: &[&str]) -> Said {
        self.run("shorepass", words, "", &[])
    }

    /// Runs one of our programs to its end, for 60 seconds at most.
    ///
    /// # Panics
    /// When it does not start or does not end.
    #[must_use]
    pub fn run(&self, program: &str, words: &[&str], input: &str, env: &[(&str, &str)]) -> Said {
        finish(self.start(program, words, env), input.as_bytes().to_vec(), program)
    }

    /// Starts one of our programs.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start(&self, program: &str, words: &[&str], env: &[(&str, &str)]) -> Child {
        self.command(program, env).args(words).spawn().expect("the program starts")
    }

    /// One of our programs in the bed's environment, its streams piped.
    #[must_use]
    pub fn command(&self, program: &str, env: &[(&str, &str)]) -> Command {
        let mut command = Command::new(programs::program(program));
        command
            .env_clear()
            .envs(&self.env)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in env {
            if value.is_empty() {
                command.env_remove(name);
            } else {
                command.env(name, value);
            }
        }
        command
    }

    /// `shorepass status --json`; `None` when no broker runs.
    #[must_use]
    pub fn status(&self) -> Option<Value> {
        let said = self.shorepass(&["status", "--json"]);
        serde_json::from_str::<Value>(&said.stdout).ok().filter(|status| status["broker"].is_object())
    }

    /// One of the broker's counters.
    ///
    /// # Panics
    /// When no broker runs.
    #[must_use]
    pub fn counter(&self, name: &str) -> u64 {
        self.status().and_then(|status| status["counters"][name].as_u64()).expect("a running broker")
    }

    /// The broker's process id.
    #[must_use]
    pub fn broker(&self) -> Option<u32> {
        self.status()?["broker"]["pid"].as_u64()?.try_into().ok()
    }
}

impl Default for Bed {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        // A test that failed for want of the programs fails by its own name.
        if programs::folder().join("shorepass").is_file() {
            let _ = self.shorepass(&["broker", "stop"]);
        }
    }
}

impl Said {
    /// User name and password of a successful `get`.
    ///
    /// # Panics
    /// When it was none; what it said instead is in the message, the password is not.
    #[must_use]
    pub fn credential(&self) -> (String, String) {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        let answer: Value = serde_json::from_str(&self.stdout).expect("one JSON object");
        let text = |key: &str| answer[key].as_str().expect("a string").to_owned();
        (text("Username"), text("Secret"))
    }

    /// The JSON on standard output.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Feeds a program, waits for its end and returns what it said.
///
/// # Panics
/// When it has not ended after 60 seconds.
#[must_use]
pub fn finish(mut child: Child, input: Vec<u8>, name: &str) -> Said {
    let stdin = child.stdin.take();
    thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let collect = |stream: Option<Box<dyn Read + Send>>| {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stream.map(|mut stream| stream.read_to_end(&mut bytes));
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
        });
        receiver
    };
    let (stdout, stderr) =
        (collect(stdout.map(|s| Box::new(s) as _)), collect(stderr.map(|s| Box::new(s) as _)));
    let (Ok(stdout), Ok(stderr)) = (stdout.recv_timeout(LONGEST), stderr.recv_timeout(LONGEST)) else {
        let _ = child.kill();
        panic!("`{name}` did not end within {} s", LONGEST.as_secs());
    };
    let status = child.wait().expect("its exit status");
    Said { code: status.code().unwrap_or(-1), stdout, stderr }
}

/// What is read from a program that goes on, for 60 seconds at most.
///
/// # Panics
/// When it says nothing or only something else for so long; it is killed.
#[must_use]
pub fn read_from<T: Send + 'static>(
    child: &mut Child,
    name: &str,
    read: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || sender.send(read()));
    receiver.recv_timeout(LONGEST).unwrap_or_else(|_| {
        let _ = child.kill();
        panic!("`{name}` did not say within {} s what was waited for", LONGEST.as_secs());
    })
}

/// Waits until the question is answered with yes; says whether it was, within 30 seconds.
pub fn wait_until(mut question: impl FnMut() -> bool) -> bool {
    for _ in 0..600 {
        if question() {
            return true;
        }
        thread::sleep(Duration::from_millis(50));
    }
    false
}

const LONGEST: Duration = Duration::from_secs(60);
