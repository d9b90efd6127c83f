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
    let found = match &route.target {
        Target::Stored(_) => None,
        Target::Ecr(target) => {
            Some(Expected::Ecr { account: target.account.clone(), region: target.region.clone() })
        }
        Target::EcrPublic(_) => Some(Expected::EcrPublic),
        Target::ArtifactRegistry(_) => Some(Expected::ArtifactRegistry),
        Target::Acr(target) => Some(Expected::Acr { host: target.host.clone() }),
        named => Some(Expected::Named(named.kind())),
    };
    assert_eq!(found, expected);
});

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Ecr {
        account: String,
        region: String,
    },
    EcrPublic,
    ArtifactRegistry,
    Acr {
        host: String,
    },
    /// A service with a name or two.
    Named(Kind),
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
        // What the Docker CLI keeps beside a login is nobody's registry.
        if HUB.is_match(&authority) && ASIDE.is_match(text.trim()) {
            return None;
        }
        let named = [
            (&HUB, Kind::DockerHub),
            (&GITHUB, Kind::Ghcr),
            (&QUAY, Kind::Quay),
            (&GITLAB, Kind::Gitlab),
            (&JFROG, Kind::Artifactory),
        ];
        if let Some((_, kind)) = named.iter().find(|(expression, _)| expression.is_match(&authority)) {
            return Some(Self::Named(*kind));
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

static HUB: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"^(?:(?:index\.|registry-1\.)?docker\.io|registry\.hub\.docker\.com|dhi\.io)$")
});

static ASIDE: LazyLock<Regex> =
    LazyLock::new(|| expression(r"(?i:docker\.io)(?::0{0,2}443)?/+v1/(?:access|refresh)-token/*$"));

static GITHUB: LazyLock<Regex> = LazyLock::new(|| expression(r"^ghcr\.io$"));
static QUAY: LazyLock<Regex> = LazyLock::new(|| expression(r"^quay\.io$"));
static GITLAB: LazyLock<Regex> = LazyLock::new(|| expression(r"^registry\.gitlab\.com$"));
static JFROG: LazyLock<Regex> =
    LazyLock::new(|| expression(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.jfrog\.io$"));

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
