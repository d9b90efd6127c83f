//! What one credential covers: the cache key, made of every input that decides who we are.
//!
//! The caller's values enter as a keyed hash (HMAC-SHA-256 under a key of this process), so that a
//! key can be kept, compared and logged without giving anything away.

use std::{
    fs,
    hash::{BuildHasher, RandomState},
    path::Path,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{exchange::Surroundings, route::Route, schedule::Jitter};

/// Names a scope; equal keys mean the same credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeKey([u8; 32]);

impl ScopeKey {
    /// A fraction that is this scope's own.
    #[must_use]
    pub fn jitter(&self) -> Jitter {
        let Self([a, b, c, d, ..]) = *self;
        Jitter::new(u32::from_be_bytes([a, b, c, d]))
    }
}

/// The keys of one request, from narrow to wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Everything that decides who we are.
    pub key: ScopeKey,
    /// The same without the stamps of files: a changed file makes a new key that takes the old one's place.
    pub lineage: ScopeKey,
    /// The same without session keys either: sessions of one principal in one family may share.
    pub family: ScopeKey,
}

/// Makes scopes; its key is made anew in each process and never leaves it.
pub struct Scoper {
    blank: Hmac<Sha256>,
}

impl Scoper {
    /// With a random key.
    #[must_use]
    pub fn new() -> Self {
        let random = || RandomState::new().hash_one(0_u8).to_be_bytes();
        let key: Vec<u8> = (0..4).flat_map(|_| random()).collect();
        Self::keyed(&key)
    }

    pub(crate) fn keyed(key: &[u8]) -> Self {
        Self { blank: Hmac::new_from_slice(key).unwrap_or_else(|_| unreachable!("any length is a key")) }
    }

    /// The scope of a route in one caller's surroundings. Costs one `stat` per deciding file.
    #[must_use]
    pub fn scope(&self, route: &Route, surroundings: &Surroundings) -> Scope {
        let mut family = self.blank.clone();
        feed(&mut family, route.target.key().as_bytes());
        feed(&mut family, route.access.name().as_bytes());
        feed(&mut family, &serde_json::to_vec(&route.repositories).unwrap_or_default());
        feed(&mut family, route.narrow.name().as_bytes());
        feed(&mut family, &surroundings.uid.unwrap_or(u32::MAX).to_be_bytes());
        feed(&mut family, &serde_json::to_vec(&route.identity).unwrap_or_default());
        if let Some(login) = &route.login {
            feed(&mut family, login.text().as_bytes());
        }
        if let Some(hand_on) = &route.hand_on {
            feed(&mut family, hand_on.helper.as_bytes());
            feed(&mut family, &serde_json::to_vec(&hand_on.servers).unwrap_or_default());
        }
        for name in route.login_variables() {
            if let Some(value) = surroundings.env.get(name) {
                feed(&mut family, name.as_bytes());
                feed(&mut family, value.expose().as_bytes());
            }
        }
        let mut lineage = family.clone();
        for name in route.identity.deciding_variables() {
            if let Some(value) = surroundings.env.get(name) {
                let is_rotating = SESSION_KEYS.contains(&name);
                for mac in [(!is_rotating).then_some(&mut family), Some(&mut lineage)].into_iter().flatten() {
                    feed(mac, name.as_bytes());
                    feed(mac, value.expose().as_bytes());
                }
            }
        }
        let mut key = lineage.clone();
        for file in route.identity.files(&surroundings.env) {
            feed(&mut key, &stamp(&file));
        }
        let [key, lineage, family] =
            [key, lineage, family].map(|mac| ScopeKey(mac.finalize().into_bytes().into()));
        Scope { key, lineage, family }
    }
}

impl Scoper {
    /// Names everything else that an exchange's success hangs on: how the cloud is reached and whether
    /// somebody has signed in. It decides how long a refusal is believed, not who we are.
    #[must_use]
    pub fn mark(&self, route: &Route, surroundings: &Surroundings) -> ScopeKey {
        let mut mark = self.blank.clone();
        for name in route.identity.reaching_variables() {
            if let Some(value) = surroundings.env.get(name) {
                feed(&mut mark, name.as_bytes());
                feed(&mut mark, value.expose().as_bytes());
            }
        }
        for file in route.identity.sign_ins(&surroundings.env) {
            feed(&mut mark, &stamp(&file));
        }
        ScopeKey(mark.finalize().into_bytes().into())
    }
}

impl Default for Scoper {
    fn default() -> Self {
        Self::new()
    }
}

/// With its length, so that neighbours cannot be shifted into each other.
fn feed(mac: &mut Hmac<Sha256>, bytes: &[u8]) {
    mac.update(&(bytes.len() as u64).to_be_bytes());
    mac.update(bytes);
}

/// Device, inode, size and time of last change; all zero for a file that is not there.
#[cfg(unix)]
fn stamp(file: &Path) -> Vec<u8> {
    use std::os::unix::fs::MetadataExt;

    let Ok(found) = fs::metadata(file) else { return Vec::new() };
    [
        found.dev(),
        found.ino(),
        found.size(),
        found.mtime().cast_unsigned(),
        found.mtime_nsec().cast_unsigned(),
    ]
    .iter()
    .flat_map(|number| number.to_be_bytes())
    .collect()
}

/// Size and time of last change.
#[cfg(not(unix))]
fn stamp(file: &Path) -> Vec<u8> {
    let Ok(found) = fs::metadata(file) else { return Vec::new() };
    format!("{} {:?}", found.len(), found.modified().ok()).into_bytes()
}

/// What a new session of the same principal changes.
const SESSION_KEYS: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

#[cfg(test)]
mod tests {
    use shorepass_secret::Secret;

    use super::*;
    use crate::{config::Config, registry::Registry};

    #[test]
    fn every_spelling_of_one_account_and_region_is_one_scope() {
        let scoper = Scoper::new();
        let key = |host: &str| scoper.scope(&route(host), &Surroundings::default()).key;

        let plain = key("123456789012.dkr.ecr.us-east-2.amazonaws.com");

        assert_eq!(plain, key("https://123456789012.dkr.ecr.us-east-2.amazonaws.com/v2/"));
        assert_eq!(plain, key("123456789012.dkr-ecr.us-east-2.on.aws"));
        assert_eq!(plain, key("123456789012.dkr.ecr-fips.us-east-2.amazonaws.com"));
        assert_eq!(plain, key("123456789012.dkr.ecr.us-east-2.amazonaws.com/team/app"));
        assert_ne!(plain, key("123456789012.dkr.ecr.us-east-1.amazonaws.com"));
        assert_ne!(plain, key("210987654321.dkr.ecr.us-east-2.amazonaws.com"));
    }

    #[test]
    fn what_decides_who_we_are_decides_the_scope() {
        let scoper = Scoper::new();
        let route = route("123456789012.dkr.ecr.us-east-2.amazonaws.com");
        let scope = |env: &[(&str, &str)]| scoper.scope(&route, &surroundings(env));

        assert_ne!(scope(&[("AWS_PROFILE", "a")]).key, scope(&[("AWS_PROFILE", "b")]).key);
        assert_ne!(scope(&[("AWS_PROFILE", "a")]).family, scope(&[("AWS_PROFILE", "b")]).family);
        assert_ne!(scope(&[("AWS_PROFILE", "")]).key, scope(&[]).key);
        assert_eq!(scope(&[("HTTPS_PROXY", "http://p")]).key, scope(&[]).key);
    }

    #[test]
    fn session_keys_change_the_scope_but_not_the_family() {
        let scoper = Scoper::new();
        let route = route("123456789012.dkr.ecr.us-east-2.amazonaws.com");
        let [first, second] =
            ["ASIA1", "ASIA2"].map(|id| scoper.scope(&route, &surroundings(&[("AWS_ACCESS_KEY_ID", id)])));

        assert_ne!(first.key, second.key);
        assert_eq!(first.family, second.family);
    }

    #[test]
    fn another_user_never_shares() {
        let scoper = Scoper::new();
        let route = route("123456789012.dkr.ecr.us-east-2.amazonaws.com");
        let [one, two] = [1000, 1001]
            .map(|uid| scoper.scope(&route, &Surroundings { uid: Some(uid), ..Default::default() }));

        assert_ne!(one.family, two.family);
    }

    fn route(host: &str) -> Route {
        Route::find(&Config::default(), Registry::parse(host).unwrap()).unwrap()
    }

    fn surroundings(env: &[(&str, &str)]) -> Surroundings {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), Secret::new(*value))).collect();
        Surroundings { uid: Some(1000), gid: None, env }
    }
}
