//! `refresh` and `forget`: both touch what is cached and say how much that was.

use shorepass_protocol::message::{Done, Failure, Operation};

use crate::{
    arguments::SomeHosts,
    broker::{Reach, Refusal, ask},
    exit::Exit,
    output::{Screen, one_line},
    problem::Problem,
};

/// One registry is fetched even if no broker runs yet; without a broker there is nothing cached to renew.
pub(super) fn refresh(hosts: &SomeHosts, screen: &mut Screen) -> Result<Exit, Problem> {
    let reach = if hosts.all { Reach::Running } else { Reach::Start };
    let done = match ask(Operation::Refresh { server: hosts.host.clone() }, reach) {
        Err(refusal) if hosts.all && refusal.is_not_running() => {
            screen.narrate("no broker is running, so nothing is cached");
            Done::default()
        }
        answer => answer.map_err(|refusal| in_words(refusal, "refresh", hosts))?,
    };
    Ok(print("refreshed", &done, hosts, screen))
}

/// The cache ends with its broker: without one there is nothing to forget.
pub(super) fn forget(hosts: &SomeHosts, screen: &mut Screen) -> Result<Exit, Problem> {
    let done = match ask(Operation::Forget { server: hosts.host.clone() }, Reach::Running) {
        Err(refusal) if refusal.is_not_running() => Done::default(),
        answer => answer.map_err(|refusal| in_words(refusal, "forget", hosts))?,
    };
    Ok(print("forgot", &done, hosts, screen))
}

fn in_words(refusal: Refusal, verb: &str, hosts: &SomeHosts) -> Problem {
    let which =
        hosts.host.as_ref().map_or_else(|| "the cached credentials".into(), |host| format!("`{host}`"));
    refusal.into_problem(format!("cannot {verb} {which}"))
}

fn print(verb: &str, done: &Done, hosts: &SomeHosts, screen: &mut Screen) -> Exit {
    if hosts.report.json {
        screen.json(done);
    } else {
        let plural = if done.count == 1 { "" } else { "s" };
        screen.answer(format!("{verb} {} credential{plural}", done.count));
    }
    for failed in &done.failed {
        let Failure { message, hint, .. } = &failed.failure;
        let label = screen.err_paint.red("error:");
        screen.narrate(format!("{label} no new credential for `{}`", one_line(&failed.registry)));
        screen.narrate(format!("cause: {}", one_line(message)));
        if let Some(hint) = hint {
            screen.narrate(format!("hint:  {}", one_line(hint)));
        }
    }
    worst(done)
}

/// What only a person can mend outweighs what may pass.
fn worst(done: &Done) -> Exit {
    let exits: Vec<Exit> = done.failed.iter().map(|failed| failed.failure.kind.into()).collect();
    [Exit::Misconfigured, Exit::Denied, Exit::Other, Exit::Unavailable]
        .into_iter()
        .find(|exit| exits.contains(exit))
        .unwrap_or(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use shorepass_protocol::message::{FailedRegistry, FailureKind};

    use super::*;
    use crate::{arguments::Report, output::screen_fake};

    #[test]
    fn failures_are_listed_and_the_worst_decides() {
        let (mut screen, out, err) = screen_fake();
        let failed = |registry: &str, kind| FailedRegistry {
            registry: registry.into(),
            failure: Failure {
                kind,
                code: "c".into(),
                message: "it failed".into(),
                hint: Some("run `x`".into()),
            },
        };
        let done = Done {
            count: 1,
            failed: vec![failed("a", FailureKind::Unavailable), failed("b", FailureKind::Denied)],
            ..Done::default()
        };
        let hosts = SomeHosts { host: None, all: true, report: Report::default() };

        assert_eq!(print("refreshed", &done, &hosts, &mut screen), Exit::Denied);

        assert_eq!(out.text(), "refreshed 1 credential\n");
        assert!(err.text().contains("error: no new credential for `b`\ncause: it failed\nhint:  run `x`\n"));
    }

    #[test]
    fn nothing_touched_is_no_failure() {
        let (mut screen, out, _) = screen_fake();
        let hosts = SomeHosts { host: None, all: true, report: Report::default() };

        assert_eq!(print("forgot", &Done::default(), &hosts, &mut screen), Exit::Ok);
        assert_eq!(out.text(), "forgot 0 credentials\n");
    }
}
