//! `shorepassd`: the credential broker.
//!
//! This crate is the translator between the wire, the processes and the files on one side and
//! `core` on the other. It holds no HTTP client, no TLS and no parser of anything remote: those live
//! and die in the exchange workers.

mod answer;
mod arguments;
mod audit;
mod connection;
mod files;
mod hardening;
mod house;
mod life;
mod lifeline;
mod listen;
mod log;
mod peer;
mod pull_limits;
mod robots;
mod rotating;
mod server;
mod vault;
mod words;
mod worker;

use std::{alloc::System, io::Write, process::ExitCode};

use arguments::{Arguments, Mode};
use zeroizing_alloc::ZeroAlloc;

/// Whatever is freed is cleared: buffers that grew, what the JSON parser set aside, a worker's environment block.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    let arguments = match Arguments::parse(std::env::args_os().skip(1)) {
        Ok(arguments) => arguments,
        Err(message) => {
            eprintln!("error: {message}\n\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match arguments.mode {
        Mode::Help => println!("{}", arguments::USAGE),
        Mode::Version => println!("shorepassd {}", env!("CARGO_PKG_VERSION")),
        Mode::Serve | Mode::Once => return serve(&arguments),
    }
    ExitCode::SUCCESS
}

fn serve(arguments: &Arguments) -> ExitCode {
    hardening::keep_memory_private();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = runtime.map_err(anyhow::Error::from).and_then(|runtime| {
        runtime.block_on(async {
            match arguments.mode {
                Mode::Once => life::answer_once().await,
                _ => life::live(arguments).await,
            }
        })
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever started us in the background reads this line instead of `ready`.
            if arguments.is_auto {
                let _ = writeln!(std::io::stdout(), "{error:#}");
            } else {
                eprintln!("error: {error:#}");
            }
            ExitCode::FAILURE
        }
    }
}
