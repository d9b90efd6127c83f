//! Debian's `tinyproxy`, private to one test: a free port, a password, and a log that says who went where.

use std::{
    fs,
    io::ErrorKind,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use shorepass_tests::bed::wait_until;

pub(super) struct Tinyproxy {
    process: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Tinyproxy {
    /// Starts it and waits until it listens.
    pub(super) fn start(folder: &Path) -> Self {
        (0..TRIES).find_map(|_| Self::try_start(folder)).expect("tinyproxy listens")
    }

    /// `None` when somebody else was given the port in between.
    fn try_start(folder: &Path) -> Option<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let (settings, log) = (folder.join("tinyproxy.conf"), folder.join("tinyproxy.log"));
        let text = format!(
            "Listen 127.0.0.1\nPort {}\nTimeout 30\nLogFile \"{}\"\nLogLevel Info\nBasicAuth {USER} {PASSWORD}\n",
            address.port(),
            log.display()
        );
        fs::write(&settings, text).unwrap();
        let process = Command::new("tinyproxy")
            .args(["-d", "-c"])
            .arg(&settings)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = match process {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("`tinyproxy` is missing; to install it, run `sh tests/install/run.sh`")
            }
            started => started.unwrap(),
        };
        let mut proxy = Self { process, address, log };
        let mut has_ended = false;
        let answers = wait_until(|| {
            has_ended = proxy.process.try_wait().unwrap().is_some();
            has_ended || TcpStream::connect(address).is_ok()
        });
        (answers && !has_ended).then_some(proxy)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many tunnels were asked for to there.
    pub(super) fn tunnels(&self, to: SocketAddr) -> usize {
        self.log().matches(&format!(": CONNECT {to} HTTP/1.1")).count()
    }

    /// All that it has written.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) const USER: &str = "bosun";
pub(super) const PASSWORD: &str = "shipshape";
const TRIES: usize = 5;
