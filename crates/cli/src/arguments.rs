//! The command line, as clap reads it.

mod exec;
mod token;
mod vault;

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

pub(crate) use exec::Exec;
pub(crate) use token::Token;
pub(crate) use vault::{Put, Unlock, Vault, VaultCommand};

/// One credential helper for every container registry: set it up, look at it, look after it.
#[derive(Debug, Parser)]
#[command(name = "shorepass", version, arg_required_else_help = true, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Point docker, podman, buildah and skopeo at Shorepass for the named registries
    Setup(Setup),
    /// Move logins from clients' files and other helpers into the vault
    Import(Import),
    /// Show where a registry would be routed, without any network
    Explain(OneHost),
    /// Get a credential as a container client would
    Get(Get),
    /// Run a command with a broker and clients' files of its own, which are gone when it ends
    Exec(Exec),
    /// Get what an HTTP request to a registry has to show: its bearer token
    Token(Token),
    /// Show the broker and the credentials it keeps
    Status(Status),
    /// Renew credentials now
    Refresh(SomeHosts),
    /// Drop credentials from the cache
    Forget(SomeHosts),
    /// Show where logins are kept; list, add and erase them
    Vault(Vault),
    /// Find out what is wrong and say what to do
    Doctor(Doctor),
    /// Start, stop and watch the broker
    #[command(subcommand)]
    Broker(Broker),
    /// Check, find and show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

impl Command {
    /// Whether the answer, and so an error too, is to be JSON.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Setup(setup) => setup.report.json,
            Self::Import(import) => import.report.json,
            Self::Explain(explain) => explain.report.json,
            Self::Get(get) => get.report.json,
            Self::Token(token) => token.report.json,
            Self::Status(status) => status.report.json,
            Self::Refresh(hosts) | Self::Forget(hosts) => hosts.report.json,
            Self::Doctor(doctor) => doctor.report.json,
            Self::Vault(vault) => vault.wants_json(),
            Self::Broker(Broker::Start(report) | Broker::Stop(report) | Broker::Restart(report)) => {
                report.json
            }
            Self::Config(Config::Check(report) | Config::Path(report) | Config::Show(report)) => report.json,
            Self::Broker(Broker::Run { .. } | Broker::Logs(_)) | Self::Completions { .. } | Self::Exec(_) => {
                false
            }
        }
    }
}

/// How to report.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Report {
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Default, Args)]
#[command(
    after_help = "Without --docker and --containers, docker's config.json is always edited, and the auth.json of podman, \
                  buildah and skopeo when one of them is installed or such a file exists. Only `credHelpers` is \
                  touched; the file as it was is kept beside it as `config.json.before-shorepass`.\n\nWith --all, docker's \
                  `credsStore` is written and a drop-in of registries.conf for podman, buildah and skopeo. A helper that \
                  was docker's `credsStore` before goes on being asked for registries that nobody has logged in to here: \
                  it becomes `hand_on = \"NAME\"` under `[vault]` in Shorepass's config.toml."
)]
pub(crate) struct Setup {
    /// Registry hosts, such as `123456789012.dkr.ecr.eu-west-1.amazonaws.com` or `docker.io`
    #[arg(value_name = "HOST")]
    pub hosts: Vec<String>,
    /// For every registry: docker's `credsStore`, and the `credential-helpers` of podman, buildah and skopeo
    #[arg(long, conflicts_with_all = ["hosts", "force"])]
    pub all: bool,
    /// Only docker's config.json (also read by buildx, compose, crane and oras)
    #[arg(long)]
    pub docker: bool,
    /// Only the auth.json of podman, buildah and skopeo
    #[arg(long)]
    pub containers: bool,
    /// Say what would change and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Take back what setup added and restore the helpers that were there before
    #[arg(long, conflicts_with = "force")]
    pub undo: bool,
    /// Also for a host that no route covers
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Default, Args)]
#[command(
    after_help = "Without --from, the logins are those in docker's config.json, in the auth.json of podman, buildah and \
                  skopeo, and those of the helper that is docker's `credsStore` or was before `setup --all`. Each is \
                  taken out of its file only when the vault has handed it out again; another helper keeps its own."
)]
pub(crate) struct Import {
    /// Only these: `auths`, the clients' files, or the name of a helper such as `osxkeychain`
    #[arg(long, value_name = "WHERE", conflicts_with = "undo")]
    pub from: Option<String>,
    /// Say what would be moved and move nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// Put back what import has moved
    #[arg(long)]
    pub undo: bool,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Args)]
pub(crate) struct OneHost {
    /// The registry's address in any spelling
    #[arg(value_name = "HOST")]
    pub host: String,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The registry's address in any spelling
    #[arg(value_name = "HOST")]
    pub host: String,
    /// Print the secret
    #[arg(long)]
    pub show_secret: bool,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Show it anew every two seconds
    #[arg(long)]
    pub watch: bool,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Args)]
#[group(id = "which", required = true, multiple = false, args = ["host", "all"])]
pub(crate) struct SomeHosts {
    /// The registry's address in any spelling
    #[arg(value_name = "HOST")]
    pub host: Option<String>,
    /// Every credential in the cache
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Without HOST every registry that docker or podman sends to Shorepass is looked at, offline. With HOST a \
                  credential is really fetched. Exit code: 0 without errors (warnings alone are none), 6 when a \
                  configuration is at fault, else 1.\n\nTo explain what a client printed: docker pull IMAGE 2>&1 | \
                  shorepass doctor --error -"
)]
pub(crate) struct Doctor {
    /// The registry that makes trouble
    #[arg(value_name = "HOST")]
    pub host: Option<String>,
    /// Explain this error of a container client; `-` reads it from stdin
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub error: Option<String>,
    #[command(flatten)]
    pub report: Report,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Broker {
    /// Start the broker unless one is running
    Start(Report),
    /// Let the broker answer what is in flight and leave
    Stop(Report),
    /// Stop, then start
    Restart(Report),
    /// Run the broker in the foreground
    Run {
        /// Passed to `shorepassd` as they are
        #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Show the end of the broker's log
    Logs(Logs),
}

#[derive(Debug, Args)]
pub(crate) struct Logs {
    /// Go on printing what is added
    #[arg(long, short)]
    pub follow: bool,
    /// The audit log instead
    #[arg(long)]
    pub audit: bool,
    /// How many lines of what is there
    #[arg(long, short = 'n', value_name = "N", default_value_t = 50)]
    pub lines: usize,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// List the faults of the configuration files
    Check(Report),
    /// Say where the configuration files are
    Path(Report),
    /// Print the configuration files, without values that look like secrets
    Show(Report),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn refresh_wants_a_host_or_all_and_not_both() {
        let parse = |words: &[&str]| Arguments::try_parse_from(words).is_ok();

        assert!(parse(&["shorepass", "refresh", "r.example"]));
        assert!(parse(&["shorepass", "refresh", "--all", "--json"]));
        assert!(!parse(&["shorepass", "refresh"]));
        assert!(!parse(&["shorepass", "refresh", "r.example", "--all"]));
    }

    #[test]
    fn what_follows_run_belongs_to_the_broker() {
        let parsed = Arguments::try_parse_from(["shorepass", "broker", "run", "--idle-exit", "0"]).unwrap();

        let Command::Broker(Broker::Run { arguments }) = parsed.command else { panic!("{parsed:?}") };
        assert_eq!(arguments, ["--idle-exit", "0"]);
    }
}
