//! What the suite must know about a kind, and what it does the same way for all of them.

use std::{collections::BTreeMap, time::Duration};

use shorepass_tests::{
    authority::ServerCertificate,
    bed::{Bed, Said},
    cloud::{Fault, Running, Times},
};

/// A kind and the fake cloud behind it. The implementor starts the cloud, sets its knobs and judges nothing.
pub(super) trait Subject {
    /// A registry of the kind, as clients name it.
    fn host(&self) -> &'static str;

    /// The call that makes the credential, as the audit list names it.
    fn call(&self) -> &'static str;

    /// The running cloud.
    fn cloud(&self) -> &Running;

    /// What `config.toml` needs to reach the cloud instead of the real one.
    fn rules(&self) -> String;

    /// A caller who is somebody: by variables, whose files are written below `secrets` in the bed, or by a
    /// login in the bed's vault. The first one asks for [`Subject::host`].
    fn identity(&self, who: Who, bed: &Bed) -> Caller;

    /// Identities of which each holds [`MARK`] where a secret belongs, and none of which works.
    fn marked(&self, bed: &Bed) -> Vec<Caller>;

    /// What of the first identity must never be shown.
    fn secrets(&self, bed: &Bed) -> Vec<String>;

    /// Makes the service behind [`Subject::call`] fail, or no longer.
    fn fail(&self, trouble: Option<(Fault, Times)>);

    /// How long credentials last from now on.
    fn last(&self, life: Duration);

    /// Takes from the first identity what it needs.
    fn refuse(&self);

    /// Whose this login is, if it counts at this moment.
    fn owner(&self, username: &str, password: &str) -> Option<String>;
}

/// Starts a cloud, with TLS when there is a certificate.
pub(super) type Start = fn(Option<&ServerCertificate>) -> Box<dyn Subject>;

/// Names and values of variables.
pub(super) type Variables = BTreeMap<&'static str, String>;

/// One of the two identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    First,
    Second,
}

/// Somebody who asks for a credential.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// A registry, or a namespace that has a rule or a login of its own.
    pub(super) server: &'static str,
    /// What the caller's shell has beyond the bed's variables.
    pub(super) variables: Variables,
}

impl Caller {
    /// Somebody by what the shell has.
    pub(super) fn in_shell(server: &'static str, variables: Variables) -> Self {
        Self { server, variables }
    }

    /// Somebody by the login that is stored for the server.
    pub(super) fn logged_in(server: &'static str) -> Self {
        Self { server, variables: Variables::new() }
    }
}

/// The first identity's bed.
pub(super) fn bed(subject: &dyn Subject) -> Bed {
    bed_with(subject, "")
}

/// The same with further settings.
pub(super) fn bed_with(subject: &dyn Subject, settings: &str) -> Bed {
    let mut bed = Bed::new();
    bed.configure(&format!("{settings}{}", subject.rules()));
    for (name, value) in subject.identity(Who::First, &bed).variables {
        bed.set(name, &value);
    }
    bed
}

/// `get` as the identity of the bed.
pub(super) fn get(subject: &dyn Subject, bed: &Bed) -> Said {
    bed.helper("get", subject.host())
}

/// `get` as somebody else.
pub(super) fn get_as(bed: &Bed, caller: &Caller) -> Said {
    bed.helper_in(&pairs(caller), "get", caller.server)
}

/// A caller's variables as programs take them.
pub(super) fn pairs(caller: &Caller) -> Vec<(&str, &str)> {
    caller.variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Who owns the password that a `get` has brought, which must be good at this moment.
pub(super) fn owner(subject: &dyn Subject, said: &Said) -> String {
    let (username, password) = said.credential();
    subject.owner(&username, &password).expect("the registry takes the password")
}

/// Asserts that a `get` has failed in one line that docker and people can read, and returns it.
pub(super) fn reason<'a>(host: &str, said: &'a Said) -> &'a str {
    let line = said.stdout.strip_suffix('\n').unwrap_or_default();
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "both streams say the same");
    assert!(line.starts_with(&format!("shorepass: {host}: ")), "{line}");
    let is_readable = |c: char| !c.is_control() && c != char::REPLACEMENT_CHARACTER;
    assert!(line.chars().all(is_readable) && line.len() < 1000, "{line}");
    line
}

/// What a secret looks like that the suite has planted.
pub(super) const MARK: &str = "C4N4RY";
