//! A session bus and a GNOME Keyring of their own, without a desktop.
//!
//! The bus starts nobody by itself, so a keyring that was stopped stays away. Both end when this is dropped.

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::bed::wait_until;

/// The session.
pub struct Keyring {
    folder: TempDir,
    bus: Child,
    daemon: Option<Child>,
}

impl Keyring {
    /// A session whose keyring is open. The password makes it, and opens it again later.
    ///
    /// # Panics
    /// When `dbus-daemon` or `gnome-keyring-daemon` is missing or does not come up.
    #[must_use]
    pub fn start(password: &str) -> Self {
        let mut keyring = Self::without_service();
        keyring.unlock(password);
        keyring
    }

    /// A session bus, and nobody who keeps secrets.
    ///
    /// # Panics
    /// When `dbus-daemon` is missing or does not come up.
    #[must_use]
    pub fn without_service() -> Self {
        let folder = tempfile::Builder::new().prefix("shorepass-keyring-").tempdir().expect("a folder");
        for name in ["home", "run"] {
            fs::create_dir(folder.path().join(name)).expect("a folder in the temporary folder");
        }
        let socket = folder.path().join("run/bus");
        let configuration = folder.path().join("bus.conf");
        fs::write(&configuration, BUS.replace("SOCKET", &socket.to_string_lossy())).expect("a file");
        let mut command = Command::new("dbus-daemon");
        command.arg("--nofork").arg("--config-file").arg(configuration).stderr(Stdio::null());
        let bus = command.spawn().unwrap_or_else(|error| missing("dbus-daemon", "dbus", &error));
        let keyring = Self { folder, bus, daemon: None };
        assert!(wait_until(|| socket.exists()), "`dbus-daemon` makes no socket");
        keyring
    }

    /// What a program must have as `DBUS_SESSION_BUS_ADDRESS`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("unix:path={}", self.folder.path().join("run/bus").display())
    }

    /// Opens the keyring, with a daemon of its own.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn unlock(&mut self, password: &str) {
        self.start_daemon(Some(password));
        let is_up = wait_until(|| {
            self.start_again_if_ended(Some(password));
            self.is_open()
        });
        assert!(is_up, "the keyring does not open");
    }

    /// Starts the daemon as a session does that nobody has signed in to.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start_without_password(&mut self) {
        self.start_daemon(None);
        let is_up = wait_until(|| {
            self.start_again_if_ended(None);
            self.has_owner()
        });
        assert!(is_up, "the keyring does not come up");
    }

    /// Starts the daemon with a keyring that has no password.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start_with_plain_file(&mut self) {
        let folder = self.place("home/.local/share/keyrings");
        fs::create_dir_all(&folder).expect("a folder in the home");
        fs::write(folder.join("login.keyring"), "[keyring]\ndisplay-name=Login\n").expect("a file");
        fs::write(folder.join("default"), "login").expect("a file");
        self.start_without_password();
    }

    /// Locks the keyring, as a screen saver may.
    ///
    /// # Panics
    /// When it cannot be locked.
    pub fn lock(&self) {
        let method = "org.freedesktop.Secret.Service.Lock";
        let said = self.call(SERVICE, "/org/freedesktop/secrets", method, &format!("array:objpath:{LOGIN}"));
        assert!(said.is_some() && !self.is_open(), "the keyring does not lock");
    }

    /// Ends the daemon without a farewell.
    pub fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            end(&mut daemon);
            assert!(wait_until(|| !self.has_owner()), "the bus does not notice");
        }
    }

    /// The daemon answers nothing any more, and does not end.
    ///
    /// # Panics
    /// When there is none.
    pub fn freeze(&self) {
        signal(self.daemon.as_ref().expect("a daemon"), Signal::STOP);
    }

    /// The bus answers nothing any more, and does not end.
    pub fn freeze_bus(&self) {
        signal(&self.bus, Signal::STOP);
    }

    /// A program of the session.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("DBUS_SESSION_BUS_ADDRESS", self.address());
        command.env("HOME", self.place("home")).env("XDG_RUNTIME_DIR", self.place("run"));
        command
    }

    fn start_daemon(&mut self, password: Option<&str>) {
        self.stop();
        let mut command = self.command("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).stdout(Stdio::null()).stderr(Stdio::null());
        if password.is_some() {
            command.arg("--unlock").stdin(Stdio::piped());
        }
        let mut daemon =
            command.spawn().unwrap_or_else(|error| missing("gnome-keyring-daemon", "gnome-keyring", &error));
        if let Some((mut stdin, password)) = daemon.stdin.take().zip(password) {
            stdin.write_all(password.as_bytes()).expect("the keyring takes a password");
        }
        self.daemon = Some(daemon);
    }

    /// On a machine that is busy it gives up now and then before it has begun.
    fn start_again_if_ended(&mut self, password: Option<&str>) {
        let has_ended = |daemon: &mut Child| daemon.try_wait().is_ok_and(|status| status.is_some());
        if self.daemon.as_mut().is_none_or(has_ended) {
            self.start_daemon(password);
        }
    }

    fn has_owner(&self) -> bool {
        let method = "org.freedesktop.DBus.NameHasOwner";
        let said = self.call("org.freedesktop.DBus", "/", method, &format!("string:{SERVICE}"));
        said.is_some_and(|said| said.contains("boolean true"))
    }

    fn is_open(&self) -> bool {
        if !self.has_owner() {
            return false;
        }
        let mut command = self.command("dbus-send");
        command.args(["--session", "--print-reply", &format!("--dest={SERVICE}"), LOGIN]);
        command.args(["org.freedesktop.DBus.Properties.Get", "string:org.freedesktop.Secret.Collection"]);
        let output = command.arg("string:Locked").output().expect("`dbus-send` of the package `dbus`");
        String::from_utf8_lossy(&output.stdout).contains("boolean false")
    }

    fn call(&self, to: &str, path: &str, method: &str, argument: &str) -> Option<String> {
        let mut command = self.command("dbus-send");
        command.args(["--session", "--print-reply", &format!("--dest={to}"), path, method, argument]);
        let output = command.output().expect("`dbus-send` of the package `dbus`");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            end(daemon);
        }
        end(&mut self.bus);
    }
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn signal(child: &Child, signal: Signal) {
    let _ = kill_process(Pid::from_child(child), signal);
}

fn missing(program: &str, package: &str, error: &std::io::Error) -> ! {
    panic!("`{program}` of the package `{package}` does not start: {error}")
}

const SERVICE: &str = "org.freedesktop.secrets";
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;
