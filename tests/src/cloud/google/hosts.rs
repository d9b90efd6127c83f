//! The real names under which Google's endpoints are reached.
//!
//! When the fake is reached under one of them, by a hosts file, the name decides which service may
//! answer; a name of another universe than the world's belongs to nobody here.

use super::operation::Service;

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The service's real name.
    Of(Service),
    /// A name of Google's that is none of this world's services.
    Elsewhere,
    /// No name of Google's: an address, or a name of the test's own.
    Unnamed,
}

pub(super) fn parse(host: &str, universe: &str) -> Place {
    let host = host.strip_suffix('.').unwrap_or(host);
    if METADATA.contains(&host) {
        return Place::Of(Service::Metadata);
    }
    let service = [universe, "googleapis.com"].into_iter().find_map(|domain| {
        let name = host.strip_suffix(domain)?.strip_suffix('.')?;
        let found = SERVICES.iter().find(|(service, _)| *service == name && domain == universe);
        Some(found.map_or(Place::Elsewhere, |(_, service)| Place::Of(*service)))
    });
    service.unwrap_or(Place::Unnamed)
}

const METADATA: [&str; 3] = ["metadata.google.internal", "metadata", "169.254.169.254"];

const SERVICES: [(&str, Service); 3] =
    [("oauth2", Service::OAuth), ("sts", Service::Sts), ("iamcredentials", Service::IamCredentials)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_tell_the_service() {
        for (host, universe, service) in [
            ("metadata.google.internal", "googleapis.com", Service::Metadata),
            ("metadata.google.internal.", "googleapis.com", Service::Metadata),
            ("oauth2.googleapis.com", "googleapis.com", Service::OAuth),
            ("sts.googleapis.com", "googleapis.com", Service::Sts),
            ("sts.shore-cloud.example", "shore-cloud.example", Service::Sts),
            ("iamcredentials.shore-cloud.example", "shore-cloud.example", Service::IamCredentials),
        ] {
            assert_eq!(parse(host, universe), Place::Of(service), "{host}");
        }
    }

    #[test]
    fn other_names_tell_nothing_and_other_universes_answer_nothing() {
        for host in ["127.0.0.1", "localhost", "sts.googleapis.com.evil.example", "evil-sts.example"] {
            assert_eq!(parse(host, "googleapis.com"), Place::Unnamed, "{host}");
        }
        assert_eq!(parse("sts.googleapis.com", "shore-cloud.example"), Place::Elsewhere);
        assert_eq!(parse("storage.googleapis.com", "googleapis.com"), Place::Elsewhere);
    }
}
