//! `vault`: the stored logins and where they are kept.
//!
//! Passwords come from the terminal without echo or from stdin, never from an argument: arguments are seen by
//! everybody on the machine.

mod report;
mod unlock;

use serde_json::json;
use shorepass_protocol::message::{Done, Listed, Operation, VaultOperation, VaultShown};

use crate::{
    arguments::{Put, Vault, VaultCommand},
    broker::{Reach, ask},
    exit::Exit,
    output::{Screen, one_line},
    problem::Problem,
    prompt::{self, Prompt},
};

pub(super) fn run(vault: &Vault, prompt: &mut dyn Prompt, screen: &mut Screen) -> Result<Exit, Problem> {
    match &vault.command {
        None => show(vault, screen),
        Some(VaultCommand::List(report)) => {
            let listed: Listed = asked(VaultOperation::List, "cannot list the stored logins")?;
            report::list(&listed, report.json, screen);
            Ok(Exit::Ok)
        }
        Some(VaultCommand::Put(put)) => store(put, prompt, screen),
        Some(VaultCommand::Erase(login)) => {
            let key = key(&login.login);
            let what = format!("`{}` was not taken out of the vault", login.login);
            let done: Done = asked(VaultOperation::Erase { key: key.clone() }, what)?;
            let was_there = done.count > 0;
            if login.report.json {
                screen.json(&json!({ "key": key, "was_there": was_there }));
            } else {
                let said = if was_there { "is erased" } else { "was not stored" };
                screen.answer(format!("{} {said}", in_words(&key)));
            }
            Ok(Exit::Ok)
        }
        Some(VaultCommand::Unlock(unlock)) => unlock::run(unlock, prompt, screen),
    }
}

fn show(vault: &Vault, screen: &mut Screen) -> Result<Exit, Problem> {
    let shown: VaultShown = asked(VaultOperation::Show, "cannot tell where logins are kept")?;
    report::shown(&shown, vault.report.json, screen);
    Ok(match shown.failure {
        Some(failure) => failure.kind.into(),
        None => Exit::Ok,
    })
}

fn store(put: &Put, prompt: &mut dyn Prompt, screen: &mut Screen) -> Result<Exit, Problem> {
    let key = key(&put.login);
    let what = format!("no login was stored for `{}`", put.login);
    let username = username(put, &key, prompt, &what)?;
    let question = format!("password of `{}` for {}: ", one_line(&username), in_words(&key));
    let secret = prompt::secret(prompt, &question, put.password_stdin, &what)?;
    let _: Done = asked(VaultOperation::Put { key: key.clone(), username: username.clone(), secret }, what)?;
    if put.report.json {
        screen.json(&json!({ "key": key, "username": username }));
        return Ok(Exit::Ok);
    }
    screen.answer(format!("the login of `{}` is stored for {}", one_line(&username), in_words(&key)));
    if let Some(name) = key.strip_prefix(NAMED) {
        screen.narrate(format!(
            "to use it, write `login = \"{name}\"` into an `[identity.NAME]` of the type `stored`"
        ));
    }
    Ok(Exit::Ok)
}

fn username(put: &Put, key: &str, prompt: &mut dyn Prompt, what: &str) -> Result<String, Problem> {
    match &put.username {
        Some(username) => Ok(username.clone()),
        // What is piped in is the password.
        None if put.password_stdin => Err(Problem::new(Exit::Usage, what)
            .because("no user name was passed")
            .hint("pass it beside the password, with `--username NAME`")),
        None => {
            let question = format!("user name for {}: ", in_words(key));
            prompt::text(prompt, &question, "--username NAME", what)
        }
    }
}

/// An address, or a login by its name: what has no dot, colon or slash is no address.
fn key(text: &str) -> String {
    let text = text.trim();
    let is_address = text.contains(['.', ':', '/']) || text == "localhost";
    if is_address { text.to_owned() } else { format!("{NAMED}{text}") }
}

fn in_words(key: &str) -> String {
    match key.strip_prefix(NAMED) {
        Some(name) => format!("the name `{}`", one_line(name)),
        None => format!("the registry `{}`", one_line(key)),
    }
}

/// Asked of a broker that stays, since it remembers what opens the vault.
fn asked<T: serde::de::DeserializeOwned + Send + 'static>(
    operation: VaultOperation,
    what: impl Into<String>,
) -> Result<T, Problem> {
    ask(Operation::Vault(operation), Reach::Start).map_err(|refusal| refusal.into_problem(what))
}

const NAMED: &str = "name:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_a_name_and_everything_else_an_address() {
        assert_eq!(key("harbor-admin"), "name:harbor-admin");
        assert_eq!(key("name:harbor.admin"), "name:harbor.admin");
        for address in ["r.example", "r.example:5000/team", "https://r.example", "localhost", "registry:5000"]
        {
            assert_eq!(key(address), address);
        }
        assert_eq!(in_words("name:x"), "the name `x`");
        assert_eq!(in_words("r.example"), "the registry `r.example`");
    }
}
