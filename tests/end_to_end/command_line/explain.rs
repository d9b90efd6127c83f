//! `explain --json` field by field, for every way in which a registry can be routed.

use serde_json::{Value, json};
use shorepass_tests::bed::Bed;

use crate::ECR;

#[test]
fn a_built_in_host_is_explained_by_its_name() {
    let bed = Bed::new();

    let mut explained = bed.shorepass(&["explain", "--json", ECR]).json();

    assert_variables(&mut explained);
    assert_eq!(
        explained,
        json!({
            "registry": ECR,
            "kind": "ecr",
            "target": {
                "account": "123456789012", "region": "eu-west-1", "partition": "aws", "fips": false,
                "dual_stack": false,
            },
            "identity": "default",
            "access": "full",
            "source": "built-in",
        })
    );
}

#[test]
fn a_fips_host_is_the_same_registry_at_another_endpoint() {
    let bed = Bed::new();
    let host = "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com";

    let explained =
        bed.shorepass(&["explain", "--json", &format!("https://{}/v2/", host.to_uppercase())]).json();

    assert_eq!((&explained["registry"], &explained["kind"]), (&json!(host), &json!("ecr")));
    assert_eq!(
        explained["target"],
        json!({
            "account": "123456789012", "region": "us-gov-west-1", "partition": "aws-us-gov", "fips": true,
            "dual_stack": false,
        })
    );
}

#[test]
fn a_host_of_the_configuration_is_explained_by_its_rule() {
    let bed = Bed::new();
    let file = bed.configure(
        "[identity.prod]\ntype = \"aws\"\nprofile = \"prod\"\n\n[[registry]]\nmatch = \"images.corp.example\"\n\
         kind = \"ecr\"\naccount = \"123456789012\"\nregion = \"eu-west-1\"\nidentity = \"prod\"\naccess = \"pull\"\n",
    );

    let mut explained = bed.shorepass(&["explain", "--json", "https://Images.Corp.Example/v2/"]).json();

    assert_variables(&mut explained);
    let note = explained["notes"][0].take();
    assert!(note.as_str().unwrap().contains("`access = \"pull\"` is not enforced"), "{note}");
    assert_eq!(
        explained,
        json!({
            "registry": "images.corp.example",
            "kind": "ecr",
            "target": {
                "account": "123456789012", "region": "eu-west-1", "partition": "aws", "fips": false,
                "dual_stack": false,
            },
            "identity": "prod",
            "access": "pull",
            "source": "config",
            "rule": format!("{}:5", file.display()),
            "notes": [null],
        })
    );
}

#[test]
fn a_job_s_token_and_the_roles_that_it_leads_to_are_shown() {
    let bed = Bed::new();
    let role = "arn:aws:iam::123456789012:role/ci-pull";
    bed.configure(&format!(
        "[token.ci]\nfrom = \"github-actions\"\naudience = \"sts.amazonaws.com\"\n\n[identity.ci]\ntype = \"aws\"\n\
         token = \"ci\"\nrole_arn = \"{role}\"\n\n[[registry]]\nmatch = \"{ECR}\"\nidentity = \"ci\"\n"
    ));

    let (json, text) = (bed.shorepass(&["explain", "--json", ECR]).json(), bed.shorepass(&["explain", ECR]));

    assert_eq!(json["token"], "github-actions, for sts.amazonaws.com");
    assert_eq!(json["roles"], json!([role]));
    for (name, value) in [("token", "github-actions, for sts.amazonaws.com"), ("roles", role)] {
        let line = text.stdout.lines().find_map(|line| line.strip_prefix(name));
        assert_eq!(line.map(str::trim), Some(value), "{}", text.stdout);
    }
}

#[test]
fn what_is_no_address_has_no_kind_and_an_exit_code_of_its_own() {
    let bed = Bed::new();

    let said = bed.shorepass(&["explain", "--json", "user@Registry.Example:5000"]);

    assert_eq!(said.code, 3);
    assert_eq!(
        said.json(),
        json!({
            "registry": "user@Registry.Example:5000", "kind": null, "target": {}, "identity": null, "access": null,
            "source": null, "variables": [],
        })
    );
}

#[test]
fn a_host_that_nobody_knows_takes_logins() {
    let bed = Bed::new();

    let said = bed.shorepass(&["explain", "--json", "HTTPS://Registry.Example:5000/v2/"]);

    let explained = said.json();
    assert_eq!((said.code, &explained["kind"]), (0, &json!("stored")));
    assert_eq!(explained["registry"], "registry.example:5000");
    assert_eq!(explained["notes"], json!(["no login is stored for it"]));
}

#[test]
fn a_look_alike_is_unknown() {
    let bed = Bed::new();

    for host in [
        format!("{ECR}.evil.example"),
        format!("user@{ECR}"),
        format!("{ECR}:8443"),
        ECR.replace("dkr.ecr", "dkr-evil.ecr"),
        ECR.replace("123456789012", "12345678901"),
    ] {
        let kind = bed.shorepass(&["explain", "--json", &host]).json()["kind"].clone();

        assert!(kind.is_null() || kind == "stored", "{host}: {kind}");
    }
}

/// Takes the variables out: names only, and among them the one that everybody knows.
fn assert_variables(explained: &mut Value) {
    let variables = explained.as_object_mut().unwrap().remove("variables").unwrap();
    let names: Vec<&str> = variables.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(names.contains(&"AWS_PROFILE") && names.contains(&"AWS_SESSION_TOKEN"), "{names:?}");
}
