//! Additions to Shorepass's own `config.toml`: lines come in, nothing that is there is changed.
//!
//! A file that cannot take them as plain lines is left alone, with the lines that a person can add.

use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use crate::{other_helper::is_name, surroundings::Surroundings};

/// A text with lines added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Added {
    /// The whole.
    pub after: String,
    /// What came in, as it stands there.
    pub lines: String,
}

/// What becomes of `hand_on`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HandOn {
    Added(Added),
    /// It is there already.
    Same,
    /// Another helper is there, which is a person's own choice.
    Other(String),
}

/// Why nothing was added: a fragment without any value of the file.
pub(crate) type Refused = String;

/// `$SHOREPASS_CONFIG`, else `config.toml` in the user's configuration folder.
pub(crate) fn file(around: &Surroundings) -> Option<PathBuf> {
    let named = around.variable_path("SHOREPASS_CONFIG").map(Path::to_owned);
    named.or_else(|| Some(around.config_folder.as_ref()?.join("config.toml")))
}

/// With `[vault] hand_on`.
pub(crate) fn with_hand_on(text: &str, helper: &str) -> Result<HandOn, Refused> {
    let document = parse(text)?;
    let line = format!("hand_on = \"{helper}\"\n");
    let Some((key, vault)) = document.get_key_value("vault") else {
        return appended(text, &format!("[vault]\n{line}")).map(HandOn::Added);
    };
    let DeValue::Table(table) = vault.get_ref() else { return Err("`vault` in it is no table".into()) };
    match table.get("hand_on").map(toml::Spanned::get_ref) {
        Some(DeValue::String(there)) if there == helper => return Ok(HandOn::Same),
        Some(DeValue::String(there)) if is_name(there) => return Ok(HandOn::Other(there.to_string())),
        Some(_) => return Err("`hand_on` in it names no helper".into()),
        None => {}
    }
    // Directly below the header, so that it belongs to that table whatever follows.
    let start = text[..key.span().start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
    let header = text[start..end].split('#').next().unwrap_or_default().trim();
    if header != "[vault]" {
        return Err("`vault` in it is not a table under a `[vault]` of its own line".into());
    }
    let lead = if text[..end].ends_with('\n') { "" } else { "\n" };
    let lines = format!("{lead}{line}");
    checked(Added { after: format!("{}{lines}{}", &text[..end], &text[end..]), lines }).map(HandOn::Added)
}

/// With tables at its end.
pub(crate) fn appended(text: &str, tables: &str) -> Result<Added, Refused> {
    parse(text)?;
    let lead = match text {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let lines = format!("{lead}{tables}");
    checked(Added { after: format!("{text}{lines}"), lines })
}

/// The text without lines that were added; `None` when they are not there as they were.
pub(crate) fn without(text: &str, lines: &str) -> Option<String> {
    let mut found = text.match_indices(lines);
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Some(format!("{}{}", &text[..at], &text[at + lines.len()..])),
        _ => None,
    }
}

/// TOML has ways to say things in which more lines make another sense or none.
fn checked(added: Added) -> Result<Added, Refused> {
    match DeTable::parse(&added.after) {
        Ok(_) => Ok(added),
        Err(_) => Err("it is laid out in a way that takes no more lines".into()),
    }
}

fn parse(text: &str) -> Result<DeTable<'_>, Refused> {
    // Never the error's display, which shows the line.
    let words = |error: toml::de::Error| error.message().lines().next().unwrap_or("malformed").to_owned();
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_on_comes_below_the_header_or_at_the_end() {
        for (before, after) in [
            ("", "[vault]\nhand_on = \"desktop\"\n"),
            ("[broker]\nworkers = 2\n", "[broker]\nworkers = 2\n\n[vault]\nhand_on = \"desktop\"\n"),
            (
                "[vault] # mine\nstore = \"file\"\n[broker]\n",
                "[vault] # mine\nhand_on = \"desktop\"\nstore = \"file\"\n[broker]\n",
            ),
            ("[vault]", "[vault]\nhand_on = \"desktop\"\n"),
        ] {
            let HandOn::Added(added) = with_hand_on(before, "desktop").unwrap() else { panic!("{before}") };

            assert_eq!(added.after, after);
            assert_eq!(without(&added.after, &added.lines).unwrap(), before);
            assert_eq!(with_hand_on(after, "desktop").unwrap(), HandOn::Same);
            assert_eq!(with_hand_on(after, "pass").unwrap(), HandOn::Other("desktop".into()));
        }
    }

    #[test]
    fn what_takes_no_lines_is_refused_without_its_content() {
        for text in [
            "vault = { store = \"canary\" }\n",
            "vault.store = \"canary\"\n",
            "vault = \"canary\"\n",
            "[vault]\nhand_on = 7 # canary\n",
            "[vault]\nhand_on = \"can ary\"\n",
            "canary canary",
        ] {
            let refused = with_hand_on(text, "desktop").unwrap_err();

            assert!(!refused.contains("canary"), "{refused}");
        }
        assert!(appended("registry = []\n", "[[registry]]\nmatch = \"x\"\n").is_err());
    }

    #[test]
    fn lines_that_somebody_changed_are_not_taken_out() {
        assert_eq!(without("[vault]\nhand_on = \"pass\"\n", "hand_on = \"desktop\"\n"), None);
    }
}
