//! Which text from outside may stand in a command that somebody will paste into a shell.
//!
//! What a token claims may have been chosen by whoever wants the command to do something else. So the
//! test is strict, and a command that cannot be made is not shown at all: a mended claim would be wrong.

/// The text, if it means itself between quotes of either sort, in JSON and in a policy.
pub(crate) fn plain(text: &str) -> Option<&str> {
    let is_plain = |c: char| {
        (c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric())
            && !matches!(c, '\'' | '"' | '\\' | '$' | '`' | '!')
    };
    ((1..=LONGEST).contains(&text.len()) && text.chars().all(is_plain)).then_some(text)
}

/// The text as one word of a shell, if no program takes it for an option, a file or a list.
pub(crate) fn word(text: &str) -> Option<String> {
    let text = plain(text)?;
    let begins_plainly = text.starts_with(|first: char| first.is_alphanumeric() || first == '/');
    let names_a_file = ["file:", "fileb:"].iter().any(|scheme| text.to_ascii_lowercase().starts_with(scheme));
    (begins_plainly && !names_a_file && !text.contains(',')).then(|| quoted(text))
}

/// Something that has been found plain, for a shell.
pub(crate) fn quoted(plain: &str) -> String {
    format!("'{plain}'")
}

const LONGEST: usize = 250;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_claims_are_plain() {
        for claim in [
            "https://token.actions.githubusercontent.com",
            "repo:octo@1/app@2:environment:prod%3Aeu",
            "{0c2d1b7e-5a4f}:{3e5d7c9b}",
            "system:serviceaccount:default:puller",
            "api://AzureADTokenExchange",
            "//iam.googleapis.com/projects/1/x",
            "https://jenkins.example/job/größe 2/",
        ] {
            assert_eq!(plain(claim), Some(claim));
        }
    }

    #[test]
    fn what_could_leave_its_quotes_is_no_part_of_a_command() {
        for claim in [
            "",
            "a'b",
            "a\"b",
            "a\\b",
            "$(id)",
            "a`id`",
            "a\nb",
            "a\u{1b}b",
            "a\u{202e}b",
            "a!b",
            &"x".repeat(251),
        ] {
            assert_eq!(plain(claim), None, "{claim:?}");
            assert_eq!(word(claim), None, "{claim:?}");
        }
    }

    #[test]
    fn a_word_is_neither_an_option_nor_a_file_nor_a_list() {
        assert_eq!(word("sts.amazonaws.com").as_deref(), Some("'sts.amazonaws.com'"));
        assert_eq!(word("//iam.googleapis.com/x").as_deref(), Some("'//iam.googleapis.com/x'"));
        for text in
            ["--profile=evil", "@file", "[1]", "{a}", "^;^a", "file:///etc/passwd", "FILEB://x", "a,b"]
        {
            assert_eq!(word(text), None, "{text}");
        }
    }
}
