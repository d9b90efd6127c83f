//! A pod's service account, whose token the kubelet hands over: never does the node's identity take its place.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        Issuer,
        aws::{Aws, CI_AUDIENCE, CI_ISSUER},
        azure::{self, Azure, FEDERATED_AUDIENCE},
        google::{self, CI_PROVIDER, Google},
    },
};

use super::receiver::{self, AUDIENCE, Receiver};
use crate::{
    ECR,
    ruled::assert_reason,
    sources::{owner, stranger},
};

#[test]
fn the_token_goes_where_the_configuration_says() {
    let issuer = Issuer::es256("https://cluster.example");
    let receiver = Receiver::new(issuer.clone(), &[POD]);
    let mut bed = Bed::new();
    receiver.configure(&bed, "from = \"kubelet\"");
    assert_reason(
        &receiver::get(&bed),
        &["the kubelet has handed over no token", "`tokenAttributes`", "`CredentialProviderConfig`"],
    );

    bed.set(TOKEN, &issuer.token(POD, AUDIENCE, HOUR));

    assert_eq!(receiver.subject(&receiver::get(&bed)), POD);
}

#[test]
fn each_pods_token_is_a_scope_of_its_own() {
    let issuer = Issuer::es256("https://cluster.example");
    let receiver = Receiver::new(issuer.clone(), &[POD, "system:serviceaccount:shore:other"]);
    let mut bed = Bed::new();
    receiver.configure(&bed, "from = \"kubelet\"");

    for subject in [POD, "system:serviceaccount:shore:other"] {
        bed.set(TOKEN, &issuer.token(subject, AUDIENCE, HOUR));
        assert_eq!(receiver.subject(&receiver::get(&bed)), subject);
    }
}

#[test]
fn a_pods_role_wins_over_everything_that_the_node_has() {
    let cloud = Aws::start().unwrap();
    let mut bed = node(&cloud);
    assert_eq!(owner(&cloud, &bed.helper("get", ECR)), "arn:aws:iam::123456789012:user/alice");

    bed.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci-pull");
    bed.set(TOKEN, &cloud.issuer(CI_ISSUER).unwrap().token("repo:shorepass/app", CI_AUDIENCE, HOUR));

    let pod = "arn:aws:sts::123456789012:assumed-role/ci-pull/shorepass";
    assert_eq!(owner(&cloud, &bed.helper("get", ECR)), pod);
}

#[test]
fn a_pod_without_a_role_gets_the_annotation_to_add_and_never_the_nodes_keys() {
    let cloud = Aws::start().unwrap();
    let mut bed = node(&cloud);
    bed.set(TOKEN, "canary.canary.canary");

    let wanted =
        ["the pod's service account names no role", "eks.amazonaws.com/ecr-role-arn=arn:aws:iam::ACCOUNT"];
    assert_reason(&bed.helper("get", ECR), &wanted);
    assert_eq!(cloud.counts().len(), 0);
}

#[test]
fn a_pods_token_that_the_role_does_not_trust_ends_there() {
    let cloud = Aws::start().unwrap();
    let mut bed = node(&cloud);
    bed.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci-pull");
    bed.set(TOKEN, &cloud.issuer(CI_ISSUER).unwrap().token(POD, CI_AUDIENCE, HOUR));

    assert_reason(&bed.helper("get", ECR), &["does not trust this web identity token", POD]);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 0);
}

#[test]
fn what_one_pod_has_got_is_not_handed_to_another_one_of_the_same_role() {
    let cloud = Aws::start().unwrap();
    let mut bed = node(&cloud);
    bed.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci-pull");
    let issuer = cloud.issuer(CI_ISSUER).unwrap();
    bed.set(TOKEN, &issuer.token("repo:shorepass/app", CI_AUDIENCE, HOUR));
    let _ = bed.helper("get", ECR).credential();

    bed.set(TOKEN, &issuer.token(POD, CI_AUDIENCE, HOUR));

    assert_reason(&bed.helper("get", ECR), &["does not trust this web identity token", POD]);
}

#[test]
fn the_roles_of_the_configuration_come_after_the_pods() {
    for token in ["", "token = \"pod\"\n"] {
        let cloud = Aws::start().unwrap();
        let mut bed = node(&cloud);
        bed.configure(&rule(&format!("{token}role_arn = \"arn:aws:iam::123456789012:role/chained\"")));
        bed.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/ci-pull");
        bed.set(TOKEN, &cloud.issuer(CI_ISSUER).unwrap().token("repo:shorepass/app", CI_AUDIENCE, HOUR));

        let chained = "arn:aws:sts::123456789012:assumed-role/chained/shorepass";
        assert_eq!(owner(&cloud, &bed.helper("get", ECR)), chained, "{token}");
    }
}

#[test]
fn a_rule_for_pods_misses_the_token_or_the_annotation_and_takes_no_other_role() {
    for role in ["", "role_arn = \"arn:aws:iam::123456789012:role/ci-pull\""] {
        let cloud = Aws::start().unwrap();
        let mut bed = node(&cloud);
        bed.configure(&rule(&format!("token = \"pod\"\n{role}")));

        assert_reason(
            &bed.helper("get", ECR),
            &["the kubelet has handed over no token", "`tokenAttributes`"],
        );
        bed.set(TOKEN, &cloud.issuer(CI_ISSUER).unwrap().token("repo:shorepass/app", CI_AUDIENCE, HOUR));

        assert_reason(&bed.helper("get", ECR), &["names no role", "eks.amazonaws.com/ecr-role-arn="]);
        assert_eq!(cloud.counts().len(), 0, "{role}");
    }
}

fn rule(identity: &str) -> String {
    format!(
        "[token.pod]\nfrom = \"kubelet\"\n\n[identity.shore]\ntype = \"aws\"\n{identity}\n\n\
         [[registry]]\nmatch = \"{ECR}\"\nidentity = \"shore\"\n"
    )
}

#[test]
fn a_pods_application_takes_its_token_before_the_nodes_secret_is_looked_at() {
    let cloud = Azure::start().unwrap();
    cloud.stand_in_for(ACR);
    let mut bed = azure_node(&cloud);
    let (tenant, client) =
        cloud.with_world(|world| (world.tenant().to_owned(), world.find_app("ci").unwrap().id().to_owned()));
    bed.set("AZURE_TENANT_ID", &tenant).set("AZURE_CLIENT_ID", &client);
    let issuer = cloud.issuer(azure::CI_ISSUER).unwrap();
    bed.set(TOKEN, &issuer.token(azure::CI_SUBJECT, FEDERATED_AUDIENCE, HOUR));

    let (_, secret) = bed.helper("get", ACR).credential();

    assert_eq!(cloud.issued().find(&secret).unwrap().principal, "ci");
}

#[test]
fn a_pod_without_an_application_gets_the_annotations_to_add() {
    let cloud = Azure::start().unwrap();
    cloud.stand_in_for(ACR);
    let mut bed = azure_node(&cloud);
    bed.unset("AZURE_CLIENT_ID").set(TOKEN, "canary.canary.canary");

    let annotations = ["`kubernetes.azure.com/acr-client-id`", "`kubernetes.azure.com/acr-tenant-id`"];
    assert_reason(&bed.helper("get", ACR), &annotations);
    assert_eq!(cloud.count("entra:Token"), 0);
}

#[test]
fn google_wants_a_provider_for_the_token_and_does_not_ask_the_nodes_server() {
    let cloud = Google::start().unwrap();
    let mut bed = Bed::new();
    bed.set("GCE_METADATA_HOST", &cloud.address().to_string());
    let rule = |keys: &str, tables: &str| {
        format!(
            "{tables}[identity.shore]\ntype = \"google\"\n{keys}\n\n[[registry]]\nmatch = \"{GAR}\"\n\
             identity = \"shore\"\n"
        )
    };
    bed.configure(&rule("", ""));
    let issuer = cloud.issuer(google::CI_ISSUER).unwrap();
    bed.set(TOKEN, &issuer.token(SUBJECT, CI_PROVIDER, HOUR));

    assert_reason(
        &bed.helper("get", GAR),
        &["names no provider that takes it", "the token with `from = \"kubelet\"`"],
    );
    assert_eq!(cloud.counts().len(), 0);

    let keys = format!("provider = \"{CI_PROVIDER}\"\ntoken = \"pod\"\nsts_endpoint = \"{}\"", cloud.url());
    bed.configure(&rule(&keys, "[token.pod]\nfrom = \"kubelet\"\n\n"));
    let (_, secret) = bed.helper("get", GAR).credential();
    assert!(cloud.issued().find(&secret).unwrap().principal.ends_with(SUBJECT));
}

/// A node with alice's keys and a role of its own at the metadata service.
fn node(cloud: &Aws) -> Bed {
    let mut bed = stranger(cloud);
    for (name, value) in cloud.environment("alice") {
        bed.set(name, &value);
    }
    bed.unset("AWS_EC2_METADATA_DISABLED").set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &cloud.url());
    bed
}

/// A node that is an application by its secret.
fn azure_node(cloud: &Azure) -> Bed {
    let mut bed = Bed::new();
    bed.configure(&format!("[[registry]]\nmatch = \"{ACR}\"\nendpoint = \"{}\"\n", cloud.url()));
    bed.set("AZURE_AUTHORITY_HOST", &cloud.url());
    bed.set("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:9");
    for (name, value) in cloud.environment_with_secret("build") {
        bed.set(name, &value);
    }
    bed
}

const TOKEN: &str = "SHOREPASS_SERVICE_ACCOUNT_TOKEN";
const POD: &str = "system:serviceaccount:shore:web";
const SUBJECT: &str = "project_path:shore/app:ref_type:branch:ref:main";
const ACR: &str = "shorepass.azurecr.io";
const GAR: &str = "europe-west10-docker.pkg.dev";
const HOUR: Duration = Duration::from_secs(3600);
