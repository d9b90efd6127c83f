//! What the services refuse, without a socket.

use super::*;
use crate::cloud::{
    http::{Service as _, request},
    stand::{Front, Standard},
};

#[test]
fn github_gives_a_token_to_a_running_job_of_the_right_client_for_one_audience() {
    let good = [("authorization", "Bearer canary-of-app"), ("user-agent", "actions/oidc-client")];
    let stranger = [("authorization", "Bearer nobody"), good[1]];
    let ask = |query: &str, headers: &[(&str, &str)]| {
        status("GET", &format!("{}?{query}", github_actions::PATH), headers, "")
    };

    assert_eq!(ask("api-version=2.0&audience=a", &good), 200);
    assert_eq!(ask("api-version=2.0&audience=a&audience=b", &good), 400);
    assert_eq!(ask("audience=a", &good), 400);
    assert_eq!(ask("api-version=2.0", &good[..1]), 403);
    assert_eq!(ask("api-version=2.0", &stranger), 401);
}

#[test]
fn buildkite_gives_a_token_to_the_very_job_and_knows_every_field() {
    let good = [("authorization", "Token canary-of-app"), ("content-type", "application/json")];
    let bearer = [("authorization", "Bearer canary-of-app"), good[1]];
    let ask = |job: &str, headers: &[(&str, &str)], body: &str| {
        status("POST", &format!("{}/jobs/{job}/oidc/tokens", buildkite::ROOT), headers, body)
    };

    assert_eq!(
        ask("018f-app", &good, "{\"audience\":\"a\",\"lifetime\":60,\"subject_claim\":\"pipeline_id\"}"),
        200
    );
    assert_eq!(ask("018f-app", &good, "{\"subject-claim\":\"pipeline_id\"}"), 422);
    assert_eq!(ask("018f-other", &good, "{}"), 404);
    assert_eq!(ask("018f-app", &bearer, "{}"), 401);
}

#[test]
fn azure_sends_strangers_to_its_page_unless_they_do_not_want_it() {
    let good = [("authorization", "Bearer canary-of-app"), ("content-length", "0")];
    let stranger = [("authorization", "Bearer nobody"), good[1], ("x-tfs-fedauthredirect", "Suppress")];
    let ask = |query: &str, headers: &[(&str, &str)]| {
        status("POST", &format!("{}?{query}", azure_pipelines::PATH), headers, "")
    };

    assert_eq!(ask("api-version=7.1", &good), 200);
    assert_eq!(ask("api-version=7.1&serviceConnectionId=x", &good), 404);
    assert_eq!(ask("", &good), 400);
    assert_eq!(ask("api-version=7.1", &stranger), 401);
    assert_eq!(ask("api-version=7.1", &stranger[..2]), 302);
    assert_eq!(ask("api-version=7.1", &good[..1]), 411);
}

fn status(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let site = std::sync::Arc::new(Site::<Office>::new(World::standard(), false));
    Front::new(site).answer(&request(method, target, headers, body)).status
}
