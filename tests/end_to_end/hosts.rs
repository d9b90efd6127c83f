//! The host tables: which names lead to AWS, and which only look as if they did.
//!
//! A look-alike that is taken for a registry is handed somebody's password, so the tables hold more of
//! them than of the real ones. In a table `\s`, `\t` and `\n` stand for white space in a name.

use std::{fs, path::Path};

use serde_json::{Value, json};
use shorepass_core::{config::Config, registry::Registry, route::Route};
use shorepass_tests::bed::Bed;

#[test]
fn every_host_of_the_tables_is_routed_as_they_say() {
    for kind in KINDS {
        for Line { host, target } in table(kind) {
            let route = Registry::parse(&host)
                .ok()
                .and_then(|registry| Route::find(&Config::default(), registry).unwrap());

            let found = route.map(|route| serde_json::to_value(route.target).unwrap());
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

    for kind in KINDS {
        for Line { host, target } in table(kind) {
            let said = bed.shorepass(&["explain", "--json", "--", &host]);

            let explained = said.json();
            let wanted = match &target {
                Some(target) => (0, json!(kind), target.clone()),
                None => (3, Value::Null, json!({})),
            };
            let found = (said.code, explained["kind"].clone(), explained["target"].clone());
            assert_eq!(found, wanted, "{host:?}");
        }
    }
}

#[test]
fn look_alikes_get_nothing_from_the_helper() {
    let bed = Bed::new();

    for kind in KINDS {
        for Line { host, .. } in table(kind).into_iter().filter(|line| line.target.is_none()) {
            let said = bed.helper("get", &host);

            assert_eq!((said.code, said.stdout.as_str()), (1, NOT_FOUND), "{host:?}");
        }
    }
}

#[test]
fn the_tables_are_not_empty() {
    let count = |kind| {
        let lines = table(kind);
        let good = lines.iter().filter(|line| line.target.is_some()).count();
        (good, lines.len() - good)
    };

    let (private, public) = (count("ecr"), count("ecr-public"));

    assert!(private.0 >= 30 && private.1 >= 60, "{private:?}");
    assert!(public.0 >= 5 && public.1 >= 10, "{public:?}");
}

struct Line {
    host: String,
    /// As JSON, without the kind; none for a host that is nobody's.
    target: Option<Value>,
}

fn table(kind: &str) -> Vec<Line> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("providers").join(kind).join("hosts.txt");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(parse).collect()
}

fn parse(line: &str) -> Line {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let switch = |text: &str| text.parse::<bool>().unwrap_or_else(|_| panic!("{line}"));
    let target = match fields[1..] {
        ["-"] => None,
        [dual_stack] => Some(json!({ "dual_stack": switch(dual_stack) })),
        [account, region, partition, fips, dual_stack] => Some(json!({
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

const KINDS: [&str; 2] = ["ecr", "ecr-public"];
const NOT_FOUND: &str = "credentials not found in native keychain\n";
