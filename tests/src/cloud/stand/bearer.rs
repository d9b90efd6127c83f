//! The bearer tokens of a registry's token service, signed so that a real `docker-registry` believes them.
//!
//! Who may do what is the fake's to judge.

mod signer;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use self::signer::{Claims, Signer};
use super::Book;
use crate::cloud::{
    clock::ServerClock,
    http::{Request, form::Fields},
};

/// Signs and remembers.
pub(crate) struct Bearer {
    issuer: &'static str,
    signer: Signer,
    issued: Book<String>,
}

/// A token to be signed.
pub(crate) struct Order<'a> {
    pub(crate) subject: &'a str,
    /// `service` and every `scope`, as they were asked for.
    pub(crate) fields: &'a Fields,
    pub(crate) now: SystemTime,
    pub(crate) life: Duration,
}

impl Bearer {
    pub(crate) fn new(issuer: &'static str, clock: &ServerClock) -> Self {
        Self { issuer, signer: Signer::new(), issued: Book::new(clock.clone()) }
    }

    /// With those of the wanted actions that are allowed in a repository.
    pub(crate) fn sign(&self, order: &Order<'_>, allows: impl Fn(&str, &str) -> bool) -> String {
        let access = granted(order.fields, allows);
        let audience = order.fields.get("service").unwrap_or_default();
        let claims = Claims { issuer: self.issuer, subject: order.subject, audience, access };
        let token = self.signer.sign(&claims, order.now, order.life);
        self.issued.note(&token, order.subject.to_owned(), order.now + order.life);
        token
    }

    /// For whom a token was signed that counts at this moment.
    pub(crate) fn subject(&self, token: &str) -> Option<String> {
        self.issued.find_live(token)
    }

    /// For a registry's `auth.token.issuer`.
    pub(crate) fn issuer(&self) -> &'static str {
        self.issuer
    }

    /// Writes what a registry's `auth.token.rootcertbundle` needs.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn write_certificate(&self, folder: &Path, name: &str) -> io::Result<PathBuf> {
        let file = folder.canonicalize()?.join(name);
        fs::write(&file, self.signer.certificate_pem())?;
        Ok(file)
    }
}

/// `Authorization: Bearer`, if there is one.
pub(crate) fn shown(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// `type:name:action,action`, several in one field or in several fields; names may hold colons. Actions that
/// are not allowed are left out, as the specification wants.
fn granted(fields: &Fields, allows: impl Fn(&str, &str) -> bool) -> Value {
    let scopes = fields.all("scope").flat_map(str::split_whitespace);
    let access = scopes.filter_map(|scope| {
        let (kind, rest) = scope.split_once(':')?;
        let (name, actions) = rest.rsplit_once(':')?;
        let actions: Vec<&str> = actions.split(',').filter(|action| allows(name, action)).collect();
        (!actions.is_empty()).then(|| json!({ "type": kind, "name": name, "actions": actions }))
    });
    access.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_actions_are_granted() {
        let fields =
            Fields::parse("scope=repository:a:8080/b:pull,push%20repository:c:push&scope=registry:catalog:*");

        let access = granted(&fields, |_, action| action == "pull");

        assert_eq!(access, json!([{ "type": "repository", "name": "a:8080/b", "actions": ["pull"] }]));
    }

    #[test]
    fn a_token_counts_for_its_time() {
        let clock = ServerClock::default();
        let bearer = Bearer::new("issuer", &clock);
        let fields = Fields::parse("service=registry");
        let life = Duration::from_secs(60);

        let token =
            bearer.sign(&Order { subject: "cat", fields: &fields, now: clock.now(), life }, |_, _| true);

        assert_eq!(bearer.subject(&token).as_deref(), Some("cat"));
        clock.set_ahead_ms(61_000);
        assert_eq!(bearer.subject(&token), None);
    }
}
