//! The fake cloud for shell scripts and other processes: starts everything, says where, and waits.
//!
//! It ends on SIGTERM and SIGINT, and with `--until-eof` when its standard input closes, so that it does not
//! outlive the script that started it. What can be turned meanwhile is under `/_control/` of its URL.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Parser;
use serde_json::{Value, json};
use shorepass_tests::{
    authority::{Authority, ServerCertificate},
    cloud::aws::{Aws, CI_AUDIENCE, CI_ISSUER},
    registry::{Registry, RegistryBuilder, TokenService, TokenServiceBuilder},
};
use tokio::{
    io::AsyncReadExt as _,
    signal::unix::{SignalKind, signal},
};

/// A fake AWS that verifies what AWS verifies.
#[derive(Parser)]
#[command(name = "fake-cloud")]
struct Arguments {
    /// Where the cloud listens.
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

    let mut builder = Aws::builder().listen(arguments.listen);
    if let Some(tls) = &tls {
        builder = builder.tls(&tls.certificate);
    }
    let cloud = builder.start()?;
    let certificate = tls.as_ref().map(|tls| &tls.certificate);
    let registry =
        arguments.registry.map(|address| start_registry(&cloud, address, certificate)).transpose()?;
    let token_service = arguments
        .token_service
        .map(|address| start_token_service(&cloud, address, certificate, &arguments.folder()))
        .transpose()?;

    let mut ready = describe(&cloud, tls.as_ref());
    if let Some(registry) = &registry {
        ready["registry"] = json!({
            "url": registry.url(),
            "address": registry.address().to_string(),
            "image": format!("{}/{}", registry.address(), registry.image().name()),
        });
    }
    if let Some(service) = &token_service {
        ready["token_service"] = json!({
            "realm": service.realm(),
            "issuer": service.issuer(),
            "rootcertbundle": service.certificate_file(),
        });
    }

    match &arguments.ready_file {
        Some(path) => write_atomically(path, &ready)?,
        None => {
            ready["environment"]["AWS_SECRET_ACCESS_KEY"] = "in the ready file only".into();
            println!("{ready:#}");
        }
    }
    wait_for_the_end(arguments.until_eof)
}

impl Arguments {
    /// Where files go that nobody has named.
    fn folder(&self) -> PathBuf {
        let beside = self.ready_file.as_deref().and_then(Path::parent).map(Path::to_owned);
        let folder = self.tls_dir.clone().or(beside).unwrap_or_default();
        if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
    }
}

fn start_registry(
    cloud: &Aws,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
) -> io::Result<Registry> {
    let builder = Registry::builder().listen(address);
    certificate.into_iter().fold(builder, RegistryBuilder::tls).start(cloud)
}

fn start_token_service(
    cloud: &Aws,
    address: SocketAddr,
    certificate: Option<&ServerCertificate>,
    folder: &Path,
) -> io::Result<TokenService> {
    let builder = TokenService::builder().listen(address);
    certificate.into_iter().fold(builder, TokenServiceBuilder::tls).start(cloud, folder)
}

struct Tls {
    authority: Authority,
    certificate: ServerCertificate,
    certificate_file: PathBuf,
    key_file: PathBuf,
}

impl Tls {
    fn prepare(arguments: &Arguments) -> io::Result<Option<Self>> {
        let Some(folder) = &arguments.tls_dir else { return Ok(None) };
        let authority = Authority::new(folder)?;
        let names: Vec<&str> = arguments.tls_names.iter().map(String::as_str).collect();
        let certificate = authority.issue(&names)?;
        let (certificate_file, key_file) = certificate.write(folder, "server")?;
        Ok(Some(Self { authority, certificate, certificate_file, key_file }))
    }
}

fn describe(cloud: &Aws, tls: Option<&Tls>) -> Value {
    let mut environment = json!(cloud.environment("alice"));
    if let Some(tls) = tls {
        environment["AWS_CA_BUNDLE"] = json!(tls.authority.ca_file());
    }
    let roles = cloud.with_world(|world| {
        ["ci-pull", "deploy", "chained", "remote"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), json!(world.find_role(name)?.arn()))))
            .collect::<serde_json::Map<_, _>>()
    });
    json!({
        "url": cloud.url(),
        "control_url": format!("{}/_control", cloud.url()),
        "container_credentials_url": cloud.container_url(),
        "environment": environment,
        "roles": roles,
        "external_id": "shorepass-test",
        "ci_issuer": CI_ISSUER,
        "ci_audience": CI_AUDIENCE,
        "ca_file": tls.map(|tls| tls.authority.ca_file()),
        "bundle_file": tls.map(|tls| tls.authority.bundle_file()),
        "certificate_file": tls.map(|tls| &tls.certificate_file),
        "key_file": tls.map(|tls| &tls.key_file),
    })
}

/// A reader sees the whole file or none; it holds a key, so only its owner reads it.
fn write_atomically(path: &Path, value: &Value) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(format!("{value:#}\n").as_bytes())?;
    drop(file);
    fs::rename(beside, path)
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
