//! Colour, where it is wanted: on a terminal, without `NO_COLOR`, and never as the only carrier of meaning.

use crate::surroundings::Surroundings;

/// Paints, or leaves plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    pub(crate) fn new(around: &Surroundings, is_terminal: bool) -> Self {
        let dumb = around.variable("TERM").is_some_and(|term| term == "dumb");
        Self { on: is_terminal && !dumb && around.variable("NO_COLOR").is_none() }
    }

    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { on: false };

    pub(crate) fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    pub(crate) fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }

    pub(crate) fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }

    pub(crate) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn colour_needs_a_terminal_and_no_objection() {
        let plain = Surroundings::fake(Path::new("/h"), &[]);
        let objecting = Surroundings::fake(Path::new("/h"), &[("NO_COLOR", Path::new("1"))]);

        assert_eq!(Paint::new(&plain, true).red("x"), "\x1b[31mx\x1b[0m");
        assert_eq!(Paint::new(&plain, false).red("x"), "x");
        assert_eq!(Paint::new(&objecting, true).red("x"), "x");
    }
}
