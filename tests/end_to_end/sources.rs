//! Every place that AWS credentials come from, through the helper to a password that the registry takes.
//!
//! A family of sources is a file, with the ways in which it fails beside those in which it works.

mod configuration;
mod machines;
mod processes;
mod profiles;
mod public;
mod refusals;
mod roles;
pub(crate) mod sessions;
mod sign_ins;
mod trust;
mod variables;
mod web_identity;

use std::net::TcpListener;

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::aws::Aws,
};

use crate::ECR;

/// Who owns the password that a `get` has brought, which must be good at this moment.
pub(crate) fn owner(cloud: &Aws, said: &Said) -> String {
    let (username, secret) = said.credential();
    assert!(cloud.issued().is_valid(&username, &secret), "the password does not count");
    cloud.issued().find(&username, &secret).unwrap().principal
}

/// Somebody who knows where the cloud is and has no keys to it.
pub(crate) fn stranger(cloud: &Aws) -> Bed {
    let mut bed = Bed::new();
    bed.set("AWS_ENDPOINT_URL", &cloud.url());
    bed
}

/// Alice's key id and key.
pub(crate) fn keys(cloud: &Aws) -> [String; 2] {
    let mut environment = cloud.environment("alice");
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| environment.remove(name).unwrap())
}

/// A section of `~/.aws/credentials` with alice's keys.
pub(crate) fn section(cloud: &Aws, profile: &str) -> String {
    let [id, secret] = keys(cloud);
    format!("[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
}

/// Asserts that a `get` has failed in one line, and that this line says all this and gives no secret away.
pub(crate) fn assert_reason(cloud: &Aws, said: &Said, parts: &[&str]) {
    let line = said.stdout.strip_suffix('\n').unwrap_or_default();
    assert_ne!(said.code, 0, "it has not failed");
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "{said:?}");
    assert_eq!(line.lines().count(), 1, "{said:?}");
    assert!(line.starts_with("shorepass: "), "{line}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    let [_, secret] = keys(cloud);
    assert!(!line.contains(&secret) && !line.contains("canary"), "it gives a secret away: {line}");
}

/// `get` for the private registry.
fn get(bed: &Bed) -> Said {
    bed.helper("get", ECR)
}

/// The principals that asked for an operation, in order.
fn askers(cloud: &Aws, operation: &str) -> Vec<String> {
    let entries = cloud.audit().into_iter().filter(|entry| entry.operation == operation);
    entries.map(|entry| entry.principal.unwrap_or_default()).collect()
}

/// A URL of this machine at which nobody listens.
fn closed_url() -> String {
    let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    format!("http://{address}")
}

const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
const ROLE: &str = "arn:aws:iam::123456789012:role/";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/";
