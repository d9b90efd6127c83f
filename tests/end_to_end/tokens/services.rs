//! Token services that a job asks: GitHub Actions, Buildkite, Azure Pipelines.

use std::time::Duration;

use shorepass_tests::{
    bed::Bed,
    cloud::{
        ApiError, Fault, Times,
        aws::{Aws, CI_AUDIENCE, CI_ISSUER},
        ci::{Ci, Job, Service, World},
    },
};

use super::{AUDIENCE, Town, get};
use crate::{ECR, ruled::assert_reason};

#[test]
fn a_job_gets_a_token_for_the_audience_that_is_configured() {
    for (service, audience, token) in SYSTEMS {
        let town = Town::taking(audience);
        let bed = job(&town, service, "app", token);

        assert_eq!(town.subject(&get(&bed)), "repo:shore/app", "{service:?}");
        assert_eq!(town.ci.count(service.operation()), 1);
    }
}

#[test]
fn a_job_of_github_becomes_a_role_of_aws() {
    let cloud = Aws::start().unwrap();
    let issuer = cloud.issuer(CI_ISSUER).unwrap();
    let world = World::of(issuer).with_job(Job::new("main", "canary-of-main", "repo:shorepass/shorepass"));
    let ci = Ci::builder().world(world).start().unwrap();
    let mut bed = Bed::new();
    bed.set("AWS_ENDPOINT_URL", &cloud.url()).set("AWS_REGION", "eu-west-1");
    set_all(&mut bed, &ci, Service::GithubActions, "main");
    bed.configure(&format!(
        "[token.ci]\nfrom = \"github-actions\"\naudience = \"{CI_AUDIENCE}\"\n\n\
         [identity.ci]\ntype = \"aws\"\ntoken = \"ci\"\nrole_arn = \"arn:aws:iam::123456789012:role/ci-pull\"\n\n\
         [[registry]]\nmatch = \"{ECR}\"\nidentity = \"ci\"\n"
    ));

    let said = bed.helper("get", ECR);

    let owner = crate::sources::owner(&cloud, &said);
    assert_eq!(owner, "arn:aws:sts::123456789012:assumed-role/ci-pull/shorepass");
}

#[test]
fn buildkite_is_asked_for_the_subject_and_the_life_that_are_configured() {
    let town = Town::taking(AUDIENCE);
    let token = "from = \"buildkite\"\naudience = \"exchange\"\nlifetime = \"10m\"\nclaims = [\"organization_id\"]\n\
                 subject_claim = \"pipeline_id\"\naws_session_tags = [\"build_branch\"]";
    let bed = job(&town, Service::Buildkite, "app", token);

    assert_eq!(town.subject(&get(&bed)), "pipeline_id:018f-app");
}

#[test]
fn azure_gives_a_token_for_a_service_connection_and_knows_no_other() {
    let town = Town::taking(ENTRA);
    let known =
        "from = \"azure-pipelines\"\nservice_connection_id = \"11111111-2222-3333-4444-555555555555\"";
    let unknown = "from = \"azure-pipelines\"\nservice_connection_id = \"elsewhere\"";

    let known = get(&job(&town, Service::AzurePipelines, "app", known));
    let unknown = get(&job(&town, Service::AzurePipelines, "app", unknown));

    assert_eq!(town.subject(&known), "repo:shore/app");
    assert_reason(&unknown, &["no token (HTTP 404)", "check the service connection's id"]);
}

#[test]
fn a_job_without_its_variables_says_what_to_add() {
    for ((service, audience, token), missing, wanted) in [
        (
            SYSTEMS[0],
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
            [
                "the job lacks `permissions: id-token: write`",
                "permissions: { contents: read, id-token: write }",
            ],
        ),
        (
            SYSTEMS[1],
            "BUILDKITE_AGENT_ACCESS_TOKEN",
            [
                "keeps `BUILDKITE_JOB_ID` and `BUILDKITE_AGENT_ACCESS_TOKEN` to itself",
                "hand `BUILDKITE_JOB_ID`",
            ],
        ),
        (
            SYSTEMS[2],
            "SYSTEM_ACCESSTOKEN",
            ["is not given `SYSTEM_ACCESSTOKEN`", "map `SYSTEM_ACCESSTOKEN: $(System.AccessToken)`"],
        ),
    ] {
        let town = Town::taking(audience);
        let mut bed = job(&town, service, "app", token);
        bed.unset(missing);

        assert_reason(&get(&bed), &wanted);
        assert_eq!(town.ci.count(service.operation()), 0);
    }
}

#[test]
fn a_pull_request_is_told_of_forks() {
    let town = Town::taking(AUDIENCE);
    let mut bed = job(&town, Service::GithubActions, "app", GITHUB);
    bed.unset("ACTIONS_ID_TOKEN_REQUEST_URL").set("GITHUB_EVENT_NAME", "pull_request");

    assert_reason(&get(&bed), &["the job lacks `permissions: id-token: write`", "comes from a fork"]);
}

#[test]
fn a_machine_that_is_no_job_is_told_so() {
    for ((_, audience, token), system) in
        SYSTEMS.into_iter().zip(["job of GitHub Actions", "job of Buildkite", "job of Azure Pipelines"])
    {
        let town = Town::taking(audience);

        assert_reason(&get(&town.bed(token)), &[&format!("this is no {system}")]);
    }
}

#[test]
fn a_job_that_is_over_gets_nothing() {
    for (service, audience, token) in SYSTEMS {
        let town = Town::taking(audience);
        let bed = job(&town, service, "app", token);
        town.ci.with_world(|world| world.end_job("app"));

        assert_reason(&get(&bed), &["gives this job no token (HTTP 401)"]);
    }
}

#[test]
fn a_page_for_people_is_no_token_and_is_not_shown() {
    for (service, audience, token) in SYSTEMS {
        for status in [200, 203, 302] {
            let town = Town::taking(audience);
            let bed = job(&town, service, "app", token);
            town.ci.knobs().answer_with_page(status);

            let wanted = match (service, status) {
                (Service::AzurePipelines, _) => "but the way to its sign-in page; map `SYSTEM_ACCESSTOKEN",
                (_, 302) => "no token (HTTP 302)",
                _ => "makes no sense; if a proxy stands in between",
            };
            assert_reason(&get(&bed), &[wanted]);
        }
    }
}

#[test]
fn passing_troubles_are_waited_out() {
    for fault in [Fault::HangUp, Fault::Error(ApiError::new(503, "down", "")), Fault::Throttle(SECOND)] {
        let town = Town::taking(AUDIENCE);
        let bed = job(&town, Service::GithubActions, "app", GITHUB);
        town.ci.knobs().fail(Service::GithubActions, fault.clone(), Times::Next(2));

        assert_eq!(town.subject(&get(&bed)), "repo:shore/app", "{fault:?}");
    }
}

#[test]
fn lasting_troubles_have_their_words() {
    for (fault, words) in [
        (Fault::Throttle(Duration::from_secs(60)), "GitHub Actions has had too many requests"),
        (Fault::Busy(Duration::from_secs(60)), "GitHub Actions has a fault of its own (HTTP 503)"),
        (Fault::Garbage, "the answer of GitHub Actions makes no sense"),
        (Fault::Huge(2 << 20), "the answer of GitHub Actions makes no sense"),
    ] {
        let town = Town::taking(AUDIENCE);
        let bed = job(&town, Service::GithubActions, "app", GITHUB);
        town.ci.knobs().fail(Service::GithubActions, fault, Times::UntilHealed);

        assert_reason(&get(&bed), &[words]);
    }
}

#[test]
fn what_a_job_asks_with_goes_nowhere_without_tls() {
    for ((service, audience, token), variable) in SYSTEMS.into_iter().zip([
        "ACTIONS_ID_TOKEN_REQUEST_URL",
        "BUILDKITE_AGENT_ENDPOINT",
        "SYSTEM_OIDCREQUESTURI",
    ]) {
        let town = Town::taking(audience);
        let mut bed = job(&town, service, "app", token);
        bed.set(variable, "http://ci.example/canary?sig=canary");

        assert_reason(&get(&bed), &[&format!("`{variable}` is no `https://` URL")]);
    }
}

#[test]
fn a_service_that_cannot_be_reached_is_named_by_its_host_only() {
    let town = Town::taking(AUDIENCE);
    let mut bed = job(&town, Service::GithubActions, "app", GITHUB);
    bed.set("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:9/canary?sig=canary");

    assert_reason(&get(&bed), &["127.0.0.1:9"]);
}

/// A job of a system.
fn job(town: &Town, service: Service, name: &str, token: &str) -> Bed {
    let mut bed = town.bed(token);
    set_all(&mut bed, &town.ci, service, name);
    bed
}

fn set_all(bed: &mut Bed, ci: &Ci, service: Service, name: &str) {
    for (name, value) in ci.environment(service, name) {
        bed.set(name, &value);
    }
}

/// With the audience that is asked for, and how.
const SYSTEMS: [(Service, &str, &str); 3] = [
    (Service::GithubActions, AUDIENCE, GITHUB),
    (Service::Buildkite, AUDIENCE, "from = \"buildkite\"\naudience = \"exchange\""),
    (Service::AzurePipelines, ENTRA, "from = \"azure-pipelines\""),
];
const GITHUB: &str = "from = \"github-actions\"\naudience = \"exchange\"";
const ENTRA: &str = "api://AzureADTokenExchange";
const SECOND: Duration = Duration::from_secs(1);
