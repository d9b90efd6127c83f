//! The metadata service and the container agent, and what faults do to an answer.

use super::*;
use crate::cloud::{Fault, Times};

#[test]
fn metadata_wants_its_token_first() {
    let bench = Bench::new();
    let token = imds_token(&bench);
    let roles = "/latest/meta-data/iam/security-credentials/";
    let get = |path: &str, token: &str| {
        bench.front.answer(&request("GET", path, &[("host", "h"), ("x-aws-ec2-metadata-token", token)], ""))
    };

    assert_eq!(get(roles, "wrong").status, 401);
    assert_eq!(get(roles, &token).body, b"instance");
    assert_eq!(json(&get(&format!("{roles}instance"), &token))["Code"], "Success");
    assert_eq!(get(&format!("{roles}other"), &token).status, 404);
    for ttl in ["0", "21601", "x"] {
        let headers = [("host", "h"), ("x-aws-ec2-metadata-token-ttl-seconds", ttl)];
        assert_eq!(
            bench.front.answer(&request("PUT", "/latest/api/token", &headers, "")).status,
            400,
            "{ttl}"
        );
    }
}

#[test]
fn metadata_has_moods() {
    let bench = Bench::new();
    let token = imds_token(&bench);
    let path = "/latest/meta-data/iam/security-credentials/instance";
    let get = || {
        bench.front.answer(&request("GET", path, &[("host", "h"), ("x-aws-ec2-metadata-token", &token)], ""))
    };

    bench.state.knobs.instance(InstanceMood::ErrorInside("AssumeRoleUnauthorizedAccess".into()));
    let inside = get();
    assert_eq!((inside.status, &json(&inside)["Code"]), (200, &"AssumeRoleUnauthorizedAccess".into()));
    bench.state.knobs.instance(InstanceMood::NearlyExpired(Duration::from_secs(30)));
    assert_eq!(json(&get())["AccessKeyId"], json(&get())["AccessKeyId"]);
    bench.state.knobs.instance(InstanceMood::NoRole);
    assert_eq!(get().status, 404);
}

#[test]
fn the_container_agent_compares_the_header_verbatim() {
    let bench = Bench::new();
    let ask =
        |headers: &[(&str, &str)]| bench.front.answer(&request("GET", "/v1/credentials", headers, "")).status;

    assert_eq!(ask(&[("authorization", "container-authorization-token")]), 200);
    assert_eq!(ask(&[("authorization", "Bearer container-authorization-token")]), 401);
    assert_eq!(ask(&[]), 401);
}

#[test]
fn faults_answer_in_the_services_protocol_and_are_counted() {
    let bench = Bench::new();
    let knobs = &bench.state.knobs;
    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    knobs.fail(Service::Sts, Fault::code("IDPCommunicationError"), Times::Next(1));
    knobs.fail(Service::Sts, Fault::Throttle(Duration::from_secs(3)), Times::Next(1));
    knobs.fail(Service::Sts, Fault::HangUp, Times::Next(1));

    let [error, throttled, closed, well] = [(); 4].map(|()| bench.sts(&bench.alice(), form));

    assert_eq!((error.status, code(&error)), (400, "IDPCommunicationError".into()));
    assert!(throttled.headers.contains(&("retry-after", "3".into())));
    assert_eq!((throttled.status, closed.status, well.status), (429, 0, 200));
    assert_eq!(bench.state.audit.count("sts:GetCallerIdentity"), 4);
}

fn imds_token(bench: &Bench) -> String {
    let headers = [("host", "h"), ("x-aws-ec2-metadata-token-ttl-seconds", "60")];
    let reply = bench.front.answer(&request("PUT", "/latest/api/token", &headers, ""));
    String::from_utf8(reply.body).unwrap()
}
