//! The vault's own name for a login, from what a client or another helper calls it.
//!
//! It must be letter by letter what the vault would make of it: only so is it seen that a login is stored
//! already.

use std::net::Ipv6Addr;

use crate::client_config::{Family, Server};

/// One name for all spellings. Docker's keys mean a host, whatever follows it; those of podman, buildah and
/// skopeo may mean a namespace.
pub(super) fn login_key(key: &str, family: Family) -> String {
    let bare = without_scheme(key.trim());
    let (authority, path) = bare.split_once('/').unwrap_or((bare, ""));
    let (host, path) = (host(authority), path.trim_matches('/'));
    let is_aside = host == Server::hub().name() && ASIDE.contains(&path);
    let is_namespace = family == Family::Containers && !matches!(path, "" | "v1" | "v2");
    if is_aside || is_namespace { format!("{host}/{path}") } else { host }
}

fn without_scheme(key: &str) -> &str {
    let is_first =
        |scheme: &&str| key.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    ["https://", "http://"].iter().find(|scheme| is_first(scheme)).map_or(key, |scheme| &key[scheme.len()..])
}

/// Lower case, with its port unless that is the one that HTTPS means.
fn host(authority: &str) -> String {
    let lower = authority.to_ascii_lowercase();
    let with_port = match lower.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => port.parse::<u16>().ok().map(|port| (host, port)),
        _ => Some((lower.as_str(), HTTPS)),
    };
    // What is no host, the vault refuses in its own words.
    let Some((host, port)) = with_port else { return lower };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')?.parse::<Ipv6Addr>().ok());
    let host = address.map_or_else(|| host.to_owned(), |address| format!("[{address}]"));
    let whole = if port == HTTPS { host } else { format!("{host}:{port}") };
    Server::parse(&whole).map_or_else(|_| whole.clone(), |server| server.name().to_owned())
}

/// What the Docker CLI keeps beside Docker Hub's login.
const ASIDE: [&str; 2] = ["v1/access-token", "v1/refresh-token"];
const HTTPS: u16 = 443;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_are_one_login_and_only_podmans_keys_have_namespaces() {
        for (key, docker, containers) in [
            ("https://index.docker.io/v1/", "docker.io", "docker.io"),
            ("registry-1.docker.io:443", "docker.io", "docker.io"),
            ("docker.io:5000", "docker.io:5000", "docker.io:5000"),
            ("r.example", "r.example", "r.example"),
            (" r.example:443 ", "r.example", "r.example"),
            ("HTTPS://R.Example/v2/", "r.example", "r.example"),
            ("http://r.example:0443/", "r.example", "r.example"),
            ("R.example:05000/team/App/", "r.example:5000", "r.example:5000/team/App"),
            ("[::0001]:443", "[::1]", "[::1]"),
            ("[::1]:5000/team", "[::1]:5000", "[::1]:5000/team"),
        ] {
            assert_eq!(login_key(key, Family::Docker), docker, "{key}");
            assert_eq!(login_key(key, Family::Containers), containers, "{key}");
        }
    }

    #[test]
    fn the_docker_clis_own_tokens_are_no_logins_of_docker_hub() {
        for family in [Family::Docker, Family::Containers] {
            for token in ["access-token", "refresh-token"] {
                let key = format!("https://index.docker.io/v1/{token}");

                assert_eq!(login_key(&key, family), format!("docker.io/v1/{token}"));
            }
        }
        assert_eq!(login_key("https://r.example/v1/access-token", Family::Docker), "r.example");
    }

    #[test]
    fn what_is_no_address_is_left_for_the_vault_to_refuse() {
        for key in ["r.example:x", "r.example:", "user@r.example", ""] {
            assert_eq!(login_key(key, Family::Docker), key);
        }
    }
}
