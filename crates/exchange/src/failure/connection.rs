//! Why a host could not be reached: the name, the connection, the proxy or its certificate.

use std::{env, error::Error, io};

use shorepass_core::exchange::{ErrorKind, ExchangeError};

use crate::http::Unreached;

/// Explains an error of the connection to `upstream`, such as `STS`.
pub(crate) fn unreached(upstream: &str, error: &(dyn Error + 'static)) -> ExchangeError {
    let host = chain(error).find_map(|cause| cause.downcast_ref::<Unreached>()).map(|u| u.host.as_str());
    let place = host.map_or_else(|| upstream.to_owned(), |host| format!("{upstream} at `{host}`"));
    let cause = cause(error);
    let error = ExchangeError::new(
        ErrorKind::Unavailable,
        "unreachable",
        format!("could not reach {place}: {}", cause.words()),
    );
    match cause.hint() {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// Whether a connection was tried at all, rather than the request being impossible.
pub(super) fn was_tried(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(<dyn Error>::is::<Unreached>)
}

enum Cause {
    Name,
    Connect(io::ErrorKind),
    Timeout,
    Proxy,
    Untrusted,
    Tls,
    Unknown,
}

impl Cause {
    fn words(&self) -> String {
        match self {
            Self::Name => "the name does not resolve".into(),
            Self::Connect(io::ErrorKind::Other) => "the connection failed".into(),
            Self::Connect(kind) => kind.to_string(),
            Self::Timeout => "no connection in time".into(),
            Self::Proxy => "the proxy did not open the way".into(),
            Self::Untrusted => "its TLS certificate is not trusted".into(),
            Self::Tls => "the TLS handshake failed".into(),
            Self::Unknown => "the connection broke".into(),
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Untrusted | Self::Tls => Some(
                "if a proxy looks into TLS, name a file with its certificates in `SSL_CERT_FILE`, \
                 or for AWS in `AWS_CA_BUNDLE`",
            ),
            Self::Proxy => Some("check the address and the password of the proxy in `HTTPS_PROXY`"),
            _ if has_proxy() => Some("check the network, and the proxy in `HTTPS_PROXY`"),
            _ => None,
        }
    }
}

fn cause(error: &(dyn Error + 'static)) -> Cause {
    let mut found = Cause::Unknown;
    for cause in chain(error) {
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            let untrusted = matches!(tls, rustls::Error::InvalidCertificate(_));
            return if untrusted { Cause::Untrusted } else { Cause::Tls };
        }
        let words = cause.to_string();
        if words.contains("dns error") {
            return Cause::Name;
        }
        if words.contains("tunnel error") || words.contains("proxy") {
            return Cause::Proxy;
        }
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            found = Cause::Connect(io.kind());
        } else if matches!(found, Cause::Unknown) && words.contains("timeout") {
            found = Cause::Timeout;
        }
    }
    found
}

/// The error and its causes; an `io::Error` hides its own from `source()`.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

fn has_proxy() -> bool {
    ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].iter().any(|name| env::var_os(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_inside_an_io_error_is_found() {
        let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let error = io::Error::other(io::Error::other(tls));

        let error = unreached("ECR", &error);

        assert_eq!(error.message, "could not reach ECR: its TLS certificate is not trusted");
        assert!(error.hint.unwrap().contains("AWS_CA_BUNDLE"));
    }

    #[test]
    fn a_refused_connection_is_named() {
        let error = unreached("STS", &io::Error::from(io::ErrorKind::ConnectionRefused));

        assert_eq!(error.message, "could not reach STS: connection refused");
        assert_eq!(error.kind, ErrorKind::Unavailable);
    }
}
