//! Measures speed and size and prints a table of ratios; `tests/bench.sh` builds what it needs and runs it.

use std::{env, io, path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};
use shorepass_tests::bench::{self, PARTS, Plan};

/// Measures speed and size beside Amazon's helper, a bare server and doing nothing.
#[derive(Parser)]
#[command(name = "bench")]
struct Arguments {
    /// Amazon's helper.
    #[arg(long, value_name = "PATH", default_value = "docker-credential-ecr-login")]
    ecr_login: PathBuf,
    /// The AWS command line.
    #[arg(long, value_name = "PATH", default_value = "aws")]
    aws: PathBuf,
    /// How long an idle broker is watched, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    watch: u64,
    /// Only these parts of the run.
    #[arg(value_parser = PARTS)]
    only: Vec<String>,
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Subcommand)]
enum Role {
    /// Be the bare server that the broker is compared with.
    #[command(hide = true)]
    Echo { socket: PathBuf, question: usize, answer: usize },
}

fn main() -> io::Result<()> {
    let Arguments { ecr_login, aws, watch, only, role } = Arguments::parse();
    match role {
        Some(Role::Echo { socket, question, answer }) => bench::serve_echo(&socket, question, answer),
        None => {
            let (myself, watch) = (env::current_exe()?, Duration::from_secs(watch));
            bench::run(&Plan { ecr_login, aws, myself, watch, only })
        }
    }
}
