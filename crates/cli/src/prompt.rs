//! Where a person's passwords and decisions come from: the terminal without echo, or stdin.
//!
//! A password is one line. Where nobody can be asked, it is said how to pass it instead.

use std::io::{self, BufRead, Read};

use shorepass_secret::Secret;
use zeroize::Zeroizing;

use crate::{exit::Exit, problem::Problem};

/// Whoever answers.
pub(crate) trait Prompt {
    /// A line that is not shown while it is typed.
    fn hidden(&mut self, question: &str) -> io::Result<Zeroizing<String>>;

    /// A line that is shown; `None` when nobody is there.
    fn shown(&mut self, question: &str) -> Option<String>;

    /// All of stdin.
    fn stdin(&mut self) -> io::Result<Zeroizing<Vec<u8>>>;
}

/// The terminal of this process.
pub(crate) struct Terminal;

impl Prompt for Terminal {
    fn hidden(&mut self, question: &str) -> io::Result<Zeroizing<String>> {
        rpassword::prompt_password(question).map(Zeroizing::new)
    }

    fn shown(&mut self, question: &str) -> Option<String> {
        use std::io::{IsTerminal, Write};

        if !io::stdin().is_terminal() {
            return None;
        }
        eprint!("{question}");
        let _ = io::stderr().flush();
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).ok().filter(|length| *length > 0)?;
        Some(line)
    }

    fn stdin(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        // Room for all of it, so that no copy is left behind by growing.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST as usize + 1));
        io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// A line that somebody types and sees; `option` is how to pass it instead.
pub(crate) fn text(
    prompt: &mut dyn Prompt,
    question: &str,
    option: &str,
    what: &str,
) -> Result<String, Problem> {
    let refuse = |why: &str| Problem::new(Exit::Usage, what).because(why);
    let typed = prompt
        .shown(question)
        .ok_or_else(|| refuse("there is no terminal to ask on").hint(format!("pass it, with `{option}`")))?;
    match typed.trim() {
        "" => Err(refuse("nothing was typed")),
        typed => Ok(typed.to_owned()),
    }
}

/// A secret that somebody types twice, since nothing tells yet whether it is the right one.
pub(crate) fn new_secret(prompt: &mut dyn Prompt, question: &str, what: &str) -> Result<Secret, Problem> {
    let first = secret(prompt, question, false, what)?;
    let second = secret(prompt, "the same again: ", false, what)?;
    if first == second {
        Ok(first)
    } else {
        Err(Problem::new(Exit::Usage, what).because("something else was typed the second time"))
    }
}

/// A secret that somebody types or pipes.
pub(crate) fn secret(
    prompt: &mut dyn Prompt,
    question: &str,
    is_piped: bool,
    what: &str,
) -> Result<Secret, Problem> {
    let refuse = |why: &str| Problem::new(Exit::Usage, what).because(why);
    if !is_piped {
        let typed = prompt.hidden(question).map_err(|_| {
            refuse("there is no terminal to ask on")
                .hint("pipe it in, with `--password-stdin` or `--passphrase-stdin`")
        })?;
        return if typed.is_empty() {
            Err(refuse("nothing was typed"))
        } else {
            Ok(Secret::new(typed.as_str()))
        };
    }
    let bytes = prompt.stdin().map_err(|_| refuse("stdin cannot be read"))?;
    if bytes.len() as u64 > LONGEST {
        return Err(refuse("what came in on stdin is longer than 64 KiB"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| refuse("what came in on stdin is not UTF-8"))?;
    // `echo` ends it with a newline, which belongs to no password.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    match text {
        "" => Err(refuse("nothing came in on stdin")),
        text => Ok(Secret::new(text)),
    }
}

const LONGEST: u64 = 64 * 1024;

#[cfg(test)]
pub(crate) mod fake {
    use super::*;

    /// Somebody who says always the same.
    #[derive(Default)]
    pub(crate) struct Person {
        pub typed: Option<&'static str>,
        pub piped: &'static str,
        pub says: Option<&'static str>,
    }

    impl Prompt for Person {
        fn hidden(&mut self, _: &str) -> io::Result<Zeroizing<String>> {
            self.typed
                .map(|text| Zeroizing::new(text.to_owned()))
                .ok_or_else(|| io::ErrorKind::NotFound.into())
        }

        fn shown(&mut self, _: &str) -> Option<String> {
            self.says.map(str::to_owned)
        }

        fn stdin(&mut self) -> io::Result<Zeroizing<Vec<u8>>> {
            Ok(Zeroizing::new(self.piped.as_bytes().to_vec()))
        }
    }
}

#[cfg(test)]
mod tests;
