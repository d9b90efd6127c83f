//! The way from a registry to the fake cloud behind it: the client's own request, passed on as it is.
//!
//! Waiting here holds up this registry's other clients, but never the cloud, which has a thread of its own
//! and answers at once; so the bound is only for a cloud that has gone.

use std::{
    io::{self, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};

use crate::cloud::http::{Reply, Request};

/// Where the cloud listens.
pub(super) struct Cloud {
    address: SocketAddr,
    tls: Option<Arc<ClientConfig>>,
}

impl Cloud {
    /// With TLS when an authority is given.
    ///
    /// # Errors
    /// When the authority's certificate cannot be read.
    pub(super) fn new(address: SocketAddr, authority: Option<&Path>) -> io::Result<Self> {
        Ok(Self { address, tls: authority.map(client_config).transpose()? })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The cloud's answer.
    pub(super) fn ask(&self, request: &Request) -> Reply {
        self.try_ask(request).unwrap_or_else(|error| {
            Reply::text(502, format!("the cloud behind this registry does not answer: {error}"))
        })
    }

    fn try_ask(&self, request: &Request) -> io::Result<Reply> {
        let stream = TcpStream::connect_timeout(&self.address, LONGEST)?;
        stream.set_read_timeout(Some(LONGEST))?;
        stream.set_write_timeout(Some(LONGEST))?;
        let Some(config) = &self.tls else { return converse(stream, request) };
        let name = ServerName::try_from(request.host()).map_err(io::Error::other)?;
        let connection = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
        converse(StreamOwned::new(connection, stream), request)
    }
}

fn client_config(authority: &Path) -> io::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(authority).map_err(io::Error::other)?;
    roots.add(certificate).map_err(io::Error::other)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn converse(mut stream: impl Read + Write, request: &Request) -> io::Result<Reply> {
    stream.write_all(&spelled(request))?;
    stream.flush()?;
    let mut answer = BufReader::new(stream.take(LARGEST));
    let status = line(&mut answer)?.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no status"))?;

    let (mut headers, mut length) = (Vec::new(), 0);
    loop {
        let line = line(&mut answer)?;
        let Some((name, value)) = line.split_once(':') else { break };
        let (name, value) = (name.to_ascii_lowercase(), value.trim());
        if name == "content-length" {
            length = value.parse().map_err(io::Error::other)?;
        }
        if let Some(known) = PASSED_ON.into_iter().find(|known| *known == name) {
            headers.push((known, value.to_owned()));
        }
    }
    let mut body = Vec::new();
    if request.method != "HEAD" {
        answer.take(length).read_to_end(&mut body)?;
    }
    Ok(Reply { status, headers, body, after: Duration::ZERO })
}

fn spelled(request: &Request) -> Vec<u8> {
    let mark = if request.query.is_empty() { "" } else { "?" };
    let mut text = format!("{} {}{mark}{} HTTP/1.1\r\n", request.method, request.path, request.query);
    let own = ["connection", "content-length", "transfer-encoding"];
    for (name, value) in request.headers.iter().filter(|(name, _)| !own.contains(&name.as_str())) {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("connection: close\r\ncontent-length: {}\r\n\r\n", request.body.len()));
    [text.as_bytes(), &request.body].concat()
}

fn line(answer: &mut impl io::BufRead) -> io::Result<String> {
    let mut line = String::new();
    answer.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

const LONGEST: Duration = Duration::from_secs(10);
const LARGEST: u64 = 1024 * 1024;
const PASSED_ON: [&str; 6] = [
    "content-type",
    "date",
    "docker-distribution-api-version",
    "retry-after",
    "www-authenticate",
    "x-ms-correlation-request-id",
];
