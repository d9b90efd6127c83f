//! Translates what `core` says into what the wire says.

use std::{collections::BTreeMap, sync::Arc};

use shorepass_core::{
    broker::{Counters, EntryReport},
    config::Fault,
    exchange::{ErrorKind, ExchangeError},
    identity::Identity,
    registry::Registry,
    route::{Route, RouteError},
    token::TokenSource,
    vault::{self, VaultAnswer, VaultKind, VaultReply},
};
use shorepass_protocol::message::{
    self, ConfigFault, CredentialStatus, Explained, Failure, FailureKind, PassedOver, VaultShown,
};

use crate::audit::rfc3339;

pub(crate) fn failure(error: ExchangeError) -> Failure {
    let kind = match error.kind {
        ErrorKind::Denied => FailureKind::Denied,
        ErrorKind::Unavailable => FailureKind::Unavailable,
        ErrorKind::Misconfigured => FailureKind::Misconfigured,
        ErrorKind::Unexpected => FailureKind::Unexpected,
    };
    Failure { kind, code: error.code, message: error.message, hint: error.hint }
}

/// The same; where its hint says HOST in a command, it says the registry that was asked for.
pub(crate) fn failure_at(registry: &Registry, error: ExchangeError) -> Failure {
    let mut failure = failure(error);
    failure.hint = failure.hint.map(|hint| {
        let host = bare(registry);
        hint.replace(" HOST`", &format!(" {host}`")).replace(" HOST ", &format!(" {host} "))
    });
    failure
}

pub(crate) fn broken_rule(error: &RouteError) -> Failure {
    misconfigured(
        "rule",
        error.to_string(),
        "to see all faults of the configuration, run `shorepass config check`",
    )
}

/// A configuration that has never been good: nobody can say who gets what.
pub(crate) fn broken_configuration(faults: &[Fault]) -> Failure {
    let first = faults.first().map(ToString::to_string).unwrap_or_default();
    let others = match faults.len() {
        0 | 1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let message = format!("the configuration is broken: {first}{others}");
    misconfigured("config", message, "to see all its faults, run `shorepass config check`")
}

pub(crate) fn misconfigured(code: &str, message: impl Into<String>, hint: &str) -> Failure {
    failed(FailureKind::Misconfigured, code, message, hint)
}

pub(crate) fn failed(kind: FailureKind, code: &str, message: impl Into<String>, hint: &str) -> Failure {
    Failure { kind, code: code.into(), message: message.into(), hint: Some(hint.into()) }
}

/// `unsettled` is why it is not known which stored login there is.
pub(crate) fn explained(route: &Route, unsettled: Option<ExchangeError>) -> Explained {
    let mut target = serde_json::to_value(&route.target).unwrap_or_default();
    if let Some(fields) = target.as_object_mut() {
        fields.remove("kind");
    }
    Explained {
        registry: bare(&route.registry),
        kind: Some(route.target.kind().name().into()),
        target,
        identity: Some(route.identity_name.clone()),
        token: route.identity.token().map(token),
        roles: match &route.identity {
            Identity::Aws(aws) => aws.roles.iter().map(|role| role.role_arn.clone()).collect(),
            _ => Vec::new(),
        },
        access: Some(route.access.name().into()),
        repositories: route.repositories.clone(),
        source: Some(route.source().into()),
        variables: route.variables().into_iter().map(str::to_owned).collect(),
        rule: route.rule.as_ref().map(ToString::to_string),
        login: route.login.as_ref().map(|key| key.text().to_owned()),
        notes: route.notes().into_iter().chain(unsettled.map(|error| error.to_string())).collect(),
    }
}

fn token(source: &TokenSource) -> String {
    match source.audience() {
        Some(audience) => format!("{}, for {audience}", source.name()),
        None => source.name().to_owned(),
    }
}

pub(crate) fn unexplained(registry: String) -> Explained {
    Explained { registry, target: serde_json::json!({}), ..Explained::default() }
}

/// What a survey of the vault found.
pub(crate) fn vault(reply: VaultReply) -> Result<VaultShown, Failure> {
    let passed =
        |passed: vault::PassedOver| PassedOver { store: passed.store.name().into(), why: passed.why };
    match reply.answer {
        VaultAnswer::Surveyed { because, passed_over } => Ok(VaultShown {
            store: reply.store.name().into(),
            because,
            passed_over: passed_over.into_iter().map(passed).collect(),
            logins: None,
            failure: None,
        }),
        VaultAnswer::Error(error) => Err(failure(error)),
        _ => {
            let hint = "to run the programs that belong together, install them all anew";
            Err(failed(FailureKind::Unexpected, "garbled", "the vault worker's answer makes no sense", hint))
        }
    }
}

/// What is known of the vault without a look at it.
pub(crate) fn known_vault(
    store: Option<VaultKind>,
    index: Result<Arc<BTreeMap<String, String>>, ExchangeError>,
) -> VaultShown {
    let logins = index.as_ref().ok().map(|index| index.len() as u64);
    VaultShown {
        store: store.map_or("not known", VaultKind::name).to_owned(),
        because: "it was so when it was last looked at".into(),
        passed_over: Vec::new(),
        logins,
        failure: index.err().map(failure),
    }
}

/// What a cached credential is for: the registry, or the namespace whose login it is.
pub(crate) fn place(entry: &EntryReport) -> String {
    let namespace = entry.login.as_ref().filter(|key| key.name().is_none() && key.text().contains('/'));
    namespace.map_or_else(|| bare(&entry.registry), |key| key.text().to_owned())
}

/// Host and port only.
pub(crate) fn bare(registry: &Registry) -> String {
    match registry.port() {
        Some(port) => format!("{}:{port}", registry.host()),
        None => registry.host().to_owned(),
    }
}

pub(crate) fn counters(counters: Counters) -> message::Counters {
    let Counters { requests, hits, exchanges, refreshes, failures, served_stale } = counters;
    message::Counters { requests, hits, exchanges, refreshes, failures, served_stale }
}

pub(crate) fn credential(entry: EntryReport) -> CredentialStatus {
    let registry = place(&entry);
    let identity = match entry.principal {
        Some(principal) => format!("{} ({principal})", entry.identity),
        None => entry.identity,
    };
    CredentialStatus {
        registry,
        kind: entry.kind.into(),
        identity,
        issued_at: entry.issued_at.map(rfc3339),
        expires_at: entry.expires_at.map(rfc3339),
        refresh_at: entry.refresh_at.map(rfc3339),
        last_error: entry.last_error.map(|error| error.message),
    }
}

pub(crate) fn config_fault(fault: &Fault) -> ConfigFault {
    ConfigFault {
        file: fault.place.file.display().to_string(),
        line: fault.place.line,
        message: fault.message.clone(),
    }
}
