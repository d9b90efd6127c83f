//! Which registries a rule is for: `host`, `*.host`, `host:5000`, `host/namespace`.
//!
//! A star stands for one or more characters of one label and never crosses a dot, so that
//! `*.example` is not `a.b.example`. Without a port only the default port matches.

use crate::registry::Registry;

/// A parsed `match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    labels: Vec<String>,
    port: Option<u16>,
    path: Vec<String>,
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        const WANTED: &str =
            "a host, a host with port or a host with a namespace; `*` stands for part of a label";
        // A star is a letter to the address parser; everything else must be an address anyway.
        let address = Registry::parse(&text.replace('*', "x")).map_err(|_| WANTED)?;
        let (host, path) = text.split_once('/').unwrap_or((text, ""));
        if text.contains("://") || path.contains('*') {
            return Err(WANTED);
        }
        let host = address.port().and_then(|_| host.rsplit_once(':')).map_or(host, |(host, _)| host);
        let host = if host.contains('*') { host.to_ascii_lowercase() } else { address.host().to_owned() };
        Ok(Self {
            text: text.to_owned(),
            labels: host.split('.').map(str::to_owned).collect(),
            port: address.port(),
            path: address
                .path()
                .unwrap_or_default()
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    /// As written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Registries that match, with each star replaced by each of the words.
    pub(super) fn samples(&self, words: &[&str]) -> Vec<Registry> {
        let mut texts = vec![self.text.clone()];
        while texts.iter().any(|text| text.contains('*')) {
            texts = texts
                .iter()
                .flat_map(|text| words.iter().map(|word| text.replacen('*', word, 1)))
                .take(MOST_SAMPLES)
                .collect();
        }
        texts.iter().filter_map(|text| Registry::parse(text).ok()).collect()
    }

    pub(super) fn matches(&self, registry: &Registry) -> bool {
        self.is_host_of(registry) && self.is_prefix_of(registry.path().unwrap_or_default())
    }

    fn is_host_of(&self, registry: &Registry) -> bool {
        let labels: Vec<&str> = registry.host().split('.').collect();
        let is_port = match self.port {
            None | Some(443) => registry.has_default_port(),
            port => registry.port() == port,
        };
        is_port
            && labels.len() == self.labels.len()
            && self.labels.iter().zip(&labels).all(|(pattern, label)| glob(pattern, label))
    }

    /// Whether it is for a namespace of the registry's host.
    pub(super) fn is_inside(&self, registry: &Registry) -> bool {
        !self.path.is_empty() && self.is_host_of(registry)
    }

    /// More path, then fewer stars, then more letters: the order in which rules win.
    pub(super) fn specificity(&self) -> (usize, std::cmp::Reverse<usize>, usize) {
        let stars = self.labels.iter().map(|label| label.matches('*').count()).sum();
        let letters = self.labels.iter().map(String::len).sum();
        (self.path.len(), std::cmp::Reverse(stars), letters)
    }

    fn is_prefix_of(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        self.path.iter().all(|wanted| parts.next() == Some(wanted))
    }
}

/// Two stars with every word of the longest list.
const MOST_SAMPLES: usize = 256;

/// A star takes at least one character. What stands between stars is taken where it first comes, so that
/// no pattern is slow. Both texts are ASCII.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let head = parts.next().unwrap_or_default();
    let Some(tail) = parts.next_back() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(head) else { return false };
    for part in parts {
        let Some((_, after)) = rest.get(1..).and_then(|rest| rest.split_once(part)) else { return false };
        rest = after;
    }
    rest.len() > tail.len() && rest.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_in_its_label() {
        let matches = |pattern: &str, host: &str| {
            Pattern::parse(pattern).unwrap().matches(&Registry::parse(host).unwrap())
        };

        assert!(matches("*.r.example", "a.r.example"));
        assert!(matches("1.dkr.ecr.*.amazonaws.com", "1.dkr.ecr.eu-west-1.amazonaws.com"));
        assert!(matches("app*.r.example", "app7.r.example"));
        assert!(!matches("*.r.example", "r.example"));
        assert!(!matches("*.r.example", "a.b.r.example"));
        assert!(!matches("*.r.example", "a.r.example.evil.example"));
        assert!(!matches("app*.r.example", "app.r.example"));
    }

    #[test]
    fn many_stars_in_one_label_take_no_time() {
        let pattern = Pattern::parse(&format!("{}b.{}", "*a".repeat(31), "*.".repeat(60) + "x")).unwrap();
        let host = |label: &str| Registry::parse(&format!("{label}.{}x", "a.".repeat(60))).unwrap();

        assert!(pattern.matches(&host(&("a".repeat(62) + "b"))));
        assert!(!pattern.matches(&host(&"a".repeat(63))));
        assert!(pattern.samples(&["a"; 64]).len() <= MOST_SAMPLES);
    }

    #[test]
    fn stars_take_one_character_or_more_wherever_they_stand() {
        let matches = |pattern: &str, label: &str| glob(pattern, label);

        assert!(matches("*", "a") && matches("**", "ab") && matches("a*b*c", "axbbc"));
        assert!(matches("*ab", "abab") && matches("*ab*", "ababa") && matches("a*a", "aaa"));
        assert!(!matches("*", "") && !matches("**", "a") && !matches("a*a", "aa"));
        assert!(!matches("*ab", "ab") && !matches("a*b*c", "axbc") && !matches("ab*ba", "abba"));
    }

    #[test]
    fn ports_and_namespaces_must_agree() {
        let matches = |pattern: &str, host: &str| {
            Pattern::parse(pattern).unwrap().matches(&Registry::parse(host).unwrap())
        };

        assert!(matches("r.example", "r.example:443"));
        assert!(!matches("r.example", "r.example:5000"));
        assert!(matches("r.example:5000", "r.example:5000/team"));
        assert!(matches("r.example/team", "r.example/team/app"));
        assert!(!matches("r.example/team", "r.example/teams"));
        assert!(!matches("r.example/team", "r.example"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "https://r.example",
            "r..example",
            "user@r.example",
            "r.example/te*",
            "r.example/te*/app",
            "r.example:x",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
