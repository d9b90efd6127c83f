//! `docker-credential-shorepass`: the docker credential helper.
//!
//! It asks the broker and prints what docker's protocol wants, byte for byte, under whatever
//! `docker-credential-*` name it is run. It keeps nothing, reads no configuration and is gone in
//! about a millisecond.

mod answer;
mod input;
mod verb;

use std::{env, path::PathBuf, process::ExitCode};

use answer::Answer;

fn main() -> ExitCode {
    #[cfg(windows)]
    end_in_any_case();
    let mut words = env::args_os();
    let name = words.next().map(PathBuf::from);
    let name =
        name.as_ref().and_then(|path| path.file_stem()?.to_str()).unwrap_or("docker-credential-shorepass");
    let (verb, rest) = (words.next(), words.next());
    let outcome = match (verb.as_ref().and_then(|verb| verb.to_str()), rest) {
        (Some("get"), None) => verb::get(),
        (Some("store"), None) => verb::store(),
        (Some("erase"), None) => verb::erase(),
        (Some("list"), None) => verb::list(),
        (Some("version" | "--version" | "-v"), None) => {
            Ok(Answer::Text(format!("{name} {}", env!("CARGO_PKG_VERSION"))))
        }
        _ => Err(Answer::Usage(format!("usage: {name} <get|store|erase|list|version>"))),
    };
    outcome.unwrap_or_else(|failure| failure).give()
}

/// A named pipe has no time limit of its own.
#[cfg(windows)]
fn end_in_any_case() {
    std::thread::spawn(|| {
        std::thread::sleep(std::time::Duration::from_secs(90));
        std::process::exit(1);
    });
}
