//! Several jobs at one broker, and what their secrets leave behind: nothing.

use std::fs;

use shorepass_tests::{bed::Bed, cloud::ci::Service};

use super::{AUDIENCE, FIVE_MINUTES, HOST, Town};

#[test]
fn two_jobs_at_one_broker_have_credentials_of_their_own() {
    for (service, audience, token) in [
        (Service::GithubActions, AUDIENCE, "from = \"github-actions\"\naudience = \"exchange\""),
        (Service::Buildkite, AUDIENCE, "from = \"buildkite\"\naudience = \"exchange\""),
        (Service::AzurePipelines, "api://AzureADTokenExchange", "from = \"azure-pipelines\""),
    ] {
        let town = Town::taking(audience);
        let bed = town.bed(token);
        let get = |job: &str| {
            let environment = town.ci.environment(service, job);
            let env: Vec<(&str, &str)> =
                environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
            bed.helper_in(&env, "get", HOST)
        };

        let said = [get("app"), get("other"), get("app"), get("other")];

        let subjects = said.each_ref().map(|said| town.subject(said));
        assert_eq!(subjects, ["repo:shore/app", "repo:shore/other", "repo:shore/app", "repo:shore/other"]);
        assert_eq!(
            (said[0].credential(), said[1].credential()),
            (said[2].credential(), said[3].credential())
        );
        assert_eq!(town.exchange.issued().count(), 2, "{service:?}");
    }
}

#[test]
fn two_jobs_with_tokens_in_a_variable_never_share() {
    let town = Town::taking(AUDIENCE);
    let bed = town.bed("from = \"gitlab\"\nvariable = \"T\"");
    let get = |job: &str| bed.helper_in(&[("T", &town.ci.token(job, AUDIENCE, FIVE_MINUTES))], "get", HOST);

    let (app, other) = (get("app"), get("other"));

    assert_eq!(
        (town.subject(&app), town.subject(&other)),
        ("repo:shore/app".into(), "repo:shore/other".into())
    );
}

#[test]
fn two_builds_whose_tokens_lie_in_one_file_after_the_other_never_share() {
    let town = Town::taking(AUDIENCE);
    let mut bed = town.bed("from = \"jenkins\"\nfile_variable = \"ID_TOKEN_FILE\"");
    bed.set("ID_TOKEN_FILE", bed.path("home/token").to_str().unwrap());
    let get = |job: &str| {
        bed.write("home/token", &town.ci.token(job, AUDIENCE, FIVE_MINUTES));
        bed.helper("get", HOST)
    };

    let subjects = ["app", "other"].map(|job| town.subject(&get(job)));

    assert_eq!(subjects, ["repo:shore/app", "repo:shore/other"]);
}

#[test]
fn neither_a_jobs_token_nor_what_it_asked_with_is_left_anywhere() {
    let town = Town::taking(AUDIENCE);
    let bed = town.bed("from = \"github-actions\"\naudience = \"exchange\"");
    let mut environment = town.ci.environment(Service::GithubActions, "app");
    if let Some(url) = environment.get_mut("ACTIONS_ID_TOKEN_REQUEST_URL") {
        url.push_str("&sig=canary-of-url");
    }
    let run = |program: &str, words: &[&str], input: &str| {
        let env: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        bed.run(program, words, input, &env)
    };
    let mut heard = Vec::new();

    let (_, password) = run("docker-credential-shorepass", &["get"], HOST).credential();
    town.ci.with_world(|world| world.end_job("app"));
    for words in [
        &["refresh", HOST][..],
        &["doctor", HOST],
        &["explain", HOST],
        &["explain", "--json", HOST],
        &["status", "--json"],
        &["config", "show"],
        &["broker", "logs", "-n", "10000"],
        &["broker", "logs", "--audit", "-n", "10000"],
    ] {
        let said = run("shorepass", words, "");
        heard.push((words.join(" "), format!("{}\n{}", said.stdout, said.stderr)));
    }

    let marks = ["canary", "eyJ", &password];
    let leaks = |text: &str| marks.iter().any(|mark| text.contains(mark));
    let said: Vec<&String> = heard.iter().filter(|(_, text)| leaks(text)).map(|(what, _)| what).collect();
    let files = files(&bed).into_iter().filter(|(_, text)| leaks(text)).map(|(path, _)| path);
    assert_eq!((said, files.collect::<Vec<_>>()), (Vec::new(), Vec::new()));
    assert!(heard.iter().any(|(_, text)| text.contains("gives this job no token")), "{heard:?}");
}

/// Every file of the bed with what is in it.
fn files(bed: &Bed) -> Vec<(String, String)> {
    let (mut folders, mut files) = (vec![bed.path("")], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()).into_owned();
                files.push((path.display().to_string(), text));
            }
        }
    }
    files
}
