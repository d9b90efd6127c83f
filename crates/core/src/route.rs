//! From a registry to what an exchange for it needs: kind, target, identity and access.
//!
//! A rule of the configuration wins over the built-in host tables; where a rule says nothing, the
//! host's own name and the cloud's default identity do.

use crate::{
    access::{Access, Asked, Narrow},
    config::{Config, FilePlace, Rule, RuleIdentity},
    exchange::{ExchangeError, StoredLogin},
    hand_on::{HAND_ON_VARIABLES, HandOn},
    identity::{Identity, LoginUse, VAULT},
    kind::{Kind, Target},
    login::LoginKey,
    registry::Registry,
};

/// Where requests for one registry go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As the client named it, understood.
    pub registry: Registry,
    /// The registry, as far as it matters for the exchange.
    pub target: Target,
    /// Its name in the configuration, or `default`.
    pub identity_name: String,
    /// Nobody has said who we are to this registry.
    pub is_by_default: bool,
    /// Who we are.
    pub identity: Identity,
    /// What the credential may do.
    pub access: Access,
    /// Where it may do that; empty means wherever the identity may.
    pub repositories: Vec<String>,
    /// What to do where a credential would be wider than that.
    pub narrow: Narrow,
    /// The host of its token service, where the rule names another than its own.
    pub realm_host: Option<String>,
    /// Whether a failure means "go on anonymously".
    pub is_anonymous_on_failure: bool,
    /// The stored login that belongs to it, once it is settled which one there is.
    pub login: Option<LoginKey>,
    /// Why it is not known whether there is one, where another source may do.
    pub login_fault: Option<Box<ExchangeError>>,
    /// Whom it is handed on to, since nothing here has a login for it.
    pub hand_on: Option<Box<HandOn>>,
    /// The rule that says so; `None` for a built-in host.
    pub rule: Option<FilePlace>,
}

impl Route {
    /// Finds the route.
    ///
    /// # Errors
    /// When a rule matches but cannot be followed; the place of the rule and what is missing.
    pub fn find(config: &Config, registry: Registry) -> Result<Self, RouteError> {
        if LoginKey::of(&registry).is_aside() {
            let target = Target::stored(&registry);
            return Ok(Self::built_in(registry, target));
        }
        match Rule::find(&config.rules, &registry) {
            Some(rule) => Self::by_rule(config, registry, rule),
            None => {
                let named = Kind::ALL.iter().find_map(|kind| kind.recognise(&registry));
                let target = named.unwrap_or_else(|| Target::stored(&registry));
                Ok(Self::built_in(registry, target))
            }
        }
    }

    fn built_in(registry: Registry, target: Target) -> Self {
        Self {
            registry,
            identity_name: DEFAULT.into(),
            is_by_default: true,
            identity: target.kind().default_identity(),
            access: Access::Full,
            repositories: Vec::new(),
            narrow: Narrow::IfPossible,
            realm_host: None,
            is_anonymous_on_failure: target.kind().is_anonymous_on_failure(),
            target,
            login: None,
            login_fault: None,
            hand_on: None,
            rule: None,
        }
    }

    fn by_rule(config: &Config, registry: Registry, rule: &Rule) -> Result<Self, RouteError> {
        let error = |message: String| RouteError { rule: rule.place.clone(), message };
        let by_name = || Kind::ALL.iter().copied().find(|kind| kind.recognise(&registry).is_some());
        let kind = rule.kind.or_else(by_name).ok_or_else(|| {
            error(format!(
                "the rule for `{}` names no `kind`, and the host's name does not tell",
                rule.pattern.text()
            ))
        })?;
        if let Some(name) = rule.keys.names().find(|name| !kind.has_key(name)) {
            return Err(error(format!("kind `{}` has no key `{name}`", kind.name())));
        }
        let target = kind.configure(&registry, &rule.keys).map_err(error)?;
        let (identity_name, identity) = match &rule.identity {
            RuleIdentity::Default => (DEFAULT.to_owned(), kind.default_identity()),
            RuleIdentity::Named(name) => {
                let identity = config.identities.get(name).filter(|found| kind.can_use(found));
                let identity = identity.ok_or_else(|| {
                    error(format!(
                        "`{name}` is no identity of the type that is needed: {}",
                        kind.wanted_identities()
                    ))
                })?;
                (name.clone(), identity.clone())
            }
        };
        let asked = Asked { access: rule.access, repositories: &rule.repositories, identity: &identity };
        if let Some(why) = rule.narrow_fault(&target, &asked) {
            return Err(error(why));
        }
        Ok(Self {
            registry,
            target,
            identity_name,
            is_by_default: rule.identity == RuleIdentity::Default,
            identity,
            access: rule.access,
            repositories: rule.repositories.clone(),
            narrow: rule.narrow,
            realm_host: rule.realm_host.clone(),
            is_anonymous_on_failure: rule.anonymous_on_failure.unwrap_or(kind.is_anonymous_on_failure()),
            login: None,
            login_fault: None,
            hand_on: None,
            rule: Some(rule.place.clone()),
        })
    }

    /// The keys under which its login may be stored, the most specific first.
    #[must_use]
    pub fn login_keys(&self) -> Vec<LoginKey> {
        match self.identity.login() {
            LoginUse::None => Vec::new(),
            LoginUse::OfRegistry => {
                LoginKey::candidates(&self.registry).into_iter().chain(self.target.shared_login()).collect()
            }
            LoginUse::Named(name) => LoginKey::named(name).into_iter().collect(),
        }
    }

    /// What is known of its stored login before anybody reads it.
    #[must_use]
    pub fn stored_login(&self) -> StoredLogin {
        let key = self.login.as_ref().map(|key| key.text().to_owned());
        match (key, &self.login_fault) {
            (Some(key), Some(error)) => StoredLogin::Unread { key, error: ExchangeError::clone(error) },
            (Some(key), None) => StoredLogin::At { key },
            (None, _) => StoredLogin::None,
        }
    }

    /// The caller's variables that say whose vault or whose other helper is meant, where a login comes from one.
    pub(crate) fn login_variables(&self) -> impl Iterator<Item = &'static str> {
        let vault = if self.login.is_some() { VAULT } else { &[] };
        let helper = if self.hand_on.is_some() { HAND_ON_VARIABLES } else { &[] };
        vault.iter().chain(helper).copied()
    }

    /// Whether another helper may be asked: nobody can narrow what it gives.
    #[must_use]
    pub fn may_be_handed_on(&self) -> bool {
        self.is_by_default && self.narrow != Narrow::Require
    }

    /// Whether a login that a client makes for this registry is kept; a brokered one needs none.
    #[must_use]
    pub fn keeps_logins(&self) -> bool {
        self.identity.login() == LoginUse::OfRegistry
    }

    /// The caller's variables that matter here; nothing else is ever asked for.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        [self.identity.deciding_variables(), self.identity.reaching_variables()].concat()
    }

    /// Whether a credential of the other route is a credential of this one.
    #[must_use]
    pub fn leads_to_the_same(&self, other: &Self) -> bool {
        self.target.key() == other.target.key()
            && self.identity == other.identity
            && self.access == other.access
            && self.repositories == other.repositories
            && self.narrow == other.narrow
    }

    /// What a user should know before relying on it.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let Self { access, identity, repositories, .. } = self;
        let mut notes = self.target.notes(&Asked { access: *access, repositories, identity });
        if self.narrow == Narrow::Require {
            notes.push("a credential that would be wider than that is not handed out, by `narrow`".into());
        }
        notes.extend(self.identity.notes());
        if self.is_anonymous_on_failure {
            notes.push("a failure is answered with \"not found\", so that clients go on anonymously".into());
        }
        notes
    }

    /// Where the rule comes from, in a word.
    #[must_use]
    pub fn source(&self) -> &'static str {
        if self.rule.is_some() { "config" } else { "built-in" }
    }
}

/// A rule matches and cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({rule})")]
pub struct RouteError {
    /// Where the rule stands.
    pub rule: FilePlace,
    /// What is wrong with it.
    pub message: String,
}

const DEFAULT: &str = "default";
