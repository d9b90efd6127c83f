//! `shorepass`: the person's command line for the broker and for the clients' configuration files.
//!
//! It talks to the broker over the same socket as the credential helper and knows nothing of clouds.

mod arguments;
mod broker;
mod client_config;
mod clock;
mod command;
mod doctor;
mod exit;
mod other_helper;
mod output;
mod own_config;
mod problem;
mod prompt;
mod surroundings;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use output::Screen;
use surroundings::Surroundings;

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let wants_json = command.wants_json();
    let around = Surroundings::of_process();
    let mut screen = Screen::of_process(&around);
    match command::run(command, &around, &mut screen) {
        Ok(exit) => exit.into(),
        Err(problem) => {
            screen.problem(&problem, wants_json);
            problem.exit.into()
        }
    }
}
