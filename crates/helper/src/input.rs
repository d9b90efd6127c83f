//! Reads what docker writes on standard input, with and without a newline, and never without end.

use std::io::{self, Read};

use serde::Deserialize;
use shorepass_secret::Secret;

use crate::answer::Answer;

/// The server address of `get` and `erase`.
pub(crate) fn server() -> Result<String, Answer> {
    let text = read().map_err(|error| Answer::unreadable(&error))?;
    match text.trim() {
        "" => Err(Answer::NoServer),
        server => Ok(server.to_owned()),
    }
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
    let text = read().map_err(|error| Answer::unreadable(&error))?;
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

fn read() -> io::Result<String> {
    let mut bytes = Vec::with_capacity(512);
    io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is longer than 256 KiB"));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

const LONGEST: u64 = 256 * 1024;
