//! `docker-credential-shorepass`: the docker credential helper.
//!
//! It asks the broker and prints what docker's protocol wants, byte for byte, under whatever name it is run, but for
//! two: those of the kubelet's protocol and of Bazel's. It keeps nothing, reads no configuration and is gone in about a
//! millisecond.

mod answer;
mod front_door;
mod input;
mod verb;

use std::{env, path::PathBuf, process::ExitCode};

use answer::Answer;
use shorepass_protocol::message::FrontDoor;

fn main() -> ExitCode {
    #[cfg(windows)]
    end_in_any_case();
    let mut words = env::args_os();
    let name = words.next().map(PathBuf::from);
    let name =
        name.as_ref().and_then(|path| path.file_stem()?.to_str()).unwrap_or("docker-credential-shorepass");
    let (verb, rest) = (words.next(), words.next());
    let is_alone = rest.is_none();
    let outcome = match (name, verb.as_ref().and_then(|verb| verb.to_str())) {
        (_, Some("version" | "--version" | "-v")) if is_alone => {
            Ok(Answer::Text(format!("{name} {}", env!("CARGO_PKG_VERSION"))))
        }
        (KUBELET_NAME, _) => front_door::present(FrontDoor::Kubelet),
        (BAZEL_NAME, Some("get")) if is_alone => front_door::present(FrontDoor::Bazel),
        (BAZEL_NAME, _) => Err(Answer::Usage(format!("usage: {name} get")).aside()),
        (_, Some("get")) if is_alone => verb::get(),
        (_, Some("store")) if is_alone => verb::store(),
        (_, Some("erase")) if is_alone => verb::erase(),
        (_, Some("list")) if is_alone => verb::list(),
        _ => Err(Answer::Usage(format!("usage: {name} <get|store|erase|list|version>"))),
    };
    outcome.unwrap_or_else(|failure| failure).give()
}

/// The kubelet hands over the arguments of its configuration, and has none of its own.
const KUBELET_NAME: &str = "shorepass-credential-provider";
const BAZEL_NAME: &str = "shorepass-credential-helper";

/// A named pipe has no time limit of its own.
#[cfg(windows)]
fn end_in_any_case() {
    std::thread::spawn(|| {
        std::thread::sleep(std::time::Duration::from_secs(90));
        std::process::exit(1);
    });
}
