//! From the standard output of a program. Of it only the program's name is ever shown.

use std::time::Duration;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::CommandSource,
};
use tokio::process::Command;

use super::missing;
use crate::{
    deadline::Progress,
    program::{self, Failed},
};

pub(super) async fn fetch(source: &CommandSource, progress: &Progress) -> Result<String, ExchangeError> {
    let (program, arguments) = source.command.split_first().ok_or_else(|| missing("no program is named"))?;
    progress.waits_for("the token's program");
    let mut process = Command::new(program);
    process.args(arguments);
    let output = program::output(process, source.timeout.unwrap_or(PATIENCE)).await;
    let output = output.map_err(|failed| match failed {
        Failed::Slow(_) => ExchangeError::new(
            ErrorKind::Unavailable,
            "token_unavailable",
            format!("the token's program, `{program}`, {}", failed.words()),
        ),
        failed => missing(format!("the token's program, `{program}`, {}", failed.words()))
            .with_hint("to see what it says, run it by hand where the client runs"),
    })?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

const PATIENCE: Duration = Duration::from_secs(30);
