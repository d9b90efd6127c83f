//! One message is one line of JSON, capped.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

/// The longest line either side sends, its end included: 256 KiB.
pub const LONGEST: usize = 256 * 1024;

/// Writes one message with a single write.
///
/// # Errors
/// What writing says; a message over [`LONGEST`] is refused before anything is written.
pub fn write<T: Serialize>(mut to: impl Write, message: &T) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    if line.len() > LONGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the message is longer than 256 KiB"));
    }
    to.write_all(&line)?;
    to.flush()
}

/// Reads one message.
///
/// # Errors
/// What reading says; `UnexpectedEof` when the other side ended first, `InvalidData` when the line is
/// over [`LONGEST`] or is not the expected message. The line itself is never quoted.
pub fn read<T: DeserializeOwned>(mut from: impl Read) -> io::Result<T> {
    let mut line = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = match from.read(&mut chunk) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.extend_from_slice(&chunk[..count]);
        if chunk[..count].contains(&b'\n') {
            break;
        }
        if line.len() >= LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the line is longer than 256 KiB"));
        }
    }
    serde_json::from_slice(line.trim_ascii_end())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the line is not the expected message"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_arrives_as_it_was_sent() {
        let mut wire = Vec::new();

        write(&mut wire, &vec!["a", "b"]).unwrap();

        assert_eq!(wire, b"[\"a\",\"b\"]\n");
        assert_eq!(read::<Vec<String>>(wire.as_slice()).unwrap(), ["a", "b"]);
    }

    #[test]
    fn an_endless_line_is_cut_off() {
        let error = read::<String>(io::repeat(b'x')).unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_broken_line_is_not_quoted() {
        let error = read::<Vec<String>>(&b"{\"secret\":\"canary\"}\n"[..]).unwrap_err();

        assert!(!error.to_string().contains("canary"));
    }
}
