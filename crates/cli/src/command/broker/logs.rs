//! The end of a log file, and what is added to it.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    thread,
    time::Duration,
};

use shorepass_protocol::private;

use crate::{arguments::Logs, exit::Exit, output::Screen, problem::Problem, surroundings::Surroundings};

pub(super) fn run(logs: &Logs, around: &Surroundings, screen: &mut Screen) -> Result<Exit, Problem> {
    let name = if logs.audit { "audit.log" } else { "shorepassd.log" };
    let folder = private_folder(around).or(around.state_folder.as_deref()).ok_or_else(|| {
        Problem::new(Exit::NotFound, "there is no log")
            .because("no home folder is known, so the broker writes none")
            .hint("to see what it says, run `shorepass broker run`")
    })?;
    let path = folder.join(name);
    screen.narrate(format!("# {}", path.display()));

    let mut seen = match end(&path, logs.lines) {
        Ok((text, length)) => {
            screen.raw(&text);
            length
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && logs.follow => 0,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Problem::new(Exit::NotFound, "there is no log")
                .because(format!("`{}` does not exist: no broker has written to it yet", path.display()))
                .hint("to start one, run `shorepass broker start`"));
        }
        Err(error) => return Err(Problem::of_file("read", &path, &error)),
    };
    while logs.follow && !screen.is_closed() {
        thread::sleep(BETWEEN_LOOKS);
        match added(&path, seen) {
            Ok((text, length)) => {
                screen.raw(&text);
                seen = length;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => seen = 0,
            Err(error) => return Err(Problem::of_file("read", &path, &error)),
        }
    }
    Ok(Exit::Ok)
}

/// Within `shorepass exec` the log is beside the socket.
fn private_folder(around: &Surroundings) -> Option<&Path> {
    private::folder(around.variable_path("SHOREPASS_SOCKET")?)
}

/// The last lines, from no more than the last mebibyte, and how long the file is.
fn end(path: &Path, lines: usize) -> io::Result<(Vec<u8>, u64)> {
    let length = File::open(path)?.metadata()?.len();
    let from = length.saturating_sub(LONGEST_READ);
    let text = read(path, from, length)?;
    let breaks: Vec<usize> = (0..text.len()).filter(|at| text[*at] == b'\n').collect();
    let is_closed = text.last() == Some(&b'\n');
    let before = breaks.len() + usize::from(!is_closed && !text.is_empty());
    let start = match before.checked_sub(lines) {
        None | Some(0) => 0,
        Some(skipped) => breaks[skipped - 1] + 1,
    };
    Ok((text[start..].to_vec(), length))
}

/// What was added since; a file that has become shorter is a new one.
fn added(path: &Path, seen: u64) -> io::Result<(Vec<u8>, u64)> {
    let length = File::open(path)?.metadata()?.len();
    let from = if length < seen { 0 } else { seen };
    let to = length.min(from + LONGEST_READ);
    Ok((read(path, from, to)?, to))
}

fn read(path: &Path, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut text = Vec::new();
    file.take(to - from).read_to_end(&mut text)?;
    Ok(text)
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
const LONGEST_READ: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_last_lines_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        for (text, lines, expected) in [
            ("a\nb\nc\n", 2, "b\nc\n"),
            ("a\nb\nc", 2, "b\nc"),
            ("a\n", 5, "a\n"),
            ("", 5, ""),
            ("a\nb\n", 0, ""),
        ] {
            fs::write(&path, text).unwrap();

            let (end, length) = end(&path, lines).unwrap();

            assert_eq!(String::from_utf8(end).unwrap(), expected, "{text:?} {lines}");
            assert_eq!(length, text.len() as u64);
        }
    }

    #[test]
    fn a_file_that_was_begun_anew_is_read_from_its_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, "one\ntwo\n").unwrap();

        assert_eq!(added(&path, 4).unwrap(), (b"two\n".to_vec(), 8));
        fs::write(&path, "new\n").unwrap();
        assert_eq!(added(&path, 8).unwrap(), (b"new\n".to_vec(), 4));
    }
}
