//! What a person or a script sees: stdout is the answer, stderr the narration.

mod paint;
mod screen;
mod table;
mod time;

pub(crate) use paint::Paint;
pub(crate) use screen::Screen;
#[cfg(test)]
pub(crate) use screen::fake::screen as screen_fake;
pub(crate) use table::{facts, list, table};
pub(crate) use time::{ahead, span};

/// One line without control characters: what came from elsewhere must not steer the terminal.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn escape_sequences_are_defused() {
        assert_eq!(super::one_line("a\x1b[31mb\nc"), "a [31mb c");
    }
}
