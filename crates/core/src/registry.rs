//! A registry's address, parsed from any spelling a client uses.
//!
//! Parsing is strict: what does not look like `host[:port][/path]` is refused here, so that no later
//! step has to wonder about user-info, upper case or a second slash. Docker Hub's names fold into one.

use std::fmt;

/// A parsed server address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Registry {
    host: String,
    port: Option<u16>,
    path: Option<String>,
}

impl Registry {
    /// Reads what a client sends as server address: a bare host, a host with port or path, or a URL.
    ///
    /// # Errors
    /// When the text is no such address; the error names the reason and never repeats the text.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError("it is empty"));
        }
        if text.len() > LONGEST_ADDRESS {
            return Err(AddressError("it is longer than 2,048 bytes"));
        }

        let text = without_scheme(text)?;
        let (authority, path) = text.split_once('/').unwrap_or((text, ""));
        let (host, port) = split_port(authority)?;
        let host = parse_host(host)?;
        let path = parse_path(path)?;

        if HUB_NAMES.contains(&host.as_str()) && matches!(port, None | Some(443)) {
            return Ok(Self { host: HUB.into(), port: None, path });
        }
        Ok(Self { host, port, path })
    }

    /// Lower case, without port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The host, with its port unless that is the one that HTTPS means.
    #[must_use]
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) if port != 443 => format!("{}:{port}", self.host),
            _ => self.host.clone(),
        }
    }

    /// As given; `None` and 443 mean the same to a registry.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// A namespace or repository below the host, without slashes at its ends.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Whether the port is the one that HTTPS means when none is given.
    #[must_use]
    pub fn has_default_port(&self) -> bool {
        matches!(self.port, None | Some(443))
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        if let Some(path) = &self.path {
            write!(f, "/{path}")?;
        }
        Ok(())
    }
}

/// Why a text is no registry address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a registry address: {0}")]
pub struct AddressError(&'static str);

fn without_scheme(text: &str) -> Result<&str, AddressError> {
    for scheme in ["https://", "http://"] {
        if text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)) {
            return Ok(&text[scheme.len()..]);
        }
    }
    if text.contains("://") {
        return Err(AddressError("its scheme is neither `https` nor `http`"));
    }
    Ok(text)
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), AddressError> {
    if authority.contains('@') {
        return Err(AddressError("it contains a user name"));
    }
    let after_brackets = authority.rfind(']').map_or(0, |at| at + 1);
    let Some(colon) = authority[after_brackets..].find(':').map(|at| at + after_brackets) else {
        return Ok((authority, None));
    };
    let digits = &authority[colon + 1..];
    if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AddressError("its port is no number"));
    }
    match digits.parse() {
        Ok(port) if port != 0 => Ok((&authority[..colon], Some(port))),
        _ => Err(AddressError("its port is out of range")),
    }
}

fn parse_host(host: &str) -> Result<String, AddressError> {
    if let Some(address) = host.strip_prefix('[') {
        let inside = address.strip_suffix(']').ok_or(AddressError("its bracket is not closed"))?;
        let parsed: std::net::Ipv6Addr =
            inside.parse().map_err(|_| AddressError("its IPv6 address is malformed"))?;
        return Ok(format!("[{parsed}]"));
    }
    if host.is_empty() || host.len() > 253 {
        return Err(AddressError("its host is empty or longer than 253 bytes"));
    }
    let good_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if !host.split('.').all(good_label) {
        return Err(AddressError("its host has an empty, over-long or non-ASCII label"));
    }
    Ok(host.to_ascii_lowercase())
}

/// The API's version in a server key (`https://host/v2/`) is no namespace.
fn parse_path(path: &str) -> Result<Option<String>, AddressError> {
    let path = path.trim_matches('/');
    if matches!(path, "" | "v1" | "v2") {
        return Ok(None);
    }
    if path.len() > LONGEST_PATH {
        return Err(AddressError("its path is longer than 1,024 bytes"));
    }
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    if !path.split('/').all(|part| !part.is_empty() && part != ".." && part.bytes().all(good)) {
        return Err(AddressError("its path is no repository name"));
    }
    Ok(Some(path.to_owned()))
}

const LONGEST_ADDRESS: usize = 2048;
/// Four times what a repository's name may have, and short enough that what is shown, which can be longer
/// than what was sent, is an address again.
const LONGEST_PATH: usize = 1024;
/// Docker Hub, whichever of its names was given.
pub const HUB: &str = "docker.io";
const HUB_NAMES: [&str; 3] = [HUB, "index.docker.io", "registry-1.docker.io"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_host_is_the_same_registry() {
        for text in
            ["r.example", " R.Example\n", "https://r.example", "HTTPS://r.example/v2/", "http://r.example/"]
        {
            assert_eq!(Registry::parse(text).unwrap().to_string(), "r.example", "{text:?}");
        }
    }

    #[test]
    fn ports_and_paths_are_kept() {
        let registry = Registry::parse("https://r.example:5000/team/app/").unwrap();

        assert_eq!(
            (registry.host(), registry.port(), registry.path()),
            ("r.example", Some(5000), Some("team/app"))
        );
        assert_eq!(Registry::parse("[::1]:5000").unwrap().to_string(), "[::1]:5000");
    }

    #[test]
    fn what_is_shown_of_a_long_address_is_an_address_again() {
        let parse = |length| Registry::parse(&format!("[::ffff:ff:ff]/{}", "a".repeat(length)));

        let longest = parse(1024).unwrap();

        assert_eq!(Registry::parse(&longest.to_string()), Ok(longest));
        assert!(parse(1025).is_err());
    }

    #[test]
    fn docker_hub_has_one_name() {
        for text in
            ["docker.io", "https://index.docker.io/v1/", "registry-1.docker.io", "index.docker.io:443"]
        {
            assert_eq!(Registry::parse(text).unwrap().to_string(), "docker.io", "{text}");
        }
        assert_eq!(
            Registry::parse("https://index.docker.io/v1/access-token").unwrap().path(),
            Some("v1/access-token")
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            " ",
            "ftp://r.example",
            "user@r.example",
            "user:pw@r.example",
            "r.example:",
            "r.example:0",
            "r.example:99999",
            "r.example:+80",
            "r..example",
            "r.example.",
            ".r.example",
            "r.exämple",
            "r example",
            "r.example/a//b",
            "r.example/../x",
            "r.example/a?b",
            "r.example#x",
            "[::1",
            "[zz]",
            "a:b:c",
        ] {
            assert!(Registry::parse(text).is_err(), "{text:?}");
        }
    }
}
