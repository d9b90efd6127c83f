//! The fake clouds for shell scripts and other processes: starts everything, says where, and waits.
//!
//! It ends on SIGTERM and SIGINT, and with `--until-eof` when its standard input closes, so that it does not
//! outlive the script that started it. What can be turned meanwhile at AWS is under `/_control/` of its URL.

mod aws;
mod azure;
mod github;
mod gitlab;
mod google;
mod harbor;
mod hub;
mod jobs;
mod quay;
mod ready;
mod tls;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::Parser;
use tokio::{
    io::AsyncReadExt as _,
    signal::unix::{SignalKind, signal},
};

use self::{jobs::Jobs, tls::Tls};

/// A fake AWS that verifies what AWS verifies, and on demand further fake services.
#[derive(Parser)]
#[command(name = "fake-cloud")]
struct Arguments {
    /// Where AWS listens.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Speak TLS, with a certificate for these names beside loopback's.
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "tls_dir")]
    tls_names: Vec<String>,
    /// Where `ca.pem`, `bundle.pem` and the server's pair are written.
    #[arg(long, value_name = "DIR")]
    tls_dir: Option<PathBuf>,
    /// Serve one small image for the passwords that the cloud gives.
    #[arg(long, value_name = "ADDR")]
    registry: Option<SocketAddr>,
    /// Serve bearer tokens for a registry that wants them; its certificate goes beside the ready file,
    /// or into the TLS folder.
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:0")]
    token_service: Option<SocketAddr>,
    /// Be Google here, too, and write key files beside the ready file or into the TLS folder.
    #[arg(long, value_name = "ADDR")]
    google: Option<SocketAddr>,
    /// Serve bearer tokens for Google's access tokens.
    #[arg(long, value_name = "ADDR", requires = "google")]
    google_token_service: Option<SocketAddr>,
    /// Be Azure here, too.
    #[arg(long, value_name = "ADDR")]
    azure: Option<SocketAddr>,
    /// Be Azure's registries here, with two small images.
    #[arg(long, value_name = "ADDR", requires = "azure")]
    azure_registry: Option<SocketAddr>,
    /// Be Docker Hub here, too.
    #[arg(long, value_name = "ADDR")]
    hub: Option<SocketAddr>,
    /// Serve bearer tokens for Docker Hub's logins.
    #[arg(long, value_name = "ADDR", requires = "hub")]
    hub_token_service: Option<SocketAddr>,
    /// Be GitHub here, too, and write an app's key beside the ready file or into the TLS folder.
    #[arg(long, value_name = "ADDR")]
    github: Option<SocketAddr>,
    /// Serve bearer tokens for the logins of GitHub's registry.
    #[arg(long, value_name = "ADDR", requires = "github")]
    github_token_service: Option<SocketAddr>,
    /// Be GitLab here, too.
    #[arg(long, value_name = "ADDR")]
    gitlab: Option<SocketAddr>,
    /// Serve bearer tokens for the logins of GitLab's registry.
    #[arg(long, value_name = "ADDR", requires = "gitlab")]
    gitlab_token_service: Option<SocketAddr>,
    /// Be Harbor here, too; its token service's certificate goes beside the ready file or into the TLS folder.
    #[arg(long, value_name = "ADDR")]
    harbor: Option<SocketAddr>,
    /// Be Quay here, too; its token service's certificate goes there, as well.
    #[arg(long, value_name = "ADDR")]
    quay: Option<SocketAddr>,
    /// Trust the tokens of this OpenID provider, whose keys are fetched.
    #[arg(long, value_name = "URL")]
    trust_issuer: Option<String>,
    /// Write a JSON file with URLs, keys and paths once everything listens.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
    /// End when standard input closes.
    #[arg(long)]
    until_eof: bool,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let tls = Tls::prepare(&arguments)?;
    let certificate = tls.as_ref().map(|tls| &tls.certificate);

    let aws = aws::Running::start(&arguments, certificate)?;
    let google = arguments
        .google
        .map(|address| google::Running::start(&arguments, address, certificate))
        .transpose()?;
    let azure = arguments
        .azure
        .map(|address| azure::Running::start(&arguments, address, tls.as_ref()))
        .transpose()?;
    let hub =
        arguments.hub.map(|address| hub::Running::start(&arguments, address, certificate)).transpose()?;
    let github = arguments
        .github
        .map(|address| github::Running::start(&arguments, address, certificate))
        .transpose()?;
    let gitlab = arguments
        .gitlab
        .map(|address| gitlab::Running::start(&arguments, address, certificate))
        .transpose()?;
    let harbor = arguments
        .harbor
        .map(|address| harbor::Running::start(&arguments, address, certificate))
        .transpose()?;
    let quay =
        arguments.quay.map(|address| quay::Running::start(&arguments, address, certificate)).transpose()?;

    let mut ready = aws.describe(tls.as_ref());
    ready["jobs"] = arguments.jobs().map(|jobs| jobs.describe()).into();
    ready["google"] = google.as_ref().map(google::Running::describe).into();
    ready["azure"] = azure.as_ref().map(azure::Running::describe).into();
    ready["hub"] = hub.as_ref().map(hub::Running::describe).into();
    ready["github"] = github.as_ref().map(github::Running::describe).into();
    ready["gitlab"] = gitlab.as_ref().map(gitlab::Running::describe).into();
    ready["harbor"] = harbor.as_ref().map(harbor::Running::describe).into();
    ready["quay"] = quay.as_ref().map(quay::Running::describe).into();
    match &arguments.ready_file {
        Some(path) => ready::write_atomically(path, &ready)?,
        None => {
            for secret in SECRETS {
                if let Some(secret) = ready.pointer_mut(secret) {
                    *secret = "in the ready file only".into();
                }
            }
            println!("{ready:#}");
        }
    }
    wait_for_the_end(arguments.until_eof)
}

impl Arguments {
    fn jobs(&self) -> Option<Jobs> {
        self.trust_issuer.as_deref().map(Jobs::of)
    }

    /// Where files go that nobody has named.
    fn folder(&self) -> PathBuf {
        let beside = self.ready_file.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folder = self.tls_dir.clone().or(beside).unwrap_or_default();
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
    }
}

fn wait_for_the_end(until_eof: bool) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = end_of_input(), if until_eof => {}
        }
        Ok(())
    });
    // A read of standard input that is under way cannot be taken back.
    runtime.shutdown_background();
    ended
}

async fn end_of_input() {
    let (mut input, mut ignored) = (tokio::io::stdin(), [0_u8; 256]);
    while matches!(input.read(&mut ignored).await, Ok(1..)) {}
}

const SECRETS: [&str; 10] = [
    "/environment/AWS_SECRET_ACCESS_KEY",
    "/azure/environment/AZURE_CLIENT_SECRET",
    "/azure/stranger/AZURE_CLIENT_SECRET",
    "/hub/tokens",
    "/hub/id_token",
    "/github/tokens",
    "/gitlab/tokens",
    "/harbor/logins",
    "/quay/logins",
    "/quay/id_token",
];
