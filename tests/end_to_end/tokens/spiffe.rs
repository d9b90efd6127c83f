//! A workload that SPIFFE knows, by its agent's socket.

use std::{fs, os::unix::fs::PermissionsExt as _};

use shorepass_tests::{
    bed::Bed,
    cloud::spiffe::{Agent, Mood},
};

use super::receiver::{AUDIENCE, Receiver, get, get_anew};
use crate::ruled::assert_reason;

#[test]
fn the_first_document_is_taken_where_no_id_is_named() {
    let (agent, receiver, bed) = workload("");

    assert_eq!(receiver.subject(&get(&bed)), BUILDER);
    let asked = agent.asked();
    assert_eq!((asked[0].audience.as_slice(), asked[0].spiffe_id.as_str()), (&[AUDIENCE.to_owned()][..], ""));
}

#[test]
fn a_document_of_the_named_id_is_asked_for() {
    let (agent, receiver, bed) = workload(&format!("spiffe_id = \"{DEPLOYER}\""));

    assert_eq!(receiver.subject(&get(&bed)), DEPLOYER);
    assert_eq!(agent.asked()[0].spiffe_id, DEPLOYER);
}

#[test]
fn the_settings_win_over_the_variable_and_a_port_will_do() {
    let agent = Agent::at_port(&[BUILDER]).unwrap();
    let receiver = Receiver::new(agent.issuer(), &[BUILDER]);
    let mut bed = Bed::new();
    bed.set("SPIFFE_ENDPOINT_SOCKET", "unix:///nowhere/agent.sock");
    receiver.configure(&bed, &source(&format!("endpoint = \"{}\"", agent.endpoint())));

    assert_eq!(receiver.subject(&get(&bed)), BUILDER);
}

#[test]
fn another_socket_is_another_scope() {
    let (agent, receiver, mut bed) = workload("");
    let _ = get(&bed).credential();

    bed.set("SPIFFE_ENDPOINT_SOCKET", "unix:///nowhere/agent.sock");
    assert_reason(&get(&bed), &["`/nowhere/agent.sock`: it is not there", "its socket is mounted there"]);

    bed.set("SPIFFE_ENDPOINT_SOCKET", agent.endpoint());
    assert_eq!(receiver.subject(&get(&bed)), BUILDER);
    assert_eq!(agent.asked().len(), 1);
}

#[test]
fn a_workload_that_nobody_has_registered_is_told_how() {
    for at_once in [true, false] {
        let (agent, _receiver, bed) = workload("");
        agent.mood(Mood::Refuses { status: 7, at_once });

        assert_reason(
            &get(&bed),
            &["knows no identity for the process that asks", "`spire-server entry create"],
        );
    }
    let (_agent, _receiver, bed) = workload("spiffe_id = \"spiffe://shore.example/none\"");
    assert_reason(&get(&bed), &["or not the one of `spiffe_id`"]);
}

#[test]
fn a_document_about_somebody_else_goes_no_further() {
    let (agent, _receiver, bed) = workload("");
    agent.mood(Mood::Confused);

    assert_reason(&get(&bed), &["somebody else's document than that of `spiffe://shore.example/builder`"]);
}

#[test]
fn an_answer_of_a_later_version_is_read_past_what_is_new() {
    let (agent, receiver, bed) = workload("");
    agent.mood(Mood::Huge(100_000));

    assert_eq!(receiver.subject(&get(&bed)), BUILDER);
}

#[test]
fn the_agents_troubles_have_their_words() {
    let refuses = |status| Mood::Refuses { status, at_once: false };
    for (mood, words) in [
        (refuses(3), "does not take the audience or the SPIFFE ID"),
        (refuses(8), "the SPIFFE Workload API has had too many requests"),
        (refuses(12), "what listens there is no SPIFFE Workload API"),
        (refuses(14), "the SPIFFE Workload API is not ready"),
        (refuses(99), "answered with the gRPC status 99"),
        (Mood::Garbled, "the answer of the SPIFFE Workload API makes no sense"),
        (Mood::Huge(400_000), "the answer of the SPIFFE Workload API makes no sense"),
        (Mood::Foreign, "what listens there is no SPIFFE Workload API"),
        (Mood::Silent, "the SPIFFE Workload API did not answer within 10 s"),
    ] {
        let (agent, _receiver, bed) = workload("");
        agent.mood(mood.clone());

        assert_reason(&get(&bed), &[words]);
    }
}

#[test]
fn a_place_where_nobody_is_says_what_is_wrong_with_it() {
    let (agent, _receiver, mut bed) = workload("");
    let place = agent.endpoint().to_owned();
    drop(agent);
    assert_reason(&get(&bed), &["nobody listens there", "`systemctl restart spire-agent`"]);

    bed.unset("SPIFFE_ENDPOINT_SOCKET");
    assert_reason(
        &get_anew(&bed),
        &["nobody says where the SPIFFE Workload API is", "`SPIFFE_ENDPOINT_SOCKET`"],
    );
    for text in
        [place.replace("unix://", ""), "tcp://192.0.2.1:8081".into(), "http://127.0.0.1:1/canary".into()]
    {
        bed.set("SPIFFE_ENDPOINT_SOCKET", &text);
        assert_reason(&get(&bed), &["`SPIFFE_ENDPOINT_SOCKET` names no place of a SPIFFE Workload API"]);
    }
}

#[test]
fn a_web_server_at_the_port_is_no_agent() {
    let server = shorepass_tests::cloud::token_exchange::TokenExchange::start().unwrap();
    let agent = Agent::at_port(&[BUILDER]).unwrap();
    let receiver = Receiver::new(agent.issuer(), &[BUILDER]);
    let bed = Bed::new();
    receiver.configure(&bed, &source(&format!("endpoint = \"tcp://{}\"", server.address())));

    assert_reason(&get(&bed), &["broke, or something else listens there"]);
}

#[test]
fn a_source_that_names_no_place_of_this_machine_is_a_fault_of_the_file() {
    for (lines, fault) in [
        ("endpoint = \"tcp://192.0.2.1:8081\"", "`unix:///PATH`"),
        ("endpoint = \"unix:relative\"", "`unix:///PATH`"),
        ("spiffe_id = \"builder\"", "`spiffe://example.org/builder`"),
    ] {
        let (_agent, _receiver, bed) = workload(lines);

        let said = bed.shorepass(&["config", "check"]);

        assert_ne!(said.code, 0, "{lines}");
        assert!(format!("{}{}", said.stdout, said.stderr).contains(fault), "{fault}: {said:?}");
    }
}

/// A workload with two ids, whose agent's socket stands in the variable.
fn workload(lines: &str) -> (Agent, Receiver, Bed) {
    let mut bed = Bed::new();
    let folder = bed.path("agent");
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    let agent = Agent::at_socket(&folder, &[BUILDER, DEPLOYER]).unwrap();
    let receiver = Receiver::new(agent.issuer(), &[BUILDER, DEPLOYER]);
    bed.set("SPIFFE_ENDPOINT_SOCKET", agent.endpoint());
    receiver.configure(&bed, &source(lines));
    (agent, receiver, bed)
}

fn source(lines: &str) -> String {
    format!("from = \"spiffe\"\naudience = \"{AUDIENCE}\"\n{lines}")
}

const BUILDER: &str = "spiffe://shore.example/builder";
const DEPLOYER: &str = "spiffe://shore.example/deployer";
