//! The arguments of `vault`.

use clap::{Args, Subcommand};

use super::Report;

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "A LOGIN is a registry's address, with a namespace if it is for that only, or a plain name without dot, \
                  colon and slash, which an identity of the configuration can use by `login = \"NAME\"`."
)]
pub(crate) struct Vault {
    #[command(subcommand)]
    pub command: Option<VaultCommand>,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultCommand {
    /// List the stored logins with their user names
    List(Report),
    /// Store a login, or replace it
    Put(Put),
    /// Erase a login
    Erase(OneLogin),
    /// Open the encrypted file for as long as the broker runs
    Unlock(Unlock),
}

impl Vault {
    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            None => self.report.json,
            Some(VaultCommand::List(report)) => report.json,
            Some(VaultCommand::Put(put)) => put.report.json,
            Some(VaultCommand::Erase(login)) => login.report.json,
            Some(VaultCommand::Unlock(unlock)) => unlock.report.json,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Put {
    /// A registry's address, or a name
    #[arg(value_name = "LOGIN")]
    pub login: String,
    /// Who; without it the terminal is asked
    #[arg(long, short, value_name = "NAME")]
    pub username: Option<String>,
    /// Read the password from stdin instead of the terminal
    #[arg(long)]
    pub password_stdin: bool,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Args)]
pub(crate) struct OneLogin {
    /// A registry's address, or a name
    #[arg(value_name = "LOGIN")]
    pub login: String,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Args)]
pub(crate) struct Unlock {
    /// Read the passphrase from stdin instead of the terminal
    #[arg(long)]
    pub passphrase_stdin: bool,
    #[command(flatten)]
    pub report: Report,
}
