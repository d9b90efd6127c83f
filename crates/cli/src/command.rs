//! The commands: each asks, decides its exit code and prints; none knows how clap read it.

mod broker;
mod completions;
mod config;
#[cfg(unix)]
mod exec;
mod explain;
mod get;
mod import;
mod renewal;
mod setup;
mod status;
mod token;
mod vault;

use shorepass_protocol::message::{Explained, Operation, Recognised};

use crate::{
    arguments::Command,
    broker::{Reach, Refusal, ask},
    doctor,
    exit::Exit,
    output::Screen,
    problem::Problem,
    prompt::Terminal,
    surroundings::Surroundings,
};

/// Runs one command. A problem is for the caller to print.
pub(crate) fn run(command: Command, around: &Surroundings, screen: &mut Screen) -> Result<Exit, Problem> {
    match command {
        Command::Setup(setup) => setup::run(&setup, around, screen, &route, &recognise),
        Command::Import(import) => {
            import::run(&import, around, &mut import::Broker, &mut Terminal, screen, &route)
        }
        #[cfg(unix)]
        Command::Exec(exec) => exec::run(&exec, around, screen),
        #[cfg(not(unix))]
        Command::Exec(_) => Err(no_exec()),
        Command::Explain(explain) => explain::run(&explain, screen),
        Command::Get(get) => get::run(&get, screen),
        Command::Token(token) => token::run(&token, screen),
        Command::Status(status) => status::run(&status, screen),
        Command::Refresh(hosts) => renewal::refresh(&hosts, screen),
        Command::Forget(hosts) => renewal::forget(&hosts, screen),
        Command::Vault(vault) => vault::run(&vault, &mut Terminal, screen),
        Command::Doctor(doctor) => doctor::run(&doctor, around, screen),
        Command::Broker(broker) => broker::run(broker, around, screen),
        Command::Config(config) => config::run(&config, around, screen),
        Command::Completions { shell } => completions::run(shell, screen),
    }
}

#[cfg(not(unix))]
fn no_exec() -> Problem {
    Problem::new(Exit::Unavailable, "the command was not run")
        .because("a broker for one command is not to be had on this system yet")
        .hint("point the clients at the broker of yours: `shorepass setup HOST`")
}

/// What a registry says of itself to a stranger.
fn recognise(server: &str) -> Result<Recognised, Refusal> {
    ask(Operation::Recognise { server: server.to_owned() }, Reach::RunningOrOnce)
}

/// Where a registry would be routed; a broker is no must, and no network is used.
pub(crate) fn route(server: &str) -> Result<Explained, Refusal> {
    // Settings of this shell's own count, whatever a running broker was started with.
    let is_own = std::env::var_os("SHOREPASS_CONFIG").is_some();
    let reach = if is_own { Reach::Once } else { Reach::RunningOrOnce };
    match ask(Operation::Explain { server: server.to_owned() }, reach) {
        Err(Refusal::NotFound) => Ok(Explained { registry: server.to_owned(), ..Explained::default() }),
        answer => answer,
    }
}
