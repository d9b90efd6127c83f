//! Registry addresses: one spelling each, and no look-alike is ever taken for a cloud's.
//!
//! What a cloud's host is, is written here a second time, as expressions over the text that the
//! client sent; both must agree, in both directions.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use regex_lite::Regex;
use shorepass_core::{
    config::Config,
    kind::{Kind, Target},
    registry::Registry,
    route::Route,
};

fuzz_target!(|text: &str| {
    let Ok(registry) = Registry::parse(text) else { return };

    let shown = registry.to_string();
    assert_eq!(Registry::parse(&shown).as_ref(), Ok(&registry), "{shown}");
    let host = registry.host();
    assert!(
        host.is_ascii() && host.bytes().all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase()),
        "{host}"
    );
    assert!(!host.contains(['@', '/', '?', '#', '%', '\\']), "{host}");
    assert!(host.starts_with('[') || !host.contains(':'), "{host}");
    assert!(text.trim().is_ascii() && !text.contains('@'), "{text:?}");

    let route = Route::find(&DEFAULT, registry).expect("without rules nothing can be wrong with one");
    let expected = Expected::of(text);
    match route.as_ref().map(|route| &route.target) {
        None => assert_eq!(expected, None),
        Some(Target::Ecr(target)) => {
            let given = Expected::Ecr { account: target.account.clone(), region: target.region.clone() };
            assert_eq!(expected, Some(given));
        }
        Some(Target::EcrPublic(_)) => assert_eq!(expected, Some(Expected::EcrPublic)),
        Some(Target::ArtifactRegistry(_)) => assert_eq!(expected, Some(Expected::ArtifactRegistry)),
        Some(Target::Acr(target)) => {
            assert_eq!(expected, Some(Expected::Acr { host: target.host.clone() }));
        }
    }
    assert!(route.is_none_or(|route| Kind::ALL.contains(&route.target.kind())));
});

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Ecr { account: String, region: String },
    EcrPublic,
    ArtifactRegistry,
    Acr { host: String },
}

impl Expected {
    fn of(text: &str) -> Option<Self> {
        let authority = AUTHORITY.captures(text.trim())?.get(1)?.as_str().to_ascii_lowercase();
        if matches!(authority.as_str(), "public.ecr.aws" | "ecr-public.aws.com") {
            return Some(Self::EcrPublic);
        }
        if GOOGLE.is_match(&authority) {
            return Some(Self::ArtifactRegistry);
        }
        if ACR.is_match(&authority) {
            return Some(Self::Acr { host: authority });
        }
        let found = ECR.iter().find_map(|expression| expression.captures(&authority))?;
        let is_of_another_partition = ["cn-", "us-iso-", "us-isob-", "us-isof-", "eu-isoe-", "eusc-"]
            .iter()
            .any(|other| found[2].strip_prefix(other).is_some_and(|rest| rest.contains('-')));
        let is_commercial = authority.ends_with(".amazonaws.com") || authority.ends_with(".on.aws");
        (!(is_commercial && is_of_another_partition))
            .then(|| Self::Ecr { account: found[1].into(), region: found[2].into() })
    }
}

static DEFAULT: LazyLock<Config> = LazyLock::new(Config::default);

/// A host on its own, at HTTPS's port, under a name of the API's version or of repositories.
static AUTHORITY: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"^(?:(?i:https?)://)?([0-9A-Za-z.-]+)(?::0{0,2}443)?(?:/[0-9A-Za-z._/-]*)?$")
});

static GOOGLE: LazyLock<Regex> = LazyLock::new(|| {
    const REGION: &str = "[a-z]+-[a-z]+[0-9]{1,2}";
    expression(&format!(
        r"^(?:(?:(?:us|eu|asia|marketplace)\.)?gcr\.io|(?:us|europe|asia|{REGION})-docker\.pkg\.dev|docker\.{REGION}\.rep\.pkg\.dev)$"
    ))
});

static ACR: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"^[a-z0-9]{5,50}(?:-[a-z0-9]{3,32})?(?:\.[a-z0-9]{1,50}\.geo)?\.azurecr\.(?:io|cn|us)$")
});

static ECR: LazyLock<[Regex; 9]> = LazyLock::new(|| {
    const ACCOUNT: &str = r"^([0-9]{12})\.dkr";
    [
        format!(r"{ACCOUNT}\.ecr(?:-fips)?\.({REGION})\.amazonaws\.com$"),
        format!(r"{ACCOUNT}-ecr(?:-fips)?\.({REGION})\.on\.aws$"),
        format!(r"{ACCOUNT}\.ecr(?:-fips)?\.(cn-[a-z]+(?:-[a-z]+)?-[0-9]{{1,2}})\.amazonaws\.com\.cn$"),
        format!(
            r"{ACCOUNT}-ecr(?:-fips)?\.(cn-[a-z]+(?:-[a-z]+)?-[0-9]{{1,2}})\.on\.amazonwebservices\.com\.cn$"
        ),
        format!(r"{ACCOUNT}\.ecr(?:-fips)?\.(us-iso-[a-z]+-[0-9]{{1,2}})\.c2s\.ic\.gov$"),
        format!(r"{ACCOUNT}\.ecr(?:-fips)?\.(us-isob-[a-z]+-[0-9]{{1,2}})\.sc2s\.sgov\.gov$"),
        format!(r"{ACCOUNT}\.ecr(?:-fips)?\.(eu-isoe-[a-z]+-[0-9]{{1,2}})\.cloud\.adc-e\.uk$"),
        format!(r"{ACCOUNT}\.ecr(?:-fips)?\.(us-isof-[a-z]+-[0-9]{{1,2}})\.csp\.hci\.ic\.gov$"),
        format!(r"{ACCOUNT}\.ecr(?:-fips)?\.(eusc-[a-z]+(?:-[a-z]+)?-[0-9]{{1,2}})\.amazonaws\.eu$"),
    ]
    .map(|text| expression(&text))
});

const REGION: &str = r"[a-z]{2,4}(?:-[a-z]+){1,2}-[0-9]{1,2}";

fn expression(text: &str) -> Regex {
    Regex::new(text).expect("it is a literal")
}
