//! One request for a credential, as the helper makes it, without the helper's process around it.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::ECR;
use crate::bed::Bed;

/// Two lines up and two lines down.
#[derive(Debug, Clone)]
pub(super) struct Conversation {
    socket: PathBuf,
    request: Vec<u8>,
    environment: Vec<u8>,
}

/// How long the lines are that came down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lengths {
    pub(super) question: usize,
    pub(super) answer: usize,
}

impl Conversation {
    /// With the broker of a bed, which is started.
    pub(super) fn new(bed: &Bed) -> io::Result<Self> {
        let said = bed.helper("get", ECR);
        if said.code != 0 {
            return Err(io::Error::other(format!("the first `get` failed: {}", said.stdout)));
        }
        let socket = bed.path("run/shorepass/broker.sock");
        let request = request(ECR);
        let question = Self { socket: socket.clone(), request: request.clone(), environment: Vec::new() };
        let question: Value = serde_json::from_slice(&question.ask()?)?;
        let names = question["names"].as_array().cloned().unwrap_or_default();

        let command = bed.command("/bin/true", &[]);
        let has: serde_json::Map<String, Value> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value?.to_str()?.into())))
            .filter(|(name, _)| names.iter().any(|wanted| wanted == name))
            .collect();
        Ok(Self { socket, request, environment: line(&json!({ "env": has })) })
    }

    /// The same for the registry of another account.
    pub(super) fn about(&self, account: usize) -> Self {
        let server = format!("{account:012}.dkr.ecr.eu-west-1.amazonaws.com");
        Self { request: request(&server), ..self.clone() }
    }

    /// The same with somebody else who listens.
    pub(super) fn at(&self, socket: &Path) -> Self {
        Self { socket: socket.to_owned(), ..self.clone() }
    }

    /// From connecting to the last byte of the answer.
    pub(super) fn hold(&self) -> io::Result<Lengths> {
        let mut stream = UnixStream::connect(&self.socket)?;
        let mut room = [0; 8192];
        stream.write_all(&self.request)?;
        let question = read_line(&mut stream, &mut room)?;
        stream.write_all(&self.environment)?;
        let answer = read_line(&mut stream, &mut room)?;
        Ok(Lengths { question, answer })
    }

    /// The same, looking at the answer.
    pub(super) fn check(&self) -> io::Result<Lengths> {
        let lengths = self.hold()?;
        let is_answer = lengths.answer > 1000;
        if is_answer { Ok(lengths) } else { Err(io::Error::other("the broker gave no credential")) }
    }

    /// Has everything forgotten.
    pub(super) fn forget(&self) -> io::Result<()> {
        let request = line(&json!({ "v": 1, "op": "forget", "server": null }));
        Self { request, ..self.clone() }.ask().map(drop)
    }

    /// The first line that comes down.
    fn ask(&self) -> io::Result<Vec<u8>> {
        let mut stream = UnixStream::connect(&self.socket)?;
        let mut room = [0; 8192];
        stream.write_all(&self.request)?;
        let length = read_line(&mut stream, &mut room)?;
        Ok(room[..length].to_vec())
    }
}

fn request(server: &str) -> Vec<u8> {
    line(&json!({ "v": 1, "op": "get", "server": server }))
}

fn line(value: &Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}

fn read_line(stream: &mut UnixStream, room: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    loop {
        match stream.read(&mut room[length..])? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => length += count,
        }
        if room[length - 1] == b'\n' {
            return Ok(length);
        }
    }
}
