//! One question to a server of this machine, without TLS: JSON up, JSON down.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// The answer to a `GET`.
pub(crate) fn get(url: &str) -> io::Result<Value> {
    ask("GET", url, "")
}

/// The answer to a `POST` of JSON.
pub(crate) fn post(url: &str, body: &Value) -> io::Result<Value> {
    ask("POST", url, &body.to_string())
}

fn ask(method: &str, url: &str, body: &str) -> io::Result<Value> {
    let rest = url.strip_prefix("http://").ok_or_else(|| io::Error::other("no URL with `http://`"))?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(authority)?;
    stream.set_read_timeout(Some(LONGEST))?;
    stream.set_write_timeout(Some(LONGEST))?;
    // With HTTP/1.0 the answer is never in chunks and ends with the connection.
    write!(
        stream,
        "{method} /{path} HTTP/1.0\r\nHost: {authority}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    match head.split(' ').nth(1) {
        Some("200") => Ok(serde_json::from_str(body)?),
        status => Err(io::Error::other(format!("{url} answered with {status:?}"))),
    }
}

const LONGEST: Duration = Duration::from_secs(10);
