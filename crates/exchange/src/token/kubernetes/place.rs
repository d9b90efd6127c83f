//! Where the API server is and who we are to it, by what the kubelet puts into every pod.

use std::net::IpAddr;

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    token::KubernetesRequest,
};
use shorepass_secret::Secret;

use crate::{
    file,
    http::call::encode,
    token::{checked, missing, of_file},
};

/// A cluster and a namespace in it.
#[derive(Debug)]
pub(super) struct Place {
    server: String,
    pub(super) namespace: String,
}

impl Place {
    /// As the settings have it, else as the pod's surroundings do.
    pub(super) fn of(
        request: &KubernetesRequest,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ExchangeError> {
        let server = match &request.endpoint {
            Some(endpoint) => endpoint.clone(),
            None => server(variable("KUBERNETES_SERVICE_HOST"), variable("KUBERNETES_SERVICE_PORT"))?,
        };
        let namespace = match &request.namespace {
            Some(namespace) => namespace.clone(),
            None => namespace(request)?,
        };
        Ok(Self { server, namespace })
    }

    pub(super) fn url(&self, service_account: &str) -> String {
        let (server, namespace) = (&self.server, encode(&self.namespace));
        format!("{server}/api/v1/namespaces/{namespace}/serviceaccounts/{}/token", encode(service_account))
    }
}

/// The pod's own token, by which it asks.
pub(super) fn own_token(request: &KubernetesRequest) -> Result<Secret, ExchangeError> {
    let text = of_file(&request.mounted("token"), None).map_err(|error| {
        error.with_hint("leave `automountServiceAccountToken` on for the pod, or correct `mounted_at`")
    })?;
    checked(&text)
}

/// The variables that every container of a pod has.
fn server(host: Option<String>, port: Option<String>) -> Result<String, ExchangeError> {
    let absent = |message: &str| {
        ExchangeError::new(ErrorKind::Misconfigured, "kubernetes_absent", message).with_hint(
            "run the client in a pod, or name the API server by `endpoint` and its files by `mounted_at`",
        )
    };
    let Some(host) = host.filter(|host| !host.is_empty()) else {
        return Err(absent("this is no pod of Kubernetes: `KUBERNETES_SERVICE_HOST` is not set"));
    };
    let port = port.filter(|port| !port.is_empty()).unwrap_or_else(|| "443".into());
    let is_name = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    let host = match host.parse::<IpAddr>() {
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        Ok(_) => host,
        Err(_) if is_name => host,
        Err(_) => return Err(absent("`KUBERNETES_SERVICE_HOST` holds neither a name nor an address")),
    };
    match port.parse::<u16>() {
        Ok(port) => Ok(format!("https://{host}:{port}")),
        Err(_) => Err(absent("`KUBERNETES_SERVICE_PORT` holds no port")),
    }
}

/// The pod's own.
fn namespace(request: &KubernetesRequest) -> Result<String, ExchangeError> {
    let path = request.mounted("namespace");
    let unusable = |why: String| {
        missing(format!("the pod's namespace in `{}` cannot be used: {why}", path.display()))
            .with_hint("name the service account's by `namespace`")
    };
    let bytes = file::bytes(&path, 1024).map_err(unusable)?;
    let text = String::from_utf8_lossy(&bytes).trim().to_owned();
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let is_name = (1..=63).contains(&text.len()) && text.bytes().all(good);
    if is_name { Ok(text) } else { Err(unusable("it is no name of a namespace".into())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_a_name_or_an_address_and_a_port() {
        let at = |host: &str, port: &str| server(Some(host.into()), Some(port.into()));

        assert_eq!(at("10.96.0.1", "6443").unwrap(), "https://10.96.0.1:6443");
        assert_eq!(at("fd00::1", "443").unwrap(), "https://[fd00::1]:443");
        assert_eq!(at("kubernetes.default.svc", "").unwrap(), "https://kubernetes.default.svc:443");
        for (host, port) in
            [("", ""), ("10.96.0.1@evil.example", "443"), ("10.96.0.1", "443/x"), ("a b", "1")]
        {
            assert_eq!(at(host, port).unwrap_err().code, "kubernetes_absent", "{host} {port}");
        }
        assert!(server(None, None).unwrap_err().message.contains("no pod of Kubernetes"));
    }

    #[test]
    fn the_namespace_is_the_settings_or_the_pods() {
        let folder = tempfile::tempdir().unwrap();
        let request = |namespace: Option<&str>| KubernetesRequest {
            service_account: "builder".into(),
            namespace: namespace.map(str::to_owned),
            audience: "a".into(),
            lifetime: None,
            endpoint: Some("https://10.0.0.1".into()),
            mounted_at: Some(folder.path().into()),
        };
        let of = |namespace: Option<&str>| Place::of(&request(namespace), |_| None);

        assert_eq!(of(None).unwrap_err().code, "token_missing");
        std::fs::write(folder.path().join("namespace"), "../evil").unwrap();
        assert!(of(None).unwrap_err().message.contains("no name of a namespace"));
        std::fs::write(folder.path().join("namespace"), "shore\n").unwrap();
        assert_eq!(
            of(None).unwrap().url("builder"),
            "https://10.0.0.1/api/v1/namespaces/shore/serviceaccounts/builder/token"
        );
        assert_eq!(of(Some("other")).unwrap().namespace, "other");
    }
}
