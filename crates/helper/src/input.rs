//! Reads what docker writes on standard input, with and without a newline, and never without end.

use std::io::{self, Read};

use serde::Deserialize;

use crate::answer::Answer;

/// The server address of `get` and `erase`.
pub(crate) fn server() -> Result<String, Answer> {
    let text = read().map_err(|error| Answer::unreadable(&error))?;
    match text.trim() {
        "" => Err(Answer::NoServer),
        server => Ok(server.to_owned()),
    }
}

/// The server address of a `store`; the login itself is not looked at, only that it is one.
pub(crate) fn login() -> Result<String, Answer> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Login {
        #[serde(rename = "ServerURL", default)]
        server_url: String,
        #[serde(default)]
        username: String,
    }
    let text = read().map_err(|error| Answer::unreadable(&error))?;
    // The parser's own words could quote the password.
    let login: Login = serde_json::from_str(&text).map_err(|_| Answer::BadLogin)?;
    match (login.server_url.trim(), login.username.trim()) {
        ("", _) => Err(Answer::NoServer),
        (_, "") => Err(Answer::NoUser),
        (server, _) => Ok(server.to_owned()),
    }
}

fn read() -> io::Result<String> {
    let mut bytes = Vec::with_capacity(512);
    io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is longer than 256 KiB"));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

const LONGEST: u64 = 256 * 1024;
