//! The commands: each asks, decides its exit code and prints; none knows how clap read it.

mod broker;
mod completions;
mod config;
mod explain;
mod get;
mod renewal;
mod setup;
mod status;

use shorepass_protocol::message::Explained;

use crate::{
    arguments::Command,
    broker::{Reach, Refusal, ask},
    doctor,
    exit::Exit,
    output::Screen,
    problem::Problem,
    surroundings::Surroundings,
};

/// Runs one command. A problem is for the caller to print.
pub(crate) fn run(command: Command, around: &Surroundings, screen: &mut Screen) -> Result<Exit, Problem> {
    match command {
        Command::Setup(setup) => setup::run(&setup, around, screen, &route),
        Command::Explain(explain) => explain::run(&explain, screen),
        Command::Get(get) => get::run(&get, screen),
        Command::Status(status) => status::run(&status, screen),
        Command::Refresh(hosts) => renewal::refresh(&hosts, screen),
        Command::Forget(hosts) => renewal::forget(&hosts, screen),
        Command::Doctor(doctor) => doctor::run(&doctor, around, screen),
        Command::Broker(broker) => broker::run(broker, around, screen),
        Command::Config(config) => config::run(&config, around, screen),
        Command::Completions { shell } => completions::run(shell, screen),
    }
}

/// Where a registry would be routed; a broker is no must, and no network is used.
pub(crate) fn route(server: &str) -> Result<Explained, Refusal> {
    use shorepass_protocol::message::Operation;

    // Settings of this shell's own count, whatever a running broker was started with.
    let is_own = std::env::var_os("SHOREPASS_CONFIG").is_some();
    let reach = if is_own { Reach::Once } else { Reach::RunningOrOnce };
    match ask(Operation::Explain { server: server.to_owned() }, reach) {
        Err(Refusal::NotFound) => Ok(Explained { registry: server.to_owned(), ..Explained::default() }),
        answer => answer,
    }
}
