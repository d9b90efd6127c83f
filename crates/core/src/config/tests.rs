use super::*;

fn load(text: &str) -> Result<Config, Vec<String>> {
    Config::parse(Path::new("config.toml"), text)
        .map_err(|faults| faults.iter().map(|fault| fault.to_string().replace("config.toml:", "")).collect())
}

#[test]
fn the_example_of_the_manual_is_read() {
    let config = load(
        r#"
[broker]
idle_exit = "2h"
workers = 4

[identity.prod]
type = "aws"
profile = "base"
role_arn = "arn:aws:iam::123456789012:role/ci-pull"
external_id = "x-1"
session_name = "laptop"
duration = "1h"

[identity.chain]
type = "aws"
roles = [{ role_arn = "arn:aws:iam::123456789012:role/a" }, { role_arn = "arn:aws:iam::210987654321:role/b" }]

[[registry]]
match = "123456789012.dkr.ecr.*.amazonaws.com"
identity = "prod"
access = "pull"

[[registry]]
match = "images.corp.example"
kind = "ecr"
account = "123456789012"
region = "eu-west-1"
"#,
    )
    .unwrap();

    assert_eq!(config.broker.workers, 4);
    assert_eq!(config.rules.len(), 2);
    let Identity::Aws(chain) = &config.identities["chain"] else { panic!("no AWS identity") };
    assert_eq!(chain.roles.len(), 2);
}

#[test]
fn every_fault_is_listed_with_its_line() {
    let faults = load(
        r#"nonsense = 1
[broker]
workers = 900
idle_exit = "soon"
[identity.a]
profile = "x"
[identity.b]
type = "gcp"
[identity.c]
type = "aws"
role_arn = "admin"
external_id = 7
[[registry]]
kind = "ecr"
[[registry]]
match = "r.example"
kind = "ecr"
acount = "1"
[[registry]]
match = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
identity = "nobody"
access = "write"
"#,
    )
    .unwrap_err();

    assert_eq!(
        faults,
        [
            "1: the key `nonsense` is not known here",
            "3: `workers` must be a number from 1 to 64",
            "4: `idle_exit` must be a duration such as `90s`, `15m` or `8h`",
            "5: an identity needs the key `type`, such as `type = \"aws\"`",
            "6: the key `profile` is not known here",
            "8: `type` must be one of the known types: `aws`, `google`, `azure`, `github`, `gitlab`, `oidc`, `stored`",
            "11: `role_arn` must be a role such as `arn:aws:iam::123456789012:role/NAME`",
            "12: `external_id` must be a string",
            "13: a registry needs the key `match`, such as `match = \"registry.example\"`",
            "15: kind `ecr` needs the key `account`, because the host's name does not tell",
            "18: the key `acount` is not known here",
            "19: no `[identity.nobody]` is defined",
            "22: `access` must be `pull`, `push` or `full`",
        ]
    );
}

#[test]
fn a_broken_file_is_not_quoted() {
    for text in
        ["password = \"canary", "canary-7f3a", "[identity.x]\ntype = canary\n", "\"canary canary\" = 1\n"]
    {
        let faults = load(text).unwrap_err();

        assert!(!faults.is_empty());
        assert!(!faults.concat().contains("canary"), "{faults:?}");
    }
}

#[test]
fn a_secret_in_place_of_an_identity_s_name_is_not_quoted() {
    let name = "canary/7f3a+EXAMPLE";
    for identity in ["", &format!("[identity.\"{name}\"]\ntype = \"aws\"\nprofile = 1\n")] {
        let faults =
            load(&format!("{identity}[[registry]]\nmatch = \"public.ecr.aws\"\nidentity = \"{name}\"\n"));

        assert!(!faults.unwrap_err().concat().contains("canary"));
    }
}

#[test]
fn no_file_at_all_is_the_default() {
    let file = PathBuf::from("/nonexistent/config.toml");

    assert_eq!(Config::load(std::slice::from_ref(&file), None).unwrap(), Config::default());
    assert_eq!(
        Config::load(std::slice::from_ref(&file), Some(&file)).unwrap_err()[0].to_string(),
        "/nonexistent/config.toml: does not exist, and `SHOREPASS_CONFIG` names it"
    );
}

#[test]
fn every_ecr_pattern_that_can_match_a_host_is_accepted() {
    for pattern in [
        "*.dkr.ecr.*.amazonaws.com",
        "123456789012.dkr.ecr-fips.*.amazonaws.com",
        "123456789012.dkr.ecr.cn-*.amazonaws.com.cn",
        "123456789012.dkr.ecr.eu-*.amazonaws.com",
        "*.dkr-ecr.us-gov-*.on.aws",
        "public.ecr.aws",
    ] {
        for kind in
            ["", if pattern.starts_with('p') { "kind = \"ecr-public\"\n" } else { "kind = \"ecr\"\n" }]
        {
            load(&format!("[[registry]]\nmatch = \"{pattern}\"\n{kind}"))
                .unwrap_or_else(|f| panic!("{pattern}: {f:?}"));
        }
    }
}

#[test]
fn a_rule_that_could_never_be_followed_is_a_fault() {
    assert_eq!(
        load("[[registry]]\nmatch = \"r.example\"\n").unwrap_err(),
        ["1: a registry whose host does not tell needs the key `kind`"]
    );
    assert_eq!(
        load("[[registry]]\nmatch = \"public.ecr.aws\"\nfips = true\n").unwrap_err(),
        ["1: kind `ecr-public` has no key `fips`"]
    );
}

#[test]
fn tokens_and_the_identities_of_three_clouds_are_read() {
    let config = load(
        r#"
[token.ci]
from = "env"
variable = "CI_TOKEN"

[identity.gcp]
type = "google"
provider = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/providers/gitlab"
token = "ci"
service_account = "puller@shore.iam.gserviceaccount.com"
lifetime = "1h"

[identity.az]
type = "azure"
tenant_id = "00000000-1111-2222-3333-444444444444"
client_id = "00000000-1111-2222-3333-555555555555"
token = "ci"

[[registry]]
match = "shore.azurecr.io"
identity = "az"
access = "pull"
repositories = ["team/app"]
"#,
    )
    .unwrap();

    let Identity::Google(google) = &config.identities["gcp"] else { panic!("no Google identity") };
    assert_eq!(
        google.provider.as_deref(),
        Some("projects/1/locations/global/workloadIdentityPools/ci/providers/gitlab")
    );
    assert_eq!(config.rules[0].repositories, ["team/app"]);
    assert!(config.identities["az"].deciding_variables().contains(&"CI_TOKEN"));
}

#[test]
fn half_a_way_to_a_cloud_is_a_fault() {
    let faults = load(
        r#"[token.a]
from = "file"
path = "relative"
[token.b]
from = "env"
[identity.c]
type = "google"
provider = "pool"
source = "gcloud"
delegates = ["x@y"]
[identity.d]
type = "azure"
token = "nobody"
[[registry]]
match = "shore.azurecr.io"
repositories = ["Team/App"]
"#,
    )
    .unwrap_err();

    for expected in [
        "3: `path` must be an absolute path",
        "4: a token from `env` needs the key `variable`",
        "6: `source`, `credentials_file` and `provider` exclude each other",
        "6: `provider` and `token` belong together",
        "6: `delegates` belongs to impersonation, and `service_account` is missing",
        "8: `provider` must be `projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER`",
        "11: `token` needs `tenant_id` and `client_id`",
        "13: no `[token.nobody]` is defined",
        "14: `repositories` must hold names such as `team/app` or `team/*`, in lower case; without the key it is all of them",
    ] {
        assert!(faults.iter().any(|fault| fault == expected), "{expected}: {faults:#?}");
    }
}
