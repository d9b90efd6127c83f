//! Other credential helpers, asked by hand: what they have and each login, within a bound of time and size.

mod call;

use std::{collections::BTreeMap, process::Command, time::Duration};

use serde::Deserialize;
use shorepass_secret::Secret;
use zeroize::Zeroizing;

use crate::clock::Deadline;

/// All that one command asks of them, within one bound of time.
pub(crate) struct OtherHelpers {
    until: Deadline,
}

impl OtherHelpers {
    pub(crate) fn new() -> Self {
        Self { until: Deadline::after(PATIENCE) }
    }

    /// The keys that it has, with user names.
    pub(crate) fn list(&self, helper: &str) -> Result<BTreeMap<String, String>, String> {
        let output = self.ask(helper, "list", "unused")?;
        serde_json::from_slice(&output).map_err(|_| "its `list` is no list".into())
    }

    /// One login.
    pub(crate) fn get(&self, helper: &str, server: &str) -> Result<(String, Secret), String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Answer {
            username: String,
            secret: String,
        }
        let output = self.ask(helper, "get", server)?;
        // The parser's own words could quote the secret.
        let answer: Answer =
            serde_json::from_slice(&output).map_err(|_| "its answer is no login".to_owned())?;
        if answer.username.is_empty() || answer.secret.is_empty() {
            return Err("its login is empty".into());
        }
        Ok((answer.username, Secret::new(answer.secret)))
    }

    fn ask(&self, helper: &str, verb: &str, input: &str) -> Result<Zeroizing<Vec<u8>>, String> {
        let program = format!("docker-credential-{helper}");
        let patience = self.until.left().min(PATIENCE_FOR_ONE);
        if patience.is_zero() {
            let minutes = PATIENCE.as_secs() / 60;
            return Err(format!("`{program}` was not asked, since all took longer than {minutes} minutes"));
        }
        let mut command = Command::new(&program);
        command.arg(verb);
        call::answer(command, input, &Deadline::after(patience))
            .map_err(|fault| fault.in_words(&program, verb))
    }
}

/// Whether it can be one, as the broker has it: the end of a program's name.
pub(crate) fn is_name(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=64).contains(&text.len()) && !text.starts_with('.') && text.bytes().all(good)
}

const PATIENCE: Duration = Duration::from_secs(300);
/// A keyring may ask a person.
const PATIENCE_FOR_ONE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helper_is_named_by_its_plain_suffix() {
        for name in ["desktop", "ecr-login", "gcr_2.1", "containers-auth.json", &"x".repeat(64)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "a/b", "../x", ".x", "a b", "a\nb", &"x".repeat(65)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn nobody_is_asked_when_the_time_is_over() {
        let others = OtherHelpers { until: Deadline::after(Duration::ZERO) };

        assert!(others.list("absent").unwrap_err().contains("was not asked"));
    }
}
