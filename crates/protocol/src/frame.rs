//! One message is one line of JSON, capped.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

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

/// Reads one message: the first line, and never more than [`LONGEST`] bytes. What stands after the line
/// is lost, so the other side must not send on before it is answered.
///
/// # Errors
/// What reading says; `UnexpectedEof` when the other side ended first, `InvalidData` when the line is
/// over [`LONGEST`] or is not the expected message. The line itself is never quoted.
pub fn read<T: DeserializeOwned>(from: impl Read) -> io::Result<T> {
    parse(&read_line(from)?)
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> io::Result<T> {
    serde_json::from_slice(line)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "the line is not the expected message"))
}

/// The first line without its end.
pub(crate) fn read_line(mut from: impl Read) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let room = chunk.len().min(LONGEST - line.len());
        let count = match from.read(&mut chunk[..room]) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let before = line.len();
        line.extend_from_slice(&chunk[..count]);
        if let Some(at) = first_newline(&chunk[..count]) {
            line.truncate(before + at);
            return Ok(line);
        }
        if line.len() == LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the line is longer than 256 KiB"));
        }
    }
}

/// Nearly always the last byte; `contains` looks at many bytes at once, `position` at one after another.
fn first_newline(bytes: &[u8]) -> Option<usize> {
    let (last, others) = bytes.split_last()?;
    if others.contains(&b'\n') {
        return others.iter().position(|b| *b == b'\n');
    }
    (*last == b'\n').then_some(others.len())
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
    fn a_line_a_little_over_the_cap_is_not_read() {
        let line = [vec![b' '; LONGEST - 3], b"\"a\"\n".to_vec()].concat();

        let error = read::<String>(line.as_slice()).unwrap_err();

        assert_eq!(error.to_string(), "the line is longer than 256 KiB");
        assert_eq!(read::<String>(&line[1..]).unwrap(), "a");
    }

    #[test]
    fn a_second_line_changes_nothing_however_it_arrives() {
        let (first, second) = (&b"[1]\n"[..], &b"[2]\n"[..]);

        assert_eq!(read::<Vec<u8>>([first, second].concat().as_slice()).unwrap(), [1]);
        assert_eq!(read::<Vec<u8>>(first.chain(second)).unwrap(), [1]);
    }

    #[test]
    fn a_broken_line_is_not_quoted() {
        let error = read::<Vec<String>>(&b"{\"secret\":\"canary\"}\n"[..]).unwrap_err();

        assert!(!error.to_string().contains("canary"));
    }
}
