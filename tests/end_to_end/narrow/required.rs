//! `narrow = "require"`: no credential rather than one that is wider than the rule says.

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use super::{Login, ROLE, configure, get_as_alice, notes, role, with_identity};
use crate::{
    ECR,
    sources::{assert_reason, section},
};

#[test]
fn keys_that_are_used_as_they_are_are_refused_before_ecr_is_asked() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, "", RULE);

    assert_reason(
        &cloud,
        &get_as_alice(&cloud, &bed),
        &[
            "the credential would be wider than the rule says: AWS narrows only a session of a role",
            "; add a `role_arn` to the identity",
        ],
    );
    assert_eq!(cloud.counts().len(), 0);
    assert!(notes(&bed).contains("not handed out, by `narrow`"), "{}", notes(&bed));
}

#[test]
fn a_role_makes_it_narrow_enough() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, &role(), RULE);

    let login = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    assert!(login.may("pull", "team/app") && !login.may("push", "team/app"));
}

#[test]
fn a_role_of_the_caller_s_profile_does_too() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_identity(&cloud, "", RULE);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));
    bed.write(
        "home/.aws/config",
        &format!("[profile used]\nrole_arn = {ROLE}ci-pull\nsource_profile = default\n"),
    );
    bed.set("AWS_PROFILE", "used");

    let login = Login::of(&cloud, &bed.helper("get", ECR));

    assert!(login.may("pull", "team/app") && !login.may("pull", "other"));
}

#[test]
fn a_role_that_comes_with_the_machine_does_not() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_identity(&cloud, "", RULE);
    bed.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &cloud.container_url());
    bed.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-authorization-token");

    assert_reason(&cloud, &bed.helper("get", ECR), &["the credential would be wider than the rule says"]);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 0);
}

#[test]
fn a_wider_credential_of_before_is_not_handed_out_any_more() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, "", "access = \"pull\"");
    let wide = Login::of(&cloud, &get_as_alice(&cloud, &bed));
    assert!(wide.may("push", "team/app"));

    configure(&bed, "", "access = \"pull\"\nnarrow = \"require\"");

    assert_reason(&cloud, &get_as_alice(&cloud, &bed), &["the credential would be wider than the rule says"]);
}

#[test]
fn the_reason_has_a_code_of_its_own() {
    let cloud = Aws::start().unwrap();
    let mut bed = Bed::of(&cloud, "alice");
    configure(&bed, "", RULE);
    bed.set("AWS_REGION", "eu-west-1");

    let said = bed.shorepass(&["get", "--json", ECR]);

    assert_eq!((said.code, said.json()["error"]["code"].as_str()), (6, Some("not_narrowed")));
}

#[test]
fn what_no_kind_can_keep_is_a_fault_of_the_configuration() {
    for (rule, why) in [
        (
            "match = \"us-docker.pkg.dev\"\nrepositories = [\"team/*\"]",
            "`repositories` is not enforced for Artifact Registry",
        ),
        (
            "match = \"us-docker.pkg.dev\"\nidentity = \"gcloud\"\naccess = \"pull\"",
            "gcloud and most machines'",
        ),
        ("match = \"docker.io\"\naccess = \"pull\"", "not enforced for Docker Hub"),
        ("match = \"quay.io\"\naccess = \"pull\"", "`access = \"pull\"` is not enforced for Quay"),
        (
            "match = \"registry.gitlab.com\"\nrepositories = [\"team/*\"]",
            "`repositories` is not enforced for GitLab",
        ),
        ("match = \"shore.jfrog.io\"\naccess = \"pull\"", "not enforced for Artifactory"),
        (
            "match = \"r.example\"\nkind = \"stored\"\naccess = \"push\"",
            "`access = \"push\"` is not enforced for a stored login",
        ),
        ("match = \"r.example\"\nkind = \"nexus\"\naccess = \"pull\"", "is not enforced for a stored login"),
        (
            "match = \"r.example\"\nkind = \"oauth2-registry\"\naccess = \"pull\"",
            "not enforced for kind `oauth2-registry`",
        ),
        (
            "match = \"r.example\"\nkind = \"token-exchange\"\nidentity = \"ci\"\nendpoint = \"https://sts.example\"\nusername = \"x\"\naccess = \"pull\"",
            "not enforced for kind `token-exchange`",
        ),
        ("match = \"r.example\"\nkind = \"harbor\"\naccess = \"pull\"", "not enforced for Harbor"),
        (
            "match = \"r.example\"\nkind = \"harbor\"\nrobots = true\nrepositories = [\"team/app\"]",
            "Harbor narrows a robot to projects",
        ),
        (
            "match = \"shorepass.azurecr.io\"\naccess = \"pull\"",
            "is enforced for ACR only together with `repositories`",
        ),
        ("match = \"ghcr.io\"\naccess = \"pull\"", "enforced for GitHub's registry only with an app"),
        (
            "match = \"ghcr.io\"\nidentity = \"app\"\nrepositories = [\"team/app/web\"]",
            "to its own repositories",
        ),
        ("match = \"public.ecr.aws\"\nrepositories = [\"team/app\"]", "not enforced for ECR Public"),
    ] {
        let bed = Bed::new();
        let file = bed.configure(&format!("{TABLES}[[registry]]\n{rule}\n"));
        assert_eq!(bed.shorepass(&["config", "check"]).code, 0, "{rule}");
        let narrow = format!("{TABLES}[[registry]]\n{rule}\nnarrow = \"require\"\n");
        bed.configure(&narrow);

        let said = bed.shorepass(&["config", "check"]);

        let line = TABLES.lines().count() + 1;
        let fault = format!("{}:{line}: `narrow = \"require\"` cannot be kept: ", file.display());
        assert_eq!(said.code, 6, "{rule}");
        assert!(said.stdout.starts_with(&fault) && said.stdout.contains(why), "{rule}: {}", said.stdout);
    }
}

#[test]
fn explain_and_check_give_the_same_reason() {
    let bed = Bed::new();
    let rule = "[[registry]]\nmatch = \"quay.io\"\naccess = \"pull\"\nrepositories = [\"team/app\"]\n";
    bed.configure(rule);
    let notes = bed.shorepass(&["explain", "--json", "quay.io"]).json()["notes"].clone();
    let notes = notes.as_array().unwrap().iter().filter_map(|note| note.as_str());
    let reasons: Vec<&str> = notes.filter(|note| note.contains("not enforced")).collect();

    bed.configure(&format!("{rule}narrow = \"require\"\n"));
    let check = bed.shorepass(&["config", "check"]);
    let get = bed.helper("get", "quay.io");

    assert_eq!(reasons.len(), 2);
    assert!(check.stdout.contains(&reasons.join("; ")), "{}", check.stdout);
    assert_eq!(get.code, 1, "{get:?}");
}

#[test]
fn there_must_be_something_to_keep() {
    let bed = Bed::new();
    for rule in ["", "access = \"full\"\n"] {
        bed.configure(&format!("[[registry]]\nmatch = \"{ECR}\"\n{rule}narrow = \"require\"\n"));

        let said = bed.shorepass(&["config", "check"]);

        assert_eq!(said.code, 6);
        assert!(said.stdout.contains("`narrow` needs `access = \"pull\"`"), "{}", said.stdout);
    }
    bed.configure(&format!("[[registry]]\nmatch = \"{ECR}\"\naccess = \"pull\"\nnarrow = \"always\"\n"));
    let said = bed.shorepass(&["config", "check"]);
    assert!(said.stdout.contains("`narrow` must be `if-possible` or `require`"), "{}", said.stdout);
}

const RULE: &str = "access = \"pull\"\nrepositories = [\"team/*\"]\nnarrow = \"require\"";
const TABLES: &str = "[token.ci]\nfrom = \"env\"\nvariable = \"T\"\n[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\
                      [identity.gcloud]\ntype = \"google\"\nsource = \"gcloud\"\n\
                      [identity.app]\ntype = \"github\"\napp_id = \"1\"\nprivate_key_file = \"/app.pem\"\nowner = \"team\"\n";
