//! `vault unlock`: gives the encrypted file its passphrase, or a new file its first one.

use serde_json::json;
use shorepass_protocol::message::{Done, VaultOperation, VaultShown};

use super::asked;
use crate::{
    arguments::Unlock,
    exit::Exit,
    output::{Screen, one_line},
    problem::Problem,
    prompt::{self, Prompt},
};

pub(super) fn run(unlock: &Unlock, prompt: &mut dyn Prompt, screen: &mut Screen) -> Result<Exit, Problem> {
    let passphrase = if unlock.passphrase_stdin || tells_a_wrong_one(asked(VaultOperation::Show, WHAT)) {
        prompt::secret(prompt, QUESTION, unlock.passphrase_stdin, WHAT)?
    } else {
        prompt::new_secret(prompt, QUESTION, WHAT)?
    };
    let _: Done = asked(VaultOperation::Unlock { passphrase }, WHAT)?;
    let opened: VaultShown =
        asked(VaultOperation::Show, "the passphrase was taken, but what it opens is not known")?;
    if let Some(failure) = opened.failure {
        return Err(Problem::of_failure(WHAT, failure));
    }
    if unlock.report.json {
        screen.json(&json!({ "unlocked": true, "store": opened.store, "logins": opened.logins }));
    } else {
        screen.answer(sentence(&opened));
    }
    Ok(Exit::Ok)
}

/// A file that is there is either opened or not; for one that is not, every passphrase is good.
fn tells_a_wrong_one(shown: Result<VaultShown, Problem>) -> bool {
    let failure = shown.ok().and_then(|shown| shown.failure);
    failure.is_some_and(|failure| matches!(failure.code.as_str(), "vault_locked" | "vault_key_wrong"))
}

fn sentence(opened: &VaultShown) -> String {
    let store = one_line(&opened.store);
    match opened.logins {
        Some(0) => {
            format!("the store `{store}` takes logins for as long as the broker runs; it has none yet")
        }
        Some(1) => format!("the store `{store}` is open for as long as the broker runs; it has 1 login"),
        Some(count) => {
            format!("the store `{store}` is open for as long as the broker runs; it has {count} logins")
        }
        None => format!("the store `{store}` is open for as long as the broker runs"),
    }
}

const QUESTION: &str = "passphrase of the vault: ";
const WHAT: &str = "the vault stays locked";

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::{Failure, FailureKind};

    use super::*;

    #[test]
    fn only_a_file_that_is_there_tells_a_wrong_passphrase() {
        for (code, tells) in [("vault_locked", true), ("vault_key_wrong", true), ("vault_damaged", false)] {
            let failure =
                Failure { kind: FailureKind::Denied, code: code.into(), message: "m".into(), hint: None };

            assert_eq!(
                tells_a_wrong_one(Ok(VaultShown { failure: Some(failure), ..file(None) })),
                tells,
                "{code}"
            );
        }
        assert!(!tells_a_wrong_one(Ok(file(Some(0)))));
        assert!(!tells_a_wrong_one(Err(Problem::new(Exit::Unavailable, "w"))));
    }

    #[test]
    fn it_is_said_what_was_opened() {
        assert!(sentence(&file(Some(0))).starts_with("the store `file` takes logins"));
        assert!(sentence(&file(Some(1))).ends_with("it has 1 login"));
        assert!(sentence(&file(Some(2))).ends_with("it has 2 logins"));
    }

    fn file(logins: Option<u64>) -> VaultShown {
        VaultShown {
            store: "file".into(),
            because: "a passphrase was typed".into(),
            passed_over: Vec::new(),
            logins,
            failure: None,
        }
    }
}
