//! The canonical form of a request: what is hashed before it is signed.

use sha2::{Digest as _, Sha256};

use super::hex;
use crate::cloud::http::{
    Request,
    form::{decode, encode},
};

pub(super) fn request(request: &Request, signed_headers: &[String]) -> String {
    let headers: String =
        signed_headers.iter().map(|name| format!("{name}:{}\n", header(request, name))).collect();
    format!(
        "{}\n{}\n{}\n{headers}\n{}\n{}",
        request.method,
        path(&request.path),
        query(&request.query),
        signed_headers.join(";"),
        hex(&Sha256::digest(&request.body))
    )
}

/// Every service but S3 encodes a path that is encoded already once more.
fn path(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    let end = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    format!("/{}{end}", kept.into_iter().map(encode).collect::<Vec<_>>().join("/"))
}

fn query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encode(&decode(name)), encode(&decode(value))))
        .collect();
    pairs.sort();
    pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn header(request: &Request, name: &str) -> String {
    let squeeze = |value: &str| value.split_whitespace().collect::<Vec<_>>().join(" ");
    let values = request.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| squeeze(value));
    values.collect::<Vec<_>>().join(",")
}
