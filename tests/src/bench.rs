//! Measures what a user feels: how long a `get` takes, how much a broker carries, what it costs to have one.
//!
//! Everything is a ratio to something measured in the same run, turn by turn, because absolute times say more
//! about the machine and its mood than about a program. A figure that misses its goal is shown, not failed:
//! the bars that every change must keep are in `tests/bars`.

mod cold;
mod conversation;
mod crowd;
mod echo;
mod figures;
mod helper;
mod hits;
mod job;
mod load;
mod memory;
mod quiet;
mod stopwatch;
mod table;
mod workers;

use std::{io, path::PathBuf, time::Duration};

pub use echo::serve as serve_echo;
use table::Table;

/// What to measure and with what.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Amazon's helper, to compare with.
    pub ecr_login: PathBuf,
    /// The AWS command line, to compare with.
    pub aws: PathBuf,
    /// This program, to be run as the bare server.
    pub myself: PathBuf,
    /// How long an idle broker is watched.
    pub watch: Duration,
    /// Only these parts; empty is all.
    pub only: Vec<String>,
}

/// The parts, in the order of a run.
pub const PARTS: [&str; 7] = ["helper", "hits", "crowd", "cold", "job", "workers", "memory"];

/// Measures and prints the table.
///
/// # Errors
/// When something cannot be measured at all.
pub fn run(plan: &Plan) -> io::Result<()> {
    let mut table = Table::default();
    let parts = [
        helper::measure,
        hits::measure,
        crowd::measure,
        cold::measure,
        job::measure,
        workers::measure,
        memory::measure,
    ];
    for (name, part) in PARTS.iter().zip(parts) {
        if plan.only.is_empty() || plan.only.iter().any(|only| only == name) {
            let mood = quiet::wait();
            eprintln!("measuring: {name} ({mood})");
            part(plan, &mut table)?;
        }
    }
    table.print();
    Ok(())
}

/// The registry whose credential is asked for.
const ECR: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
