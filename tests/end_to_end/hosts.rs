//! The host tables: which names lead to a cloud, and which only look as if they did.
//!
//! A look-alike that is taken for a registry is handed somebody's password, so the tables hold more of
//! them than of the real ones. In a table `\s`, `\t` and `\n` stand for white space in a name.

use std::{fs, path::Path};

use serde_json::{Value, json};
use shorepass_core::{config::Config, kind::Kind, registry::Registry, route::Route};
use shorepass_tests::bed::Bed;

#[test]
fn every_host_of_the_tables_is_routed_as_they_say() {
    for kind in Kind::ALL.iter().map(|kind| kind.name()) {
        for Line { host, target } in table(kind) {
            let route = Registry::parse(&host)
                .ok()
                .map(|registry| Route::find(&Config::default(), registry).unwrap());

            let target_of = |route: Route| serde_json::to_value(route.target).unwrap();
            let found = route.map(target_of).filter(|target| target["kind"] == kind);
            let wanted = target.map(|mut target| {
                target["kind"] = kind.into();
                target
            });
            assert_eq!(found, wanted, "{host:?}");
        }
    }
}

#[test]
fn explain_says_of_every_host_what_the_tables_say() {
    let bed = Bed::new();

    for kind in Kind::ALL.iter().map(|kind| kind.name()) {
        for Line { host, target } in table(kind) {
            let said = bed.shorepass(&["explain", "--json", "--", &host]);

            let explained = said.json();
            match &target {
                Some(target) => {
                    let found = (said.code, &explained["kind"], &explained["target"]);
                    assert_eq!(found, (0, &json!(kind), target), "{host:?}");
                }
                // Some other kind's, as a name like any other is, or no address at all.
                None => assert_ne!(explained["kind"], kind, "{host:?}"),
            }
        }
    }
}

#[test]
fn look_alikes_get_nothing_from_the_helper() {
    let bed = Bed::new();

    for kind in Kind::ALL.iter().map(|kind| kind.name()) {
        for Line { host, .. } in table(kind).into_iter().filter(|line| line.target.is_none()) {
            let said = bed.helper("get", &host);

            assert_eq!((said.code, said.stdout.as_str()), (1, NOT_FOUND), "{host:?}");
        }
    }
}

#[test]
fn the_tables_are_not_empty() {
    for kind in Kind::ALL {
        let lines = table(kind.name());
        let good = lines.iter().filter(|line| line.target.is_some()).count();

        let is_enough = if NAMELESS.contains(&kind.name()) { good == 0 } else { good >= 5 };
        assert!(is_enough && lines.len() - good >= 10, "{}: {good} of {}", kind.name(), lines.len());
    }
}

struct Line {
    host: String,
    /// As JSON, without the kind; none for a host that is nobody's.
    target: Option<Value>,
}

fn table(kind: &str) -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("providers").join(kind).join("hosts.txt");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| parse(kind, line))
        .collect()
}

fn parse(kind: &str, line: &str) -> Line {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let switch = |text: &str| text.parse::<bool>().unwrap_or_else(|_| panic!("{line}"));
    let target = match (kind, &fields[1..]) {
        (_, ["-"]) => None,
        ("artifact-registry", []) => Some(json!({})),
        ("quay" | "artifactory" | "stored", [host]) => Some(json!({ "host": host })),
        ("ghcr", [host, server]) => Some(json!({ "host": host, "server": server })),
        ("ghcr", [host, server, image]) => {
            Some(json!({ "host": host, "server": server, "repository": image }))
        }
        ("gitlab", [host]) => Some(json!({ "host": host })),
        ("acr", [host, cloud]) => Some(json!({ "host": host, "cloud": cloud })),
        ("docker-hub", [host]) => Some(json!({ "host": host })),
        ("ecr-public", [dual_stack]) => Some(json!({ "dual_stack": switch(dual_stack) })),
        ("ecr", [account, region, partition, fips, dual_stack]) => Some(json!({
            "account": account,
            "region": region,
            "partition": partition,
            "fips": switch(fips),
            "dual_stack": switch(dual_stack),
        })),
        _ => panic!("{line}"),
    };
    let host = fields[0].replace(r"\s", " ").replace(r"\t", "\t").replace(r"\n", "\n");
    Line { host, target }
}

/// Their hosts are their operators' own.
const NAMELESS: [&str; 4] = ["harbor", "nexus", "oauth2-registry", "token-exchange"];
const NOT_FOUND: &str = "credentials not found in native keychain\n";
