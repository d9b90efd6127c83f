//! `broker`: its life and its logs.

mod logs;

use std::{ffi::OsString, process::Command, thread, time::Duration};

use serde_json::json;
use shorepass_protocol::{
    error::ClientError,
    message::{BrokerStatus, Done, Operation, Status},
    start::broker_program,
};

use crate::{
    arguments::{Broker, Report},
    broker::{Reach, Refusal, ask},
    exit::Exit,
    output::{Screen, one_line},
    problem::Problem,
    surroundings::Surroundings,
};

pub(super) fn run(broker: Broker, around: &Surroundings, screen: &mut Screen) -> Result<Exit, Problem> {
    match broker {
        Broker::Start(report) => start(report, screen),
        Broker::Stop(report) => {
            let was_running = stop()?;
            if report.json {
                screen.json(&json!({ "was_running": was_running, "broker": null }));
            } else {
                screen.answer(if was_running { "the broker has stopped" } else { "no broker was running" });
            }
            Ok(Exit::Ok)
        }
        Broker::Restart(report) => {
            stop()?;
            start(report, screen)
        }
        Broker::Run { arguments } => run_in_foreground(&arguments),
        Broker::Logs(options) => logs::run(&options, around, screen),
    }
}

fn start(report: Report, screen: &mut Screen) -> Result<Exit, Problem> {
    let what = "the broker was not started";
    let (broker, was_running) = match running() {
        Ok(broker) => (broker, true),
        Err(refusal) if refusal.is_not_running() => {
            let _: Status =
                ask(Operation::Status, Reach::Start).map_err(|refusal| refusal.into_problem(what))?;
            // A process for one request answers too; only one that still listens has been started.
            (running().map_err(|refusal| not_listening(refusal, what))?, false)
        }
        Err(refusal) => return Err(refusal.into_problem(what)),
    };
    if report.json {
        screen.json(&json!({ "was_running": was_running, "broker": broker }));
    } else {
        let verb = if was_running { "was running already" } else { "is running" };
        let socket = one_line(&broker.socket);
        screen.answer(format!("the broker {verb}: pid {}, version {}, {socket}", broker.pid, broker.version));
    }
    Ok(Exit::Ok)
}

fn not_listening(refusal: Refusal, what: &str) -> Problem {
    if refusal.is_not_running() {
        Problem::new(Exit::Unavailable, what)
            .because("it answers single requests but cannot listen on its socket")
            .hint("to see why, run `shorepass broker run`")
    } else {
        refusal.into_problem(what)
    }
}

fn running() -> Result<BrokerStatus, Refusal> {
    ask::<Status>(Operation::Status, Reach::Running).map(|status| status.broker)
}

/// Whether there was one; returns once nobody listens any more.
fn stop() -> Result<bool, Problem> {
    let what = "the broker has not stopped";
    match ask::<Done>(Operation::Stop, Reach::Running) {
        Ok(_) => {}
        Err(refusal) if refusal.is_not_running() => return Ok(false),
        Err(refusal) => return Err(refusal.into_problem(what)),
    }
    for _ in 0..LOOKS_AFTER_STOP {
        match running() {
            Err(refusal) if refusal.is_not_running() => return Ok(true),
            // It is leaving: it no longer takes questions.
            Err(Refusal::Unasked(ClientError::Broken(_)) | Refusal::Failed(_)) | Ok(_) => {}
            Err(refusal) => return Err(refusal.into_problem(what)),
        }
        thread::sleep(BETWEEN_LOOKS);
    }
    Err(Problem::new(Exit::Unavailable, what)
        .because("it is still answering what is in flight")
        .hint("wait for it, or run `shorepass status`"))
}

fn run_in_foreground(arguments: &[OsString]) -> Result<Exit, Problem> {
    let what = "the broker cannot run";
    let program =
        broker_program().ok_or_else(|| Refusal::Unasked(ClientError::NoProgram).into_problem(what))?;
    let mut command = Command::new(&program);
    command.args(arguments);

    #[cfg(unix)]
    let error = std::os::unix::process::CommandExt::exec(&mut command);
    #[cfg(not(unix))]
    let error = match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    };
    Err(Problem::of_file("run", &program, &error))
}

const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// 65 s: a broker that stops may wait for the longest request.
const LOOKS_AFTER_STOP: usize = 1_300;
