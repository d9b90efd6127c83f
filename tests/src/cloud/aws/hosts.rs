//! The real names under which AWS's endpoints are reached (botocore's endpoint rules).
//!
//! When the fake is reached under one of them, by a hosts file, the name decides which service may
//! answer and which region the signature must be scoped to.

use super::operation::Service;

/// What an endpoint's name tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) service: Service,
    pub(super) region: String,
}

pub(super) fn parse(host: &str) -> Option<Place> {
    if host == "sts.amazonaws.com" {
        return Some(Place { service: Service::Sts, region: "us-east-1".into() });
    }
    PREFIXES.iter().find_map(|(prefix, service, suffixes)| {
        let (region, suffix) = host.strip_prefix(prefix)?.split_once('.')?;
        let is_ours = suffixes.contains(&suffix) && region.contains('-');
        is_ours.then(|| Place { service: *service, region: region.into() })
    })
}

const PLAIN: &[&str] = &[
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];
const DUAL_STACK: &[&str] = &["api.aws", "api.amazonwebservices.com.cn", "api.amazonwebservices.eu"];

/// FIPS endpoints without `api.` exist as plain names in the United States and as dual-stack names.
const PREFIXES: [(&str, Service, &[&str]); 14] = [
    ("api.ecr.", Service::Ecr, PLAIN),
    ("api.ecr-fips.", Service::Ecr, PLAIN),
    ("ecr-fips.", Service::Ecr, PLAIN),
    ("ecr.", Service::Ecr, DUAL_STACK),
    ("ecr-fips.", Service::Ecr, DUAL_STACK),
    ("api.ecr-public.", Service::EcrPublic, PLAIN),
    ("ecr-public.", Service::EcrPublic, DUAL_STACK),
    ("sts.", Service::Sts, PLAIN),
    ("sts-fips.", Service::Sts, PLAIN),
    ("sts.", Service::Sts, DUAL_STACK),
    ("sts-fips.", Service::Sts, DUAL_STACK),
    ("portal.sso.", Service::Sso, PLAIN),
    ("oidc.", Service::SsoOidc, PLAIN),
    ("oidc.", Service::SsoOidc, DUAL_STACK),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_names_tell_service_and_region() {
        for (host, service, region) in [
            ("api.ecr.eu-west-1.amazonaws.com", Service::Ecr, "eu-west-1"),
            ("api.ecr-fips.us-east-1.amazonaws.com", Service::Ecr, "us-east-1"),
            ("ecr.us-west-2.api.aws", Service::Ecr, "us-west-2"),
            ("ecr-fips.us-east-2.api.aws", Service::Ecr, "us-east-2"),
            ("api.ecr.cn-north-1.amazonaws.com.cn", Service::Ecr, "cn-north-1"),
            ("api.ecr-public.us-east-1.amazonaws.com", Service::EcrPublic, "us-east-1"),
            ("sts.amazonaws.com", Service::Sts, "us-east-1"),
            ("sts.eu-west-1.amazonaws.com", Service::Sts, "eu-west-1"),
            ("sts-fips.us-east-1.amazonaws.com", Service::Sts, "us-east-1"),
        ] {
            assert_eq!(parse(host), Some(Place { service, region: region.into() }), "{host}");
        }
    }

    #[test]
    fn other_names_tell_nothing() {
        for host in ["127.0.0.1", "localhost", "api.ecr.eu-west-1.amazonaws.com.evil.example", "sts.example"]
        {
            assert_eq!(parse(host), None, "{host}");
        }
    }
}
