//! `get`: the credential that a container client would get, with the secret hidden unless asked for.

use std::time::SystemTime;

use serde_json::json;
use shorepass_protocol::message::{Granted, Operation};

use crate::{
    arguments::Get,
    broker::{Reach, ask},
    clock,
    exit::Exit,
    output::{Screen, ahead, facts},
    problem::Problem,
};

pub(super) fn run(get: &Get, screen: &mut Screen) -> Result<Exit, Problem> {
    let granted: Granted = ask(Operation::Get { server: get.host.clone() }, Reach::Start)
        .map_err(|refusal| refusal.into_problem(format!("no credential for `{}`", get.host)))?;
    print(get, &granted, clock::now(), screen);
    Ok(Exit::Ok)
}

fn print(get: &Get, granted: &Granted, now: SystemTime, screen: &mut Screen) {
    let secret = get.show_secret.then(|| granted.secret.expose());
    if get.report.json {
        screen.json(&json!({
            "registry": get.host,
            "username": granted.username,
            "secret": secret,
            "expires_at": granted.expires_at,
        }));
        return;
    }
    let expires = match &granted.expires_at {
        Some(end) => format!("{end} ({})", ahead(now, end)),
        None => "nobody has said when".into(),
    };
    screen.answer(facts(&[
        ("registry", get.host.clone()),
        ("username", granted.username.clone()),
        ("secret", secret.unwrap_or("(hidden; add --show-secret)").to_owned()),
        ("expires", expires),
    ]));
}

#[cfg(test)]
mod tests {
    use shorepass_secret::Secret;

    use super::*;
    use crate::{arguments::Report, output::screen_fake};

    #[test]
    fn the_secret_is_hidden_in_both_forms() {
        for json in [false, true] {
            assert!(!printed(json, false).contains("canary"));
            assert!(printed(json, true).contains("canary"));
        }
    }

    #[test]
    fn the_text_says_how_to_see_the_secret_and_when_it_ends() {
        assert_eq!(
            printed(false, false),
            "registry  r.example\nusername  AWS\nsecret    (hidden; add --show-secret)\nexpires   2026-01-01T12:00:00Z \
             (11h 59m)\n"
        );
    }

    fn printed(json: bool, show_secret: bool) -> String {
        let (mut screen, out, err) = screen_fake();
        let get = Get { host: "r.example".into(), show_secret, report: Report { json } };
        let granted = Granted {
            username: "AWS".into(),
            secret: Secret::new("canary"),
            expires_at: Some("2026-01-01T12:00:00Z".into()),
        };
        print(&get, &granted, humantime::parse_rfc3339("2026-01-01T00:00:30Z").unwrap(), &mut screen);
        assert_eq!(err.text(), "");
        out.text()
    }
}
