//! Every place that Azure credentials come from, through the helper to a password that the registry takes.
//!
//! A family of sources is a file, with the ways in which it fails beside those in which it works. Nothing
//! here ever asks the real metadata service.

mod arc;
mod command_lines;
mod environment;
mod federation;
mod machines;
mod order;
mod pipelines;
mod refusals;
mod registries;
mod repositories;
mod secrets;
mod sharing;

use std::{collections::BTreeMap, net::TcpListener};

use shorepass_tests::{
    bed::{Bed, Said},
    cloud::azure::Azure,
};

/// The standard world, reached under its registry's name.
fn cloud() -> Azure {
    let cloud = Azure::start().unwrap();
    cloud.stand_in_for(ACR);
    cloud
}

/// Somebody who knows where the cloud is and is nobody there.
fn stranger(cloud: &Azure) -> Bed {
    let mut bed = Bed::new();
    bed.set("AZURE_AUTHORITY_HOST", &cloud.url());
    bed.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", &closed_url());
    configure(&bed, cloud, "", "");
    bed
}

/// Somebody by variables.
fn caller(cloud: &Azure, environment: BTreeMap<&'static str, String>) -> Bed {
    let mut bed = stranger(cloud);
    for (name, value) in environment {
        bed.set(name, &value);
    }
    bed
}

/// The application `build` by its secret.
fn builder(cloud: &Azure) -> Bed {
    caller(cloud, cloud.environment_with_secret("build"))
}

/// A rule for the registry with further keys, and whatever else the file holds.
fn configure(bed: &Bed, cloud: &Azure, keys: &str, tables: &str) {
    let url = cloud.url();
    bed.configure(&format!("[[registry]]\nmatch = \"{ACR}\"\nendpoint = \"{url}\"\n{keys}\n{tables}\n"));
}

fn get(bed: &Bed) -> Said {
    bed.helper("get", ACR)
}

/// Who owns the password that a `get` has brought, which must be good at this moment.
fn owner(cloud: &Azure, said: &Said) -> String {
    let (username, secret) = said.credential();
    assert!(cloud.issued().is_valid_at(ACR, &username, &secret), "the password does not count");
    cloud.issued().find(&secret).unwrap().principal
}

/// Asserts that a `get` has failed in one line, and that this line says all this and gives no secret away.
fn assert_reason(said: &Said, parts: &[&str]) {
    let line = said.stdout.strip_suffix('\n').unwrap_or_default();
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "{said:?}");
    assert_eq!(line.lines().count(), 1, "{said:?}");
    assert!(line.starts_with("shorepass: "), "{line}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    assert!(!line.contains("canary") && !line.contains("eyJ"), "it gives a secret away: {line}");
}

/// A URL of this machine at which nobody listens.
fn closed_url() -> String {
    let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    format!("http://{address}")
}

const ACR: &str = "shorepass.azurecr.io";
