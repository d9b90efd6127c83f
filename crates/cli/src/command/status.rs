//! `status`: the broker, what it has done and what it keeps; never starts one.

use std::{
    thread,
    time::{Duration, SystemTime},
};

use serde_json::json;
use shorepass_protocol::message::{CredentialStatus, Operation, PullLimit, Status as Standing, VaultShown};

use crate::{
    arguments::Status,
    broker::{Reach, ask},
    clock,
    doctor::pulls_left,
    exit::Exit,
    output::{Paint, Screen, ahead, facts, one_line, span, table},
    problem::Problem,
};

pub(super) fn run(status: &Status, screen: &mut Screen) -> Result<Exit, Problem> {
    if !status.watch {
        return once(status, screen);
    }
    while !screen.is_closed() {
        screen.clear();
        if let Err(problem) = once(status, screen) {
            screen.problem(&problem, false);
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    Ok(Exit::Ok)
}

fn once(status: &Status, screen: &mut Screen) -> Result<Exit, Problem> {
    let standing: Standing = match ask(Operation::Status, Reach::Running) {
        Ok(standing) => standing,
        Err(refusal) if refusal.is_not_running() && status.report.json => {
            print_json(status, &json!({ "broker": null, "counters": null, "credentials": [] }), screen);
            return Ok(Exit::Unavailable);
        }
        Err(refusal) if refusal.is_not_running() => {
            return Err(Problem::new(Exit::Unavailable, "no broker is running")
                .because("none was needed yet, or it has left after some idle time")
                .hint("to start it, run `shorepass broker start`"));
        }
        Err(refusal) => return Err(refusal.into_problem("no status")),
    };
    if status.report.json {
        print_json(status, &standing, screen);
    } else {
        screen.answer(text(&standing, clock::now(), screen.paint));
    }
    Ok(Exit::Ok)
}

/// Watched, one line each, so that a reader can tell where one ends.
fn print_json(status: &Status, answer: &impl serde::Serialize, screen: &mut Screen) {
    if status.watch {
        screen.json_line(answer);
    } else {
        screen.json(answer);
    }
}

fn text(standing: &Standing, now: SystemTime, paint: Paint) -> String {
    let broker = &standing.broker;
    let counters = &standing.counters;
    let up = span(Duration::from_secs(broker.uptime_s));
    let mut head = vec![
        ("broker", format!("pid {}, version {}, up {up}", broker.pid, broker.version)),
        ("socket", broker.socket.clone()),
        ("config", if broker.config.is_empty() { "built-in only".into() } else { broker.config.join(", ") }),
        (
            "requests",
            format!(
                "{}: {} from the cache, {} exchanges ({} ahead of expiry), {} failed, {} served stale",
                counters.requests,
                counters.hits,
                counters.exchanges,
                counters.refreshes,
                counters.failures,
                counters.served_stale
            ),
        ),
    ];
    if let Some(vault) = &standing.vault {
        head.push(("vault", in_words(vault)));
    }
    if let Some(error) = &broker.config_error {
        head.push(("fault", format!("the changed configuration is not in force: {error}")));
    }
    if !standing.pull_limits.is_empty() {
        let limits: Vec<String> = standing.pull_limits.iter().map(|told| pull_limit(told, now)).collect();
        head.push(("pull limit", limits.join("\n")));
    }
    if standing.credentials.is_empty() {
        return format!("{}\n\nno credentials in the cache", facts(&head));
    }
    let rows: Vec<Vec<String>> = standing.credentials.iter().map(|credential| row(credential, now)).collect();
    format!(
        "{}\n\n{}",
        facts(&head),
        table(&["REGISTRY", "KIND", "IDENTITY", "EXPIRES IN", "NEXT REFRESH", "LAST ERROR"], &rows, paint)
    )
}

/// In one short line each, which a narrow terminal holds, too.
fn pull_limit(told: &PullLimit, now: SystemTime) -> String {
    let who = told.username.as_deref().map_or("nobody".into(), one_line);
    let age = ahead(now, &told.read_at);
    // A reading of this very second is not ahead of it.
    let age = if age == "0s" { "now".into() } else { age };
    format!("{who}: {} ({age})", pulls_left(told))
}

fn in_words(vault: &VaultShown) -> String {
    match (&vault.failure, vault.logins) {
        (Some(failure), _) => format!("{}: {}", vault.store, failure.message),
        (None, Some(1)) => format!("{}, 1 login", vault.store),
        (None, Some(count)) => format!("{}, {count} logins", vault.store),
        (None, None) => vault.store.clone(),
    }
}

fn row(credential: &CredentialStatus, now: SystemTime) -> Vec<String> {
    let distance = |instant: &Option<String>| instant.as_ref().map_or("-".into(), |at| ahead(now, at));
    vec![
        one_line(&credential.registry),
        one_line(&credential.kind),
        one_line(&credential.identity),
        distance(&credential.expires_at),
        distance(&credential.refresh_at),
        credential.last_error.as_deref().map_or("-".into(), one_line),
    ]
}

const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::{BrokerStatus, Counters, Failure, FailureKind};

    use super::*;

    #[test]
    fn every_credential_has_a_row() {
        let now = humantime::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();

        let text = text(&standing(), now, Paint::PLAIN);

        assert_eq!(
            text,
            "\
broker    pid 42, version 0.1.0, up 1h 1m
socket    /run/user/1000/shorepass/broker.sock
config    built-in only
requests  120: 117 from the cache, 3 exchanges (1 ahead of expiry), 1 failed, 0 served stale

REGISTRY   KIND  IDENTITY  EXPIRES IN  NEXT REFRESH  LAST ERROR
r.example  ecr   default   11h 30m     8h 30m        -
s.example  ecr   prod      -           -             the SSO session `dev` has expired"
        );
    }

    #[test]
    fn an_idle_broker_says_that_nothing_is_cached_and_what_is_wrong() {
        let mut standing = standing();
        standing.credentials.clear();
        standing.broker.config_error = Some("config.toml:3: unknown key".into());

        let text = text(&standing, SystemTime::UNIX_EPOCH, Paint::PLAIN);

        assert!(text.ends_with("\n\nno credentials in the cache"));
        assert!(
            text.contains("fault     the changed configuration is not in force: config.toml:3: unknown key")
        );
    }

    #[test]
    fn a_pull_limit_is_shown_with_its_age() {
        let mut standing = standing();
        let told = |username: Option<&str>, limit| PullLimit {
            registry: "docker.io".into(),
            username: username.map(str::to_owned),
            limit,
            remaining: limit.map(|limit| limit - 20),
            window_s: limit.map(|_| 21_600),
            counted_for: None,
            read_at: "2026-01-01T00:00:00Z".into(),
        };
        standing.pull_limits = vec![told(Some("alice"), Some(200)), told(Some("shoreteam"), None)];

        let text = text(&standing, humantime::parse_rfc3339("2026-01-01T00:03:20Z").unwrap(), Paint::PLAIN);

        assert!(
            text.contains(
                "\npull limit  alice: 180 of 200 in 6h 0m left (3m 20s ago)\n            shoreteam: no limit (3m 20s ago)\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn the_vault_is_a_line_with_its_failure_in_words() {
        let shown = |logins, failure| VaultShown {
            store: "file".into(),
            because: String::new(),
            passed_over: Vec::new(),
            logins,
            failure,
        };
        let locked = Failure {
            kind: FailureKind::Denied,
            code: "vault_locked".into(),
            message: "it is locked".into(),
            hint: None,
        };

        assert_eq!(in_words(&shown(Some(1), None)), "file, 1 login");
        assert_eq!(in_words(&shown(None, Some(locked))), "file: it is locked");
        assert_eq!(in_words(&shown(None, None)), "file");
    }

    fn standing() -> Standing {
        let credential = |registry: &str, expires: Option<&str>, refresh: Option<&str>| CredentialStatus {
            registry: registry.into(),
            kind: "ecr".into(),
            identity: "default".into(),
            issued_at: expires.map(str::to_owned),
            expires_at: expires.map(str::to_owned),
            refresh_at: refresh.map(str::to_owned),
            last_error: None,
        };
        let mut failing = credential("s.example", None, None);
        failing.identity = "prod".into();
        failing.last_error = Some("the SSO session `dev` has expired".into());
        Standing {
            broker: BrokerStatus {
                pid: 42,
                version: "0.1.0".into(),
                started_at: "2026-01-01T00:00:00Z".into(),
                socket: "/run/user/1000/shorepass/broker.sock".into(),
                uptime_s: 3660,
                config: Vec::new(),
                config_error: None,
            },
            counters: Counters {
                requests: 120,
                hits: 117,
                exchanges: 3,
                refreshes: 1,
                failures: 1,
                served_stale: 0,
            },
            credentials: vec![
                credential("r.example", Some("2026-01-01T11:30:00Z"), Some("2026-01-01T08:30:00Z")),
                failing,
            ],
            vault: None,
            pull_limits: Vec::new(),
        }
    }
}
