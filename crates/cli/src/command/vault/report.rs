//! Says what the vault is and what is in it.

use shorepass_protocol::message::{Listed, VaultShown};

use crate::output::{Screen, facts, one_line, table};

pub(super) fn shown(shown: &VaultShown, as_json: bool, screen: &mut Screen) {
    if as_json {
        screen.json(shown);
        return;
    }
    let logins = match (&shown.logins, &shown.failure) {
        (Some(1), _) => "1 login".to_owned(),
        (Some(count), _) => format!("{count} logins"),
        (None, Some(failure)) => format!("not known: {}", failure.message),
        (None, None) => "not known".to_owned(),
    };
    let mut lines = vec![("store", shown.store.clone()), ("why", shown.because.clone()), ("holds", logins)];
    let passed: Vec<String> =
        shown.passed_over.iter().map(|passed| format!("{}: {}", passed.store, passed.why)).collect();
    if !passed.is_empty() {
        lines.push(("passed over", passed.join("\n")));
    }
    screen.answer(facts(&lines));
    if let Some(hint) = shown.failure.as_ref().and_then(|failure| failure.hint.as_ref()) {
        screen.narrate(format!("hint:  {}", one_line(hint)));
    }
}

pub(super) fn list(listed: &Listed, as_json: bool, screen: &mut Screen) {
    if as_json {
        screen.json(listed);
        return;
    }
    if listed.registries.is_empty() {
        screen.answer("no login is stored");
        return;
    }
    let rows: Vec<Vec<String>> =
        listed.registries.iter().map(|(key, user)| vec![one_line(key), one_line(user)]).collect();
    screen.answer(table(&["LOGIN", "USERNAME"], &rows, screen.paint));
}

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::{Failure, FailureKind, PassedOver};

    use super::*;
    use crate::output::screen_fake;

    #[test]
    fn the_store_is_shown_with_why_and_what_was_passed_over() {
        let (mut screen, out, _) = screen_fake();

        shown(&file(), false, &mut screen);

        assert_eq!(
            out.text(),
            "store        file\nwhy          a key file is configured\nholds        2 logins\n\
             passed over  secret-service: there is no session bus\n"
        );
    }

    #[test]
    fn a_locked_vault_says_why_and_what_to_do() {
        let (mut screen, out, err) = screen_fake();
        let failure = Failure {
            kind: FailureKind::Denied,
            code: "vault_locked".into(),
            message: "it is locked".into(),
            hint: Some("run `shorepass vault unlock`".into()),
        };

        shown(&VaultShown { logins: None, failure: Some(failure), ..file() }, false, &mut screen);

        assert!(out.text().contains("not known: it is locked"));
        assert_eq!(err.text(), "hint:  run `shorepass vault unlock`\n");
    }

    #[test]
    fn logins_are_listed_with_their_users() {
        let (mut screen, out, _) = screen_fake();
        let registries = [("name:x".to_owned(), "ann".to_owned())].into();

        list(&Listed { registries, incomplete: None }, false, &mut screen);
        list(&Listed::default(), false, &mut screen);

        assert_eq!(out.text(), "LOGIN   USERNAME\nname:x  ann\nno login is stored\n");
    }

    fn file() -> VaultShown {
        VaultShown {
            store: "file".into(),
            because: "a key file is configured".into(),
            passed_over: vec![PassedOver {
                store: "secret-service".into(),
                why: "there is no session bus".into(),
            }],
            logins: Some(2),
            failure: None,
        }
    }
}
