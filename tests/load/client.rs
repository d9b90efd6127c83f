//! A client that speaks to the socket itself: what it measures is the broker, not the start of a process.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::PathBuf,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// Asks like a helper with these variables.
pub(crate) struct Client {
    pub(crate) socket: PathBuf,
    pub(crate) variables: BTreeMap<String, String>,
}

impl Client {
    /// The whole conversation of one `get`; the broker's answer.
    pub(crate) fn get(&self, server: &str) -> Value {
        let mut stream = UnixStream::connect(&self.socket).unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut say = |message: &Value| stream.write_all(format!("{message}\n").as_bytes()).unwrap();
        let mut hear = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
        say(&json!({"v": 1, "op": "get", "server": server}));
        let asked = hear();
        assert_eq!(asked["status"], "need_env", "{asked}");
        say(&json!({ "env": self.variables }));
        hear()
    }

    /// How long `count` hits take, one after the other, sorted.
    #[expect(clippy::disallowed_methods, reason = "a stopwatch")]
    pub(crate) fn time(&self, server: &str, count: usize) -> Vec<Duration> {
        let mut times: Vec<Duration> = (0..count)
            .map(|_| {
                let begun = Instant::now();
                assert_eq!(self.get(server)["status"], "ok");
                begun.elapsed()
            })
            .collect();
        times.sort_unstable();
        times
    }
}
