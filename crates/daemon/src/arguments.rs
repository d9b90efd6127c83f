//! The few words `shorepassd` understands.

use std::{ffi::OsString, path::PathBuf};

/// What the command line says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) mode: Mode,
    /// Started by a helper: says `ready` on standard output, detaches, leaves when idle.
    pub(crate) is_auto: bool,
    /// Serves every user of the machine, each with their own rights.
    pub(crate) is_machine_wide: bool,
    pub(crate) socket: Option<PathBuf>,
}

#[derive(Debug, Default, PartialEq, Eq, Clone, Copy)]
pub(crate) enum Mode {
    #[default]
    Serve,
    Once,
    Version,
    Help,
}

impl Arguments {
    pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--auto") => arguments.is_auto = true,
                Some("--machine") => arguments.is_machine_wide = true,
                Some("--stdio") => arguments.mode = Mode::Once,
                Some("--version" | "-V") => arguments.mode = Mode::Version,
                Some("--help" | "-h") => arguments.mode = Mode::Help,
                Some("--socket") => {
                    arguments.socket = Some(words.next().ok_or("`--socket` needs a path")?.into());
                }
                _ => return Err(format!("unknown argument `{}`", word.to_string_lossy())),
            }
        }
        Ok(arguments)
    }
}

pub(crate) const USAGE: &str = "\
shorepassd: the credential broker of docker-credential-shorepass

Usage: shorepassd [--auto] [--machine] [--socket PATH]
       shorepassd --stdio

  --auto         say `ready` on standard output, detach, leave after a while without requests
  --machine      serve every user of this machine, each exchange under the caller's own user id
  --socket PATH  listen there instead of the usual place
  --stdio        answer one request from standard input on standard output, without a cache
  --version      print the version
  --help         print this

Signals: TERM and INT answer what is in flight and leave; HUP reads the configuration again.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_or_named() {
        let parse = |line: &str| Arguments::parse(line.split_whitespace().map(OsString::from));

        assert_eq!(parse("--auto --socket /x").unwrap().socket, Some("/x".into()));
        assert_eq!(parse("--stdio").unwrap().mode, Mode::Once);
        assert_eq!(parse("--socket").unwrap_err(), "`--socket` needs a path");
        assert_eq!(parse("start").unwrap_err(), "unknown argument `start`");
    }
}
