//! Amazon Elastic Container Registry: `ACCOUNT.dkr.ecr.REGION.amazonaws.com` and its relatives.
//!
//! Hosts follow AWS's partition table (botocore `partitions.json`); the region must belong to the
//! partition that the suffix names. A token is good for every spelling of one account and region,
//! so FIPS and dual-stack decide how the API is reached, not what is cached.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

/// One account's registry in one region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Twelve digits.
    pub account: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// Such as `aws` or `aws-cn`.
    pub partition: String,
    /// Whether the API is called at its FIPS endpoint.
    pub fips: bool,
    /// Whether the API is called at its dual-stack endpoint.
    pub dual_stack: bool,
    /// An API endpoint given by the configuration; it wins over FIPS and dual-stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// Whether a narrowed credential may also have a pull-through cache fetch what it has not yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pull_through_cache: bool,
}

impl Target {
    pub(super) fn key(&self) -> String {
        let endpoint = self.endpoint.as_deref().unwrap_or_default();
        let upstream = if self.pull_through_cache { " pull-through" } else { "" };
        format!("{} {} {} {endpoint}{upstream}", self.partition, self.region, self.account)
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, _asked: &Asked<'_>) -> Vec<String> {
        Vec::new()
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Aws];
pub(super) const ANONYMOUS: bool = false;
pub(super) const SAMPLES: &[&str] = &[
    "123456789012",
    "us-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
    "eusc-de-east-1",
    "west-1",
    "gov-west-1",
    "de-east-1",
    "1",
];
pub(super) const KEYS: &[Key] = &[
    Key { name: "account", shape: Shape::Text(account) },
    Key { name: "region", shape: Shape::Text(region) },
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
    Key { name: "fips", shape: Shape::Switch },
    Key { name: "dual_stack", shape: Shape::Switch },
    Key { name: "pull_through_cache", shape: Shape::Switch },
];

pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    if !registry.has_default_port() {
        return None;
    }
    let (account_id, rest) = registry.host().split_once('.')?;
    account(account_id).ok()?;

    let (family, rest) =
        FAMILIES.iter().find_map(|family| Some((family, rest.strip_prefix(family.prefix)?)))?;
    let (region_name, suffix) = rest.split_once('.')?;
    region(region_name).ok()?;
    let partition = partition_of(region_name);
    let wanted = if family.dual_stack { partition.dual_stack_suffix? } else { partition.suffix };
    if suffix != wanted {
        return None;
    }

    Some(Target {
        account: account_id.into(),
        region: region_name.into(),
        partition: partition.name.into(),
        fips: family.fips,
        dual_stack: family.dual_stack,
        endpoint: None,
        pull_through_cache: false,
    })
}

pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    let named = recognise(registry);
    let pick = |key: &str, from_name: Option<&String>| {
        keys.text(key)
            .map(str::to_owned)
            .or_else(|| from_name.cloned())
            .ok_or_else(|| format!("kind `ecr` needs the key `{key}`, because the host's name does not tell"))
    };
    let account = pick("account", named.as_ref().map(|target| &target.account))?;
    let region = pick("region", named.as_ref().map(|target| &target.region))?;

    Ok(Target {
        partition: partition_of(&region).name.into(),
        account,
        region,
        fips: keys.switch("fips").unwrap_or(named.as_ref().is_some_and(|target| target.fips)),
        dual_stack: keys
            .switch("dual_stack")
            .unwrap_or(named.as_ref().is_some_and(|target| target.dual_stack)),
        endpoint: keys.text("endpoint").map(str::to_owned),
        pull_through_cache: keys.switch("pull_through_cache") == Some(true),
    })
}

fn account(text: &str) -> Result<(), &'static str> {
    let good = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(()) } else { Err("an account id of 12 digits, in quotes") }
}

/// `[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}`
pub(super) fn region(text: &str) -> Result<(), &'static str> {
    let parts: Vec<&str> = text.split('-').collect();
    let good = match parts.as_slice() {
        [area, middle @ .., number] => {
            (2..=4).contains(&area.len())
                && (1..=2).contains(&middle.len())
                && (1..=2).contains(&number.len())
                && number.bytes().all(|b| b.is_ascii_digit())
                && std::iter::once(area)
                    .chain(middle)
                    .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()))
        }
        _ => false,
    };
    if good { Ok(()) } else { Err("a region such as `eu-west-1`") }
}

struct Family {
    prefix: &'static str,
    fips: bool,
    dual_stack: bool,
}

const FAMILIES: [Family; 4] = [
    Family { prefix: "dkr.ecr.", fips: false, dual_stack: false },
    Family { prefix: "dkr.ecr-fips.", fips: true, dual_stack: false },
    Family { prefix: "dkr-ecr.", fips: false, dual_stack: true },
    Family { prefix: "dkr-ecr-fips.", fips: true, dual_stack: true },
];

struct Partition {
    name: &'static str,
    regions: &'static str,
    suffix: &'static str,
    dual_stack_suffix: Option<&'static str>,
}

/// `us-iso-east-1` is a region of `us-iso-`; `us-iso-1` is one of the commercial partition, as botocore has it.
fn partition_of(region: &str) -> &'static Partition {
    let is_member = |partition: &&Partition| {
        region.strip_prefix(partition.regions).is_some_and(|rest| rest.contains('-'))
    };
    PARTITIONS.iter().find(is_member).unwrap_or(&PARTITIONS[PARTITIONS.len() - 1])
}

/// By prefix of the region; the last one, the commercial partition, is for all others.
const PARTITIONS: [Partition; 8] = [
    Partition {
        name: "aws-cn",
        regions: "cn-",
        suffix: "amazonaws.com.cn",
        dual_stack_suffix: Some("on.amazonwebservices.com.cn"),
    },
    Partition {
        name: "aws-us-gov",
        regions: "us-gov-",
        suffix: "amazonaws.com",
        dual_stack_suffix: Some("on.aws"),
    },
    Partition { name: "aws-iso", regions: "us-iso-", suffix: "c2s.ic.gov", dual_stack_suffix: None },
    Partition { name: "aws-iso-b", regions: "us-isob-", suffix: "sc2s.sgov.gov", dual_stack_suffix: None },
    Partition { name: "aws-iso-e", regions: "eu-isoe-", suffix: "cloud.adc-e.uk", dual_stack_suffix: None },
    Partition { name: "aws-iso-f", regions: "us-isof-", suffix: "csp.hci.ic.gov", dual_stack_suffix: None },
    Partition { name: "aws-eusc", regions: "eusc-", suffix: "amazonaws.eu", dual_stack_suffix: None },
    Partition { name: "aws", regions: "", suffix: "amazonaws.com", dual_stack_suffix: Some("on.aws") },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_s_name_with_a_number_is_no_region_of_it() {
        let partition = |host: &str| {
            let registry = Registry::parse(&format!("123456789012.dkr.ecr.{host}")).unwrap();
            recognise(&registry).map(|target| target.partition)
        };

        assert_eq!(partition("us-isof-1.csp.hci.ic.gov"), None);
        assert_eq!(partition("us-isof-south-1.csp.hci.ic.gov").as_deref(), Some("aws-iso-f"));
        assert_eq!(partition("us-isof-1.amazonaws.com").as_deref(), Some("aws"));
        assert_eq!(partition("cn-north-1.amazonaws.com.cn").as_deref(), Some("aws-cn"));
    }
}
