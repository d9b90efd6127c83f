//! One claim of a token, which is somebody else's text: shown only without what could change the line
//! around it, and compared as it is.

use std::fmt;

/// As it stands in the token; what is displayed is what a line can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim(String);

impl Claim {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it stands in the token.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.0.chars().filter(|c| !c.is_control() && !is_invisible(*c) && *c != '`');
        f.write_str(&seen.take(LONGEST).collect::<String>())
    }
}

/// Marks that turn the direction of a line or take no place in it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

const LONGEST: usize = 250;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_change_the_line_is_not_shown() {
        let claim = Claim::new("repo:\u{1b}[31mx`\n\u{202e}y\u{2066}");

        assert_eq!(claim.to_string(), "repo:[31mxy");
        assert_eq!(Claim::new("x".repeat(1000)).to_string().len(), LONGEST);
    }
}
