//! The HTTP client of every call: whom it trusts, how it leaves the house, and what it saw.
//!
//! The SDK's own client takes answers of any length and does not tell which host an error is about.
//! Proxies (`HTTPS_PROXY`, `NO_PROXY` …) are left to it.

pub(crate) mod call;
pub(crate) mod date;
pub(crate) mod patience;
mod trust;

use std::{
    error::Error,
    fmt,
    net::Ipv4Addr,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use aws_smithy_http_client::{
    Builder, Connector,
    proxy::ProxyConfig,
    tls::{Provider, TlsContext, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

pub(crate) use trust::{check, trust};

/// A client; its clones share what they saw.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    inner: SharedHttpClient,
    trusted: TlsContext,
    proxy: fn() -> ProxyConfig,
    /// For calls that no SDK makes: by way of the proxy, and without. Each keeps its connections.
    plain: Arc<[OnceLock<SharedHttpConnector>; 2]>,
    last_status: Arc<Mutex<Option<u16>>>,
}

impl Client {
    /// For calls to the cloud, which may go by a proxy.
    pub(crate) fn outward(trusted: TlsContext) -> Self {
        Self::new(trusted, ProxyConfig::from_env)
    }

    /// For calls to the machine's own metadata, which never do.
    pub(crate) fn direct(trusted: TlsContext) -> Self {
        Self::new(trusted, ProxyConfig::disabled)
    }

    /// The status of the last answer.
    pub(crate) fn last_status(&self) -> Option<u16> {
        *self.last_status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new(trusted: TlsContext, proxy: fn() -> ProxyConfig) -> Self {
        let for_sdks = trusted.clone();
        let inner = Builder::new().build_with_connector_fn(move |settings, components| {
            connector(&for_sdks, proxy, settings, components)
        });
        Self { inner, trusted, proxy, plain: Arc::default(), last_status: Arc::default() }
    }

    /// For calls that no SDK makes. What goes to this machine in clear goes by no proxy, which could read it.
    fn plain_connector(&self, url: &str) -> SharedHttpConnector {
        let is_direct = is_loopback(url);
        let made = self.plain[usize::from(is_direct)].get_or_init(|| {
            let proxy = if is_direct { ProxyConfig::disabled } else { self.proxy };
            let inner = SharedHttpConnector::new(connector(&self.trusted, proxy, None, None));
            SharedHttpConnector::new(Telling { inner, last_status: self.last_status.clone() })
        });
        made.clone()
    }
}

fn connector(
    trusted: &TlsContext,
    proxy: fn() -> ProxyConfig,
    settings: Option<&HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> Connector {
    let mut builder = Connector::builder()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .tls_context(trusted.clone())
        .proxy_config(proxy());
    builder.set_connector_settings(settings.cloned());
    builder.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
    builder.build()
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Telling {
            inner: self.inner.http_connector(settings, components),
            last_status: self.last_status.clone(),
        })
    }
}

/// An error of the connection, with the host it is about.
#[derive(Debug)]
pub(crate) struct Unreached {
    /// `host:port`
    pub(crate) host: String,
    source: ConnectorError,
}

impl fmt::Display for Unreached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not reach `{}`", self.host)
    }
}

impl Error for Unreached {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}

impl Unreached {
    /// The connection broke in the middle of an answer.
    fn while_reading(host: String, source: Box<dyn Error + Send + Sync>) -> Self {
        Self { host, source: ConnectorError::io(source) }
    }
}

#[derive(Debug)]
struct Telling {
    inner: SharedHttpConnector,
    last_status: Arc<Mutex<Option<u16>>>,
}

impl HttpConnector for Telling {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let host = host_of(request.uri());
        let last_status = self.last_status.clone();
        let answer = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await.map_err(|error| tell(host, error))?;
            *last_status.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer.status().as_u16());
            Ok(answer.map(|body| SdkBody::from_body_1_x(Limited::new(body, LONGEST_ANSWER))))
        })
    }
}

fn tell(host: String, source: ConnectorError) -> ConnectorError {
    let wrap: fn(Box<dyn Error + Send + Sync>) -> ConnectorError = if source.is_timeout() {
        ConnectorError::timeout
    } else if source.is_user() {
        ConnectorError::user
    } else {
        ConnectorError::io
    };
    wrap(Box::new(Unreached { host, source }))
}

/// Whether secrets may go there: by HTTPS, or to this machine.
pub(crate) fn may_have_secrets(url: &str) -> bool {
    let is_plain = !url.contains('@') && !url.chars().any(|c| c.is_whitespace() || c.is_control());
    is_plain && (url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()) || is_loopback(url))
}

/// Whether a URL of plain HTTP names this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    host == "localhost" || host == "[::1]" || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

fn host_of(uri: &str) -> String {
    let (scheme, rest) = uri.split_once("://").unwrap_or(("https", uri));
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let port = if scheme == "http" { 80 } else { 443 };
    if has_port { host.to_owned() } else { format!("{host}:{port}") }
}

/// Far more than any answer that is asked for here.
const LONGEST_ANSWER: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_named_with_its_port_and_without_credentials() {
        for (uri, host) in [
            ("https://api.ecr.eu-west-1.amazonaws.com/", "api.ecr.eu-west-1.amazonaws.com:443"),
            ("http://169.254.169.254/latest/api/token", "169.254.169.254:80"),
            ("https://user:secret@example.com:8443?x", "example.com:8443"),
            ("http://[fd00:ec2::254]/latest", "[fd00:ec2::254]:80"),
        ] {
            assert_eq!(host_of(uri), host);
        }
    }
}
