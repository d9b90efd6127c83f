//! Every place that Google credentials come from, through the helper to a password that the registry takes.
//!
//! A family of sources is a file, with the ways in which it fails beside those in which it works. Nothing
//! here ever asks the real metadata server.

mod amazon;
mod executables;
mod federation;
mod files;
mod gcloud;
mod impersonation;
mod machines;
mod order;
mod refusals;
mod sharing;
mod trust;

use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt as _, sync::Arc, time::Duration};

use serde_json::Value;
use shorepass_tests::{
    bed::{Bed, Said},
    cloud::{
        clock::iso,
        google::{CI_ISSUER, CI_PROVIDER, Google, PULLER},
        http::{Reply, Request, Service, serve::Server},
    },
};

/// Somebody who trusts the cloud's address and is nobody there.
fn stranger(cloud: &Google) -> Bed {
    let mut bed = Bed::new();
    bed.set("NO_GCE_CHECK", "true");
    configure(&bed, cloud, "");
    bed
}

/// Somebody with a credential file.
fn holder_of(cloud: &Google, file: &Value) -> Bed {
    let mut bed = stranger(cloud);
    let path = bed.write("home/credentials.json", &file.to_string());
    bed.set("GOOGLE_APPLICATION_CREDENTIALS", path.to_str().unwrap());
    bed
}

/// A rule for the registries whose identity trusts the cloud's address and has these keys too.
fn configure(bed: &Bed, cloud: &Google, keys: &str) {
    configure_trusting(bed, &[cloud.address()], keys, "", "");
}

/// The same with other addresses, keys of the rule and further tables.
fn configure_trusting(bed: &Bed, trusted: &[SocketAddr], keys: &str, rule: &str, tables: &str) {
    let trusted: Vec<String> = trusted.iter().map(|address| format!("\"{address}\"")).collect();
    bed.configure(&format!(
        "[identity.shore]\ntype = \"google\"\ntrusted_hosts = [{}]\n{keys}\n{tables}\n\
         [[registry]]\nmatch = \"*-docker.pkg.dev\"\nidentity = \"shore\"\n{rule}\n\
         [[registry]]\nmatch = \"gcr.io\"\nidentity = \"shore\"\n{rule}\n",
        trusted.join(", ")
    ));
}

fn get(bed: &Bed) -> Said {
    bed.helper("get", GAR)
}

/// Who owns the token that a `get` has brought, which must be good at this moment.
fn owner(cloud: &Google, said: &Said) -> String {
    let (username, secret) = said.credential();
    assert_eq!(username, "oauth2accesstoken");
    assert!(cloud.issued().is_valid(&username, &secret), "the password does not count");
    cloud.issued().find(&secret).unwrap().principal
}

/// What the token that a `get` has brought may be used for.
fn scopes(cloud: &Google, said: &Said) -> Vec<String> {
    cloud.issued().find(&said.credential().1).unwrap().scopes
}

/// Asserts that a `get` has failed in one line, and that this line says all this and gives no secret away.
fn assert_reason(said: &Said, parts: &[&str]) {
    let line = said.stdout.strip_suffix('\n').unwrap_or_default();
    assert_eq!((said.code, &said.stdout), (1, &said.stderr), "it has not failed");
    assert_eq!(line.lines().count(), 1, "{said:?}");
    assert!(line.starts_with("shorepass: "), "{line}");
    for part in parts {
        assert!(line.contains(part), "`{part}` is missing: {line}");
    }
    for secret in ["canary", "eyJ", "ya29.", "GOCSPX", "1//0", "PRIVATE KEY"] {
        assert!(!line.contains(secret), "it gives a secret away: {line}");
    }
}

/// Asserts that the broker knows the end of what it hands out, by the machine's clock and to a few seconds.
fn assert_ends_as_issued(cloud: &Google, bed: &Bed, ahead: Duration) {
    let end = cloud.issued().find(&get(bed).credential().1).unwrap().expires_at - ahead;
    let told = bed.shorepass(&["get", "--json", GAR]).json()["expires_at"].as_str().unwrap().to_owned();

    let earliest = iso(end - Duration::from_secs(10));
    assert!(earliest <= told && told <= iso(end + Duration::from_secs(1)), "{told}: {}", iso(end));
}

/// A token of the pool's issuer, for the provider.
fn subject_token(cloud: &Google) -> String {
    cloud.issuer(CI_ISSUER).unwrap().token(SUBJECT, CI_PROVIDER, Duration::from_secs(300))
}

/// An executable script in the bed, and where it is.
fn script(bed: &Bed, place: &str, text: &str) -> String {
    let path = bed.write(place, &format!("#!/bin/sh\n{text}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Some server that answers as the function says.
fn serve(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Server {
    Server::start(SocketAddr::from(([127, 0, 0, 1], 0)), None, Arc::new(Desk(answer))).unwrap()
}

struct Desk<F>(F);

impl<F: Fn(&Request) -> Reply + Send + Sync + 'static> Service for Desk<F> {
    fn answer(&self, request: &Request) -> Reply {
        (self.0)(request)
    }
}

fn member(email: &str) -> String {
    format!("serviceAccount:{email}")
}

fn puller() -> String {
    member(PULLER)
}

const GAR: &str = "europe-west10-docker.pkg.dev";
const SUBJECT: &str = "project_path:shore/app:ref_type:branch:ref:main";
/// As IAM names the subject.
const FEDERATED: &str = "principal://iam.googleapis.com/projects/123456789/locations/global/\
     workloadIdentityPools/ci/subject/project_path:shore/app:ref_type:branch:ref:main";
