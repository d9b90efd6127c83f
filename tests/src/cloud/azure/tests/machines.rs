//! Managed identities of virtual machines, App Service and Azure Arc, and jobs of Azure Pipelines.

use std::fs;

use super::*;

#[test]
fn the_metadata_service_answers_in_strings() {
    let bench = Bench::new();

    let reply = bench.get(&imds(""), &METADATA);

    let body = json(&reply);
    for name in ["access_token", "client_id", "expires_in", "expires_on", "not_before", "resource"] {
        assert!(body[name].is_string(), "{name}");
    }
    assert_eq!((reply.status, &body["expires_in"]), (200, &"86400".into()));
    assert_eq!(bench.state.audit.entries()[0].principal.as_deref(), Some("machine"));
}

#[test]
fn the_metadata_service_wants_its_header_and_no_proxy() {
    let bench = Bench::new();
    let ask = |headers: &[(&str, &str)]| {
        let reply = bench.get(&imds(""), headers);
        (reply.status, json(&reply)["error"].as_str().unwrap_or_default().to_owned())
    };

    assert_eq!(ask(&[]), (400, "bad_request_102".into()));
    assert_eq!(ask(&[("metadata", "false")]), (400, "bad_request_102".into()));
    assert_eq!(ask(&[METADATA[0], ("x-forwarded-for", "10.0.0.1")]), (400, "bad_request".into()));
}

#[test]
fn identities_are_named_by_one_id_of_three() {
    let bench = Bench::new();
    let puller = bench.state.world().find_identity("puller").unwrap().clone();
    let who = |further: &str| {
        let reply = bench.get(&imds(further), &METADATA);
        (reply.status, json(&reply)["client_id"].as_str().unwrap_or_default().to_owned())
    };
    let wording = |further: &str| {
        let body = json(&bench.get(&imds(further), &METADATA));
        body["error_description"].as_str().unwrap().to_owned()
    };

    for named in [
        format!("&client_id={}", puller.client_id()),
        format!("&object_id={}", puller.object_id()),
        format!("&msi_res_id={}", form::encode(puller.resource_id())),
    ] {
        assert_eq!(who(&named), (200, puller.client_id().to_owned()), "{named}");
    }
    assert_eq!(wording("&client_id=unknown"), "Identity not found");
    assert_eq!(who("&client_id=a&object_id=b").0, 400);
    bench.state.world().remove_principal("machine");
    assert!(wording("").starts_with("Multiple user assigned identities exist"));
    bench.state.world().remove_principal("pusher");
    assert_eq!(who(""), (200, puller.client_id().to_owned()), "the only one needs no name");
}

#[test]
fn the_metadata_service_refuses_other_resources_and_versions() {
    let bench = Bench::new();
    let ask = |target: &str| {
        let reply = bench.get(target, &METADATA);
        (reply.status, json(&reply)["error"].as_str().unwrap_or_default().to_owned())
    };
    let path = "/metadata/identity/oauth2/token";

    let unknown = format!("{path}?api-version=2018-02-01&resource=https://shorepass.azurecr.io");
    assert_eq!(ask(&unknown), (400, "invalid_resource".into()));
    assert_eq!(ask(&format!("{path}?api-version=2018-02-01")), (400, "invalid_request".into()));
    assert_eq!(ask(&format!("{path}?resource={ACR_AUDIENCE}")), (400, "bad_request".into()));
}

#[test]
fn the_metadata_service_has_moods() {
    let bench = Bench::new();
    let ask = |mood: InstanceMood| {
        bench.state.knobs.instance(mood);
        bench.get(&imds(""), &METADATA)
    };

    for (mood, status) in
        [(InstanceMood::NotReady, 404), (InstanceMood::Updating, 410), (InstanceMood::Broken, 500)]
    {
        assert_eq!(ask(mood).status, status);
    }
    let busy = ask(InstanceMood::Busy(Duration::from_secs(2)));
    assert!(busy.status == 429 && busy.headers.contains(&("retry-after", "2".into())));
    assert_eq!(ask(InstanceMood::Well).status, 200);
}

#[test]
fn app_service_knows_its_own_header() {
    let bench = Bench::new();
    let header = bench.state.world().identity_header.clone().unwrap();
    let puller = bench.state.world().find_identity("puller").unwrap().clone();
    let target =
        |further: &str| format!("/msi/token?api-version=2019-08-01&resource={ACR_AUDIENCE}{further}");
    let ask = |further: &str, value: &str| bench.get(&target(further), &[("x-identity-header", value)]);

    assert_eq!(bench.get(&target(""), &[]).status, 401);
    assert_eq!(ask("", "wrong").status, 403);
    let body = json(&ask(&format!("&client_id={}", puller.client_id()), header.expose()));
    assert!(body["expires_on"].is_string());
    assert_eq!(body["client_id"], puller.client_id());
    let unknown = ask("&client_id=unknown", header.expose());
    assert_eq!((unknown.status, &json(&unknown)["statusCode"]), (400, &400.into()));
    let other =
        bench.get("/msi/token?api-version=2019-08-01&resource=x", &[("x-identity-header", header.expose())]);
    assert_eq!(other.status, 400);
    let old = format!("/msi/token?api-version=2017-09-01&resource={ACR_AUDIENCE}");
    assert_eq!(bench.get(&old, &[("x-identity-header", header.expose())]).status, 400);
}

#[test]
fn arc_gives_a_token_to_whoever_reads_the_key_file_and_only_once() {
    let bench = Bench::new();
    let target = format!("/metadata/identity/oauth2/token?api-version=2020-06-01&resource={ACR_AUDIENCE}");
    let with_key = |key: &str| bench.get(&target, &[METADATA[0], ("authorization", &format!("Basic {key}"))]);

    let challenge = bench.get(&target, &METADATA);
    let realm = challenge.headers.iter().find(|(name, _)| *name == "www-authenticate").unwrap().1.clone();
    let file = realm.strip_prefix("Basic realm=").unwrap();
    let key = fs::read_to_string(file).unwrap();

    assert!(challenge.status == 401 && file.ends_with(".key"));
    assert_eq!(with_key("wrong").status, 401);
    assert!(json(&with_key(&key))["access_token"].is_string());
    assert_eq!(with_key(&key).status, 401, "a key is good once");
    assert!(!std::path::Path::new(file).exists());
    assert_eq!(bench.get(&target, &[]).status, 400, "the Metadata header is missing");
    assert_eq!(bench.get(&format!("{target}&client_id=x"), &METADATA).status, 400);
}

#[test]
fn a_job_gets_a_token_for_its_service_connection_and_entra_takes_it() {
    let bench = Bench::new();
    let job = bench.state.world().pipelines.clone().unwrap();
    let connection = job.connections.keys().next().unwrap();
    let ask = |query: &str, bearer: &str, further: &[(&str, &str)]| {
        let bearer = format!("Bearer {bearer}");
        let headers = [("host", LOGIN), ("content-length", "0"), ("authorization", bearer.as_str())];
        let target = format!("{}?{query}", pipelines::PATH);
        bench.send(&request("POST", &target, &[&headers, further].concat(), ""))
    };
    let good = format!("api-version=7.1&serviceConnectionId={connection}");
    let secret = job.access_token.expose();

    let token = json(&ask(&good, secret, &[]))["oidcToken"].as_str().unwrap().to_owned();
    assert_eq!(bench.with_assertion("ci", &token).status, 200);
    assert_eq!(ask(&good, "wrong", &[("x-tfs-fedauthredirect", "Suppress")]).status, 401);
    assert_eq!(ask(&good, "wrong", &[]).status, 302);
    assert_eq!(ask("api-version=7.1&serviceConnectionId=x", secret, &[]).status, 404);
    assert_eq!(ask("", secret, &[]).status, 400);
    let no_length = request("POST", pipelines::PATH, &[("host", LOGIN)], "");
    assert_eq!(bench.send(&no_length).status, 411);
}

fn imds(further: &str) -> String {
    format!("/metadata/identity/oauth2/token?api-version=2018-02-01&resource={ACR_AUDIENCE}{further}")
}

const METADATA: [(&str, &str); 1] = [("metadata", "true")];
