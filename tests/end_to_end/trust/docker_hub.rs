//! OIDC connections of Docker Hub: GitHub's issuer, Docker's audience and the subjects of the rulesets.

use shorepass_tests::{
    bed::Bed,
    cloud::{
        Issuer,
        hub::{AUDIENCE, CI_SUBJECT, CONNECTION, Hub},
    },
};

use super::{HOUR, NEW_SUBJECT, OLD_FORM, between, get_anew, holder_of, reason, show};

#[test]
fn a_subject_is_let_in_by_the_pattern_of_the_hint() {
    let hub = Hub::start().unwrap();
    let bed = job(&hub, &hub.id_token(NEW_SUBJECT, HOUR));

    let line = reason(&bed, HOST, &[&format!("its subject `{NEW_SUBJECT}`"), OLD_FORM, "Failures table"]);
    let pattern = between(&line, "as the pattern `", "` does");
    hub.with_world(|world| {
        let connection = world.connection_mut(CONNECTION).unwrap();
        *connection = connection.clone().ruleset(pattern, "shoreteam/app", &["pull"]);
    });

    assert_eq!(get_anew(&bed, HOST).credential().0, "shoreteam");
}

#[test]
fn an_audience_is_asked_for_by_the_line_of_the_hint() {
    let hub = Hub::start().unwrap();
    let issue = |audience: &str| hub.with_world(|world| world.issuer.token(CI_SUBJECT, audience, HOUR));
    let bed = job(&hub, &issue("sts.amazonaws.com"));

    let line = reason(&bed, HOST, &["its audience `sts.amazonaws.com`"]);
    show(&bed, &issue(between(&line, "`audience = \"", "\"`")));

    assert_eq!(get_anew(&bed, HOST).credential().0, "shoreteam");
}

#[test]
fn another_issuer_is_told_that_there_is_only_one() {
    let hub = Hub::start().unwrap();
    let bed = job(&hub, &Issuer::es256("https://gitlab.example").token(CI_SUBJECT, AUDIENCE, HOUR));

    let line = reason(&bed, HOST, &["its issuer is `https://gitlab.example`"]);

    assert!(line.ends_with("whose issuer is `https://token.actions.githubusercontent.com`"), "{line}");
}

fn job(hub: &Hub, token: &str) -> Bed {
    let url = hub.url();
    holder_of(
        token,
        &format!(
            "[identity.ci]\ntype = \"oidc\"\ntoken = \"ci\"\n\n[[registry]]\nmatch = \"docker.io\"\n\
             endpoint = \"{url}\"\nregistry_endpoint = \"{url}\"\nauth_endpoint = \"{url}\"\nidentity = \"ci\"\n\
             organization = \"shoreteam\"\nconnection_id = \"{CONNECTION}\""
        ),
    )
}

const HOST: &str = "docker.io";
