//! The two streams of one command.
//!
//! A reader that went away (`shorepass status | head -1`) is no failure: what cannot be written is
//! dropped, and whoever prints in a loop asks [`Screen::is_closed`].

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use serde::Serialize;
use serde_json::json;

use super::{Paint, one_line};
use crate::{problem::Problem, surroundings::Surroundings};

/// Where a command prints.
pub(crate) struct Screen {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    /// For what goes to stdout.
    pub paint: Paint,
    /// For what goes to stderr.
    pub err_paint: Paint,
    is_terminal: bool,
    is_closed: bool,
}

impl Screen {
    pub(crate) fn of_process(around: &Surroundings) -> Self {
        let is_terminal = io::stdout().is_terminal();
        Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            paint: Paint::new(around, is_terminal),
            err_paint: Paint::new(around, io::stderr().is_terminal()),
            is_terminal,
            is_closed: false,
        }
    }

    /// A line of the answer.
    pub(crate) fn answer(&mut self, line: impl Display) {
        self.raw(format!("{line}\n").as_bytes());
    }

    /// Bytes of the answer as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        if self.out.write_all(bytes).and_then(|()| self.out.flush()).is_err() {
            self.is_closed = true;
        }
    }

    /// The answer as indented JSON.
    pub(crate) fn json(&mut self, answer: &impl Serialize) {
        match serde_json::to_string_pretty(answer) {
            Ok(text) => self.answer(text),
            Err(error) => self.narrate(format!("error: cannot write the answer as JSON: {error}")),
        }
    }

    /// The answer as one line of JSON.
    pub(crate) fn json_line(&mut self, answer: &impl Serialize) {
        match serde_json::to_string(answer) {
            Ok(text) => self.answer(text),
            Err(error) => self.narrate(format!("error: cannot write the answer as JSON: {error}")),
        }
    }

    /// A line beside the answer.
    pub(crate) fn narrate(&mut self, line: impl Display) {
        // A closed stderr leaves nobody to tell.
        let _ = writeln!(self.err, "{line}");
    }

    /// Why there is no answer.
    pub(crate) fn problem(&mut self, problem: &Problem, as_json: bool) {
        if as_json {
            self.json(&json!({ "error": problem, "exit": problem.exit as u8 }));
        }
        self.narrate(format!("{} {}", self.err_paint.red("error:"), one_line(&problem.what)));
        if let Some(cause) = &problem.cause {
            self.narrate(format!("cause: {}", one_line(cause)));
        }
        if let Some(hint) = &problem.hint {
            self.narrate(format!("hint:  {}", one_line(hint)));
        }
    }

    /// Empties the terminal; a pipe is left alone.
    pub(crate) fn clear(&mut self) {
        if self.is_terminal {
            self.raw(b"\x1b[H\x1b[2J");
        }
    }

    /// Whether the reader of the answer went away.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed
    }
}

#[cfg(test)]
pub(crate) mod fake {
    use std::{cell::RefCell, rc::Rc};

    use super::*;

    /// What a command printed.
    #[derive(Clone, Default)]
    pub(crate) struct Page(Rc<RefCell<Vec<u8>>>);

    impl Page {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).unwrap()
        }
    }

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A screen that remembers stdout and stderr.
    pub(crate) fn screen() -> (Screen, Page, Page) {
        let (out, err) = (Page::default(), Page::default());
        let screen = Screen {
            out: Box::new(out.clone()),
            err: Box::new(err.clone()),
            paint: Paint::PLAIN,
            err_paint: Paint::PLAIN,
            is_terminal: false,
            is_closed: false,
        };
        (screen, out, err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn a_problem_is_three_lines_on_stderr_and_an_object_on_stdout() {
        let (mut screen, out, err) = fake::screen();
        let problem = Problem::new(Exit::Denied, "no credential").because("refused").hint("run `x`");

        screen.problem(&problem, true);

        assert_eq!(err.text(), "error: no credential\ncause: refused\nhint:  run `x`\n");
        let object: serde_json::Value = serde_json::from_str(&out.text()).unwrap();
        assert_eq!(
            object,
            json!({ "error": { "what": "no credential", "cause": "refused", "hint": "run `x`" }, "exit": 4 })
        );
    }

    #[test]
    fn a_reader_that_left_closes_the_screen() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (mut screen, ..) = fake::screen();
        screen.out = Box::new(Gone);

        screen.answer("x");

        assert!(screen.is_closed());
    }
}
