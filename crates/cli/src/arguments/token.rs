//! The arguments of `token`.

use clap::Args;

use super::Report;

#[derive(Debug, Args)]
#[command(
    after_help = "The token alone stands on standard output. --header prints the whole line, also for a registry that takes \
                  the login itself, and keeps it out of the list of processes:\n\n  shorepass token ghcr.io \
                  --repository team/app --header |\n    curl -H @- https://ghcr.io/v2/team/app/tags/list"
)]
pub(crate) struct Token {
    /// The registry's address in any spelling
    #[arg(value_name = "HOST")]
    pub host: String,
    /// The repository that it is to be good for, such as `team/app`
    #[arg(long, value_name = "NAME")]
    pub repository: Option<String>,
    /// What it is to allow there
    #[arg(long, requires = "repository", value_parser = ["pull", "push", "pull,push"])]
    pub access: Option<String>,
    /// Print the whole header line
    #[arg(long)]
    pub header: bool,
    #[command(flatten)]
    pub report: Report,
}
