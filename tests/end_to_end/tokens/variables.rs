//! Tokens that stand in a job's variables: GitLab, CircleCI, Bitbucket, Jenkins, and any other.

use std::{fs, os::unix::fs::PermissionsExt};

use shorepass_tests::bed::Bed;

use super::{AUDIENCE, FIVE_MINUTES, Town, get};
use crate::ruled::assert_reason;

#[test]
fn a_token_in_a_variable_is_exchanged() {
    for (token, variable, _, _) in SYSTEMS {
        let town = Town::taking(AUDIENCE);
        let mut bed = town.bed(token);
        bed.set(variable, &town.ci.token("app", AUDIENCE, FIVE_MINUTES));

        assert_eq!(town.subject(&get(&bed)), "repo:shore/app", "{token}");
    }
}

#[test]
fn a_job_without_the_variable_says_what_to_add_to_it() {
    for (token, variable, of_system, wanted) in SYSTEMS {
        let town = Town::taking(AUDIENCE);
        let mut bed = town.bed(token);
        for name in of_system {
            bed.set(name, "true");
        }

        assert_reason(&get(&bed), wanted);
        bed.set(variable, " ");
        let _ = bed.shorepass(&["forget", "--all"]);
        assert_reason(&get(&bed), wanted);
    }
}

#[test]
fn a_machine_that_is_no_job_is_told_so() {
    let names = ["job of GitLab CI", "job of CircleCI", "step of Bitbucket Pipelines", "build of Jenkins"];
    for ((token, ..), name) in SYSTEMS.into_iter().zip(names) {
        let town = Town::taking(AUDIENCE);

        assert_reason(&get(&town.bed(token)), &[&format!("this is no {name}")]);
    }
}

#[test]
fn what_is_no_token_is_not_shown() {
    for (token, variable, _, _) in SYSTEMS {
        let town = Town::taking(AUDIENCE);
        let mut bed = town.bed(token);
        bed.set(variable, "<html> canary");

        let place = if ["gitlab", "env"].iter().any(|name| token.contains(name)) {
            format!("in `{variable}`")
        } else {
            "from `".into()
        };
        assert_reason(&get(&bed), &[&format!("what should be a token {place}"), " is something else: "]);
    }
}

#[test]
fn jenkins_names_a_file_whose_token_is_read() {
    let town = Town::taking(AUDIENCE);
    let mut bed = town.bed("from = \"jenkins\"\nfile_variable = \"ID_TOKEN_FILE\"");
    let file = bed.write("secret/token", &format!("{}\n", town.ci.token("app", AUDIENCE, FIVE_MINUTES)));
    bed.set("ID_TOKEN_FILE", file.to_str().unwrap());

    let good = get(&bed);
    fs::remove_file(file).unwrap();
    let _ = bed.shorepass(&["forget", "--all"]);
    let gone = get(&bed);

    assert_eq!(town.subject(&good), "repo:shore/app");
    assert_reason(
        &gone,
        &["it is not there", "withCredentials([file(credentialsId: 'ID', variable: 'ID_TOKEN_FILE')])"],
    );
}

#[test]
fn circleci_prefers_the_newer_token() {
    let town = Town::taking(AUDIENCE);
    let mut bed = town.bed("from = \"circleci\"");
    bed.set("CIRCLE_OIDC_TOKEN", &town.ci.token("other", AUDIENCE, FIVE_MINUTES));

    let old = town.subject(&get(&bed));
    bed.set("CIRCLE_OIDC_TOKEN_V2", &town.ci.token("app", AUDIENCE, FIVE_MINUTES));
    let new = town.subject(&get(&bed));

    assert_eq!((old.as_str(), new.as_str()), ("repo:shore/other", "repo:shore/app"));
}

#[test]
fn circleci_makes_a_token_for_another_audience_by_its_own_program() {
    let town = Town::taking(AUDIENCE);
    let mut bed = town.bed("from = \"circleci\"\naudience = \"exchange\"");
    bed.set("CIRCLECI", "true").set("CIRCLE_INTERNAL_TASK_DATA", "/here");
    let token = town.ci.token("app", AUDIENCE, FIVE_MINUTES);
    program(
        &mut bed,
        &format!(
            "[ \"$*\" = 'run oidc get --claims {{\"aud\":\"exchange\"}}' ] && [ \"$CIRCLE_INTERNAL_TASK_DATA\" = /here ] \
             && echo {token}"
        ),
    );

    assert_eq!(town.subject(&get(&bed)), "repo:shore/app");
}

#[test]
fn circlecis_program_may_be_absent_or_fail() {
    let town = Town::taking(AUDIENCE);
    let mut bed = town.bed("from = \"circleci\"\naudience = \"exchange\"");

    let absent = get(&bed);
    program(&mut bed, "echo canary; exit 3");
    let _ = bed.shorepass(&["forget", "--all"]);
    let failed = get(&bed);

    assert_reason(&absent, &["`circleci run oidc get`, was not found", "by way of `PATH`"]);
    assert_reason(&failed, &["`circleci run oidc get`, ended with exit status 3"]);
}

fn program(bed: &mut Bed, script: &str) {
    let program = bed.write("bin/circleci", &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bed.path("bin").display(), bed.variable("PATH").unwrap());
    bed.set("PATH", &path);
}

/// The source, its variable, what else such a job has, and what it is told without the variable.
const SYSTEMS: [(&str, &str, &[&str], &[&str]); 5] = [
    (
        "from = \"gitlab\"\nvariable = \"REGISTRY_TOKEN\"",
        "REGISTRY_TOKEN",
        &["GITLAB_CI"],
        &["has no ID token `REGISTRY_TOKEN`", "`id_tokens: { REGISTRY_TOKEN: { aud: AUDIENCE } }`"],
    ),
    (
        "from = \"circleci\"",
        "CIRCLE_OIDC_TOKEN_V2",
        &["CIRCLECI"],
        &["the job of CircleCI has no token: `CIRCLE_OIDC_TOKEN_V2` is not set"],
    ),
    (
        "from = \"bitbucket\"",
        "BITBUCKET_STEP_OIDC_TOKEN",
        &["BITBUCKET_BUILD_NUMBER"],
        &["the step of Bitbucket Pipelines has no token", "`oidc: true`"],
    ),
    (
        "from = \"jenkins\"\nvariable = \"ID_TOKEN\"",
        "ID_TOKEN",
        &["JENKINS_URL"],
        &[
            "the step of Jenkins has no credential bound to `ID_TOKEN`",
            "withCredentials([string(credentialsId: 'ID', variable: 'ID_TOKEN')])",
        ],
    ),
    (
        "from = \"env\"\nvariable = \"SOME_TOKEN\"",
        "SOME_TOKEN",
        &[],
        &["the variable `SOME_TOKEN`, which should hold the token, is not set"],
    ),
];
