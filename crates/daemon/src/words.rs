//! Translates what `core` says into what the wire says.

use shorepass_core::{
    broker::{Counters, EntryReport},
    config::Fault,
    exchange::{ErrorKind, ExchangeError},
    route::{Route, RouteError},
};
use shorepass_protocol::message::{self, ConfigFault, CredentialStatus, Explained, Failure, FailureKind};

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

pub(crate) fn explained(route: &Route) -> Explained {
    let mut target = serde_json::to_value(&route.target).unwrap_or_default();
    if let Some(fields) = target.as_object_mut() {
        fields.remove("kind");
    }
    Explained {
        registry: bare(&route.registry),
        kind: Some(route.target.kind().name().into()),
        target,
        identity: Some(route.identity_name.clone()),
        access: Some(route.access.name().into()),
        repositories: route.repositories.clone(),
        source: Some(route.source().into()),
        variables: route.variables().into_iter().map(str::to_owned).collect(),
        rule: route.rule.as_ref().map(ToString::to_string),
        notes: route.notes(),
    }
}

pub(crate) fn unexplained(registry: String) -> Explained {
    Explained { registry, target: serde_json::json!({}), ..Explained::default() }
}

/// Host and port only.
pub(crate) fn bare(registry: &shorepass_core::registry::Registry) -> String {
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
    let identity = match entry.principal {
        Some(principal) => format!("{} ({principal})", entry.identity),
        None => entry.identity,
    };
    CredentialStatus {
        registry: bare(&entry.registry),
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
