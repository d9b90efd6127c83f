//! `[[registry]]`: which registries go where, under which identity, for what.

use super::{
    Config, Fault, FilePlace,
    pattern::Pattern,
    reader::{Reader, printable},
};
use crate::{
    access::{Access, Asked, Narrow},
    identity::IdentityType,
    kind::{self, Key, Keys, Kind, REALM_HOST, Shape, Target},
    registry::Registry,
};

/// One `[[registry]]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Which registries.
    pub pattern: Pattern,
    /// Their kind; `None` means by their names.
    pub kind: Option<Kind>,
    /// What the kind wants to know.
    pub keys: Keys,
    /// Who we are to them.
    pub identity: RuleIdentity,
    /// What the credential may do.
    pub access: Access,
    /// Where it may do that; empty means wherever the identity may.
    pub repositories: Vec<String>,
    /// What to do where a credential would be wider than that.
    pub narrow: Narrow,
    /// The host of its token service, where that is not its own.
    pub realm_host: Option<String>,
    /// Whether a failure means "go on anonymously"; `None` means as usual for the kind.
    pub anonymous_on_failure: Option<bool>,
    /// Where it stands.
    pub place: FilePlace,
}

/// Who a rule wants to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleIdentity {
    /// The cloud's own default chain.
    Default,
    /// `[identity.NAME]`
    Named(String),
}

impl Rule {
    /// The most specific rule for a registry; of equals the later one.
    pub(crate) fn find<'a>(rules: &'a [Self], registry: &Registry) -> Option<&'a Self> {
        rules
            .iter()
            .filter(|rule| rule.pattern.matches(registry))
            .max_by_key(|rule| rule.pattern.specificity())
    }

    /// Why the rule cannot be kept where it wants no wider credential.
    pub(crate) fn narrow_fault(&self, target: &Target, asked: &Asked<'_>) -> Option<String> {
        let reasons = if self.narrow == Narrow::Require { target.wider(asked) } else { Vec::new() };
        (!reasons.is_empty())
            .then(|| format!("`narrow = \"require\"` cannot be kept: {}", reasons.join("; ")))
    }
}

pub(super) fn read(table: &mut Reader<'_>) -> Option<Rule> {
    if !table.has("match") {
        table.fault_here("a registry needs the key `match`, such as `match = \"registry.example\"`");
    }
    let pattern = table.text("match", Pattern::parse);
    let kind = table.text("kind", |text| {
        Kind::ALL
            .iter()
            .copied()
            .find(|kind| kind.name() == text)
            .ok_or("one of the kinds that `docs/configuration.md` lists")
    });
    let identity = table.string("identity").map_or(RuleIdentity::Default, RuleIdentity::Named);
    let access = table.text("access", |text| {
        Access::ALL.into_iter().find(|access| access.name() == text).ok_or("`pull`, `push` or `full`")
    });
    let repositories = table.strings("repositories").unwrap_or_default();
    if !repositories.iter().all(|name| is_repository(name)) {
        table.fault_here("`repositories` must hold names such as `team/app` or `team/*`, in lower case; without the key it is all of them");
    }
    let narrow = table.text("narrow", |text| {
        Narrow::ALL.into_iter().find(|narrow| narrow.name() == text).ok_or("`if-possible` or `require`")
    });
    if narrow.is_some() && repositories.is_empty() && access.is_none_or(|access| access == Access::Full) {
        table.fault_here("`narrow` needs `access = \"pull\"`, `access = \"push\"` or `repositories`");
    }
    let anonymous_on_failure = table.text("anonymous", |text| match text {
        "on-failure" => Ok(true),
        "never" => Ok(false),
        _ => Err("`on-failure` or `never`"),
    });
    let mut keys = read_keys(table, kind);
    let realm_host = read_realm_host(table, kind, &keys);
    keys.set_repositories(&repositories);
    let place = table.place();

    let rule = Rule {
        pattern: pattern?,
        kind,
        keys,
        identity,
        access: access.unwrap_or_default(),
        repositories,
        narrow: narrow.unwrap_or_default(),
        realm_host,
        anonymous_on_failure,
        place,
    };
    if let Err(message) = check(&rule) {
        table.fault_here(message);
        return None;
    }
    Some(rule)
}

/// Components of `[a-z0-9]+([._-]+[a-z0-9]+)*`, as the distribution specification has them; the last may be a star.
fn is_repository(name: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let is_component = |text: &str| {
        let (first, last) = (text.bytes().next(), text.bytes().next_back());
        first.is_some_and(is_plain)
            && last.is_some_and(is_plain)
            && text.bytes().all(|b| is_plain(b) || matches!(b, b'.' | b'_' | b'-'))
    };
    name.len() <= 255 && name.strip_suffix("/*").unwrap_or(name).split('/').all(is_component)
}

/// Whether a registry that the pattern matches would find its way.
fn check(rule: &Rule) -> Result<(), String> {
    let Some(kind) = rule.kind.or_else(|| named(&rule.pattern)) else {
        return Err("a registry whose host does not tell needs the key `kind`".into());
    };
    if let Some(foreign) = rule.keys.names().find(|name| !kind.has_key(name)) {
        return Err(format!("kind `{}` has no key `{foreign}`", kind.name()));
    }
    sample(rule, kind).map_or(Ok(()), |target| target.map(|_| ()))
}

/// Where a registry leads that the pattern matches.
fn sample(rule: &Rule, kind: Kind) -> Option<Result<Target, String>> {
    let mut samples = rule.pattern.samples(&[kind.samples(), &["x"]].concat());
    samples.sort_by_key(|sample| kind.recognise(sample).is_none());
    samples.first().map(|sample| kind.configure(sample, &rule.keys))
}

/// The kind of the hosts that a pattern matches, by their names.
fn named(pattern: &Pattern) -> Option<Kind> {
    let is_named =
        |kind: &Kind| pattern.samples(kind.samples()).iter().any(|sample| kind.recognise(sample).is_some());
    Kind::ALL.iter().copied().find(is_named)
}

/// Without a kind the host's name decides, so any kind's key may stand there.
fn read_keys(table: &mut Reader<'_>, kind: Option<Kind>) -> Keys {
    let kinds: &[Kind] = match &kind {
        Some(kind) => std::slice::from_ref(kind),
        None => Kind::ALL,
    };
    let mut keys = Keys::default();
    for Key { name, shape } in kinds.iter().flat_map(|kind| kind.keys()).copied() {
        match shape {
            _ if keys.names().any(|known| known == name) => {}
            Shape::Switch => {
                if let Some(on) = table.switch(name) {
                    keys.set_switch(name, on);
                }
            }
            Shape::Text(check) => {
                if let Some(text) = table.text(name, |text| check(text).map(|()| text.to_owned())) {
                    keys.set_text(name, &text);
                }
            }
        }
    }
    keys
}

/// Any rule may name it; a kind that has a use of its own for it has read it already.
fn read_realm_host(table: &mut Reader<'_>, kind: Option<Kind>, keys: &Keys) -> Option<String> {
    if kind.is_none_or(|kind| kind.keys().iter().any(|key| key.name == REALM_HOST)) {
        return keys.text(REALM_HOST).map(str::to_owned);
    }
    table.text(REALM_HOST, |text| kind::realm_host(text).map(|()| text.to_owned()))
}

/// Names that nobody has defined, identities of the wrong cloud, rules that hide each other.
pub(super) fn check_references(config: &Config, faults: &mut Vec<Fault>) {
    for (index, rule) in config.rules.iter().enumerate() {
        let mut fault = |message: String| faults.push(Fault { place: rule.place.clone(), message });
        if let RuleIdentity::Named(name) = &rule.identity {
            let (found, name) = (config.identities.get(name), printable(name));
            match found {
                None => fault(format!("no `[identity.{name}]` is defined")),
                Some(identity) => {
                    if let Some(kind) = rule.kind.or_else(|| named(&rule.pattern))
                        && !kind.can_use(identity)
                    {
                        let (wanted, given) = (kind.wanted_identities(), identity.identity_type().name());
                        fault(format!(
                            "kind `{}` needs an identity of type {wanted}, `{name}` is `{given}`",
                            kind.name()
                        ));
                    }
                }
            }
        }
        if rule.identity == RuleIdentity::Default
            && let Some(kind) = rule.kind
            && kind.identities().first() == Some(&IdentityType::Oidc)
        {
            fault(format!("kind `{}` needs an `identity` of type {}", kind.name(), kind.wanted_identities()));
        }
        if rule.keys.names().any(|key| key == "connection_id") && !is_oidc(config, rule) {
            fault("`connection_id` needs an `identity` of type `oidc`".into());
        }
        if let Some(message) = wider(config, rule) {
            fault(message);
        }
        let twin = config.rules[..index]
            .iter()
            .find(|other| other.pattern == rule.pattern && other.place.file == rule.place.file);
        if let Some(twin) = twin {
            fault(format!("the same `match` stands at line {} already", twin.place.line));
        }
    }
}

/// Why a rule that wants no wider credential would never get one.
fn wider(config: &Config, rule: &Rule) -> Option<String> {
    let kind = rule.kind.or_else(|| named(&rule.pattern))?;
    let identity = match &rule.identity {
        RuleIdentity::Named(name) => config.identities.get(name).filter(|found| kind.can_use(found))?,
        RuleIdentity::Default => &kind.default_identity(),
    };
    let asked = Asked { access: rule.access, repositories: &rule.repositories, identity };
    rule.narrow_fault(&sample(rule, kind)?.ok()?, &asked)
}

fn is_oidc(config: &Config, rule: &Rule) -> bool {
    let RuleIdentity::Named(name) = &rule.identity else { return false };
    config.identities.get(name).is_none_or(|found| found.identity_type() == IdentityType::Oidc)
}
