//! Reads what docker writes on standard input, with and without a newline, and never without end.

use std::io::{self, Read};

use serde::Deserialize;
use shorepass_secret::Secret;

use crate::answer::Answer;

/// The server address of `get` and `erase`.
pub(crate) fn server() -> Result<String, Answer> {
    let text = read(LONGEST, TOO_LONG).map_err(|error| Answer::unreadable(&error))?;
    match text.trim() {
        "" => Err(Answer::NoServer),
        server => Ok(server.to_owned()),
    }
}

/// All of it, for a protocol that the broker understands.
pub(crate) fn whole() -> Result<Secret, Answer> {
    read(LONGEST_QUESTION, "it is longer than 127 KiB")
        .map(Secret::new)
        .map_err(|error| Answer::unreadable(&error))
}

/// What a client stores.
pub(crate) struct Login {
    pub(crate) server: String,
    pub(crate) username: String,
    pub(crate) secret: Secret,
}

/// The login of a `store`.
pub(crate) fn login() -> Result<Login, Answer> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Given {
        #[serde(rename = "ServerURL", default)]
        server_url: String,
        #[serde(default)]
        username: String,
        #[serde(default)]
        secret: String,
    }
    let text = read(LONGEST, TOO_LONG).map_err(|error| Answer::unreadable(&error))?;
    // The parser's own words could quote the password.
    let given: Given = serde_json::from_str(&text).map_err(|_| Answer::BadLogin)?;
    match (given.server_url.trim(), given.username.trim()) {
        ("", _) => Err(Answer::NoServer),
        (_, "") => Err(Answer::NoUser),
        (server, username) => Ok(Login {
            server: server.to_owned(),
            username: username.to_owned(),
            secret: Secret::new(given.secret),
        }),
    }
}

fn read(longest: u64, too_long: &'static str) -> io::Result<String> {
    let mut bytes = Vec::with_capacity(512);
    io::stdin().lock().take(longest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > longest {
        return Err(io::Error::new(io::ErrorKind::InvalidData, too_long));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

const LONGEST: u64 = 256 * 1024;
const TOO_LONG: &str = "it is longer than 256 KiB";
/// Half a message to the broker, where each quote becomes two bytes, less what stands around it.
const LONGEST_QUESTION: u64 = 127 * 1024;
