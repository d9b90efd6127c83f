//! Many jobs on one runner: each has a token of its own, and one broker serves them all.

use std::{collections::BTreeSet, process::Child};

use shorepass_tests::{
    bed::{Bed, finish},
    cloud::{
        Provider,
        aws::{Aws, Role, World},
        token_exchange::{self, TokenExchange},
    },
    openid_provider::OpenIdProvider,
};

use crate::{ECR, alone};

#[test]
fn two_hundred_helpers_of_twenty_jobs_make_one_exchange_a_job_and_never_mix_sessions() {
    let _alone = alone();
    let provider = OpenIdProvider::start();
    let role = Role::new(ROLE).trusts_tokens(provider.url(), Some(AUDIENCE), "repo:shore/*");
    let trusted = Provider::new("123456789012", provider.issuer(), &[AUDIENCE]);
    let cloud = Aws::builder().world(World::standard().role(role).provider(trusted)).start().unwrap();
    let mut bed = runner(&format!("type = \"aws\"\nrole_arn = \"{ROLE}\""), ECR, "");
    bed.set("AWS_ENDPOINT_URL", &cloud.url());

    let answers = crowd(&bed, &provider, ECR);

    for (job, (username, secret)) in answers.iter().enumerate() {
        let owner = cloud.issued().find(username, secret).unwrap().principal;
        assert!(owner.ends_with(&format!(":assumed-role/of-jobs/{}", name(job))), "job {job} is {owner}");
    }
    assert_eq!(provider.asked_by_jobs(), JOBS as u64);
    assert_eq!(cloud.count("sts:AssumeRoleWithWebIdentity"), JOBS);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), JOBS);
    assert_eq!(bed.counter("requests"), HELPERS as u64);
}

#[test]
fn jobs_that_differ_in_nothing_but_their_token_never_get_each_others_password() {
    let _alone = alone();
    let provider = OpenIdProvider::start();
    let world = token_exchange::World::default().issuer(provider.issuer()).subject_audience(AUDIENCE);
    let service = TokenExchange::builder().world(world).start().unwrap();
    let rule =
        format!("kind = \"token-exchange\"\nusername = \"job\"\nendpoint = \"{}\"", service.token_url());
    let bed = runner("type = \"oidc\"", HOST, &rule);

    let answers = crowd(&bed, &provider, HOST);

    for (job, (_, secret)) in answers.iter().enumerate() {
        let subject = service.issued().find_live(secret).unwrap().subject;
        assert_eq!(subject, format!("repo:shore/{}:ref:refs/heads/main", name(job)));
    }
    assert_eq!(provider.asked_by_jobs(), JOBS as u64);
    assert_eq!(service.issued().count(), JOBS);
}

/// Helpers of all jobs at once, no broker running; the one credential of each job.
fn crowd(bed: &Bed, provider: &OpenIdProvider, host: &str) -> Vec<(String, String)> {
    let jobs: Vec<_> = (0..JOBS).map(|job| provider.github_job(&format!("shore/{}", name(job)))).collect();
    let helpers: Vec<(usize, Child)> = (0..HELPERS)
        .map(|number| {
            let job = number % JOBS;
            let [(url, url_of_job), (token, token_of_job)] = &jobs[job];
            let session = name(job);
            let variables = [(*url, &**url_of_job), (*token, &**token_of_job), (SESSION_NAME, &*session)];
            let variables = if host == ECR { &variables[..] } else { &variables[..2] };
            (job, bed.start("docker-credential-shorepass", &["get"], variables))
        })
        .collect();

    let mut answers = vec![BTreeSet::new(); JOBS];
    for (job, helper) in helpers {
        answers[job].insert(finish(helper, host.into(), "get").credential());
    }

    assert!(answers.iter().all(|answers| answers.len() == 1));
    let answers: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(answers.iter().collect::<BTreeSet<_>>().len(), JOBS);
    answers
}

/// A machine whose one rule takes the token of the job that asks.
fn runner(identity: &str, host: &str, rule: &str) -> Bed {
    let bed = Bed::new();
    bed.configure(&format!(
        "[token.job]\nfrom = \"github-actions\"\naudience = \"{AUDIENCE}\"\n\n\
         [identity.job]\n{identity}\ntoken = \"job\"\n\n\
         [[registry]]\nmatch = \"{host}\"\nidentity = \"job\"\n{rule}\n"
    ));
    bed
}

fn name(job: usize) -> String {
    format!("job-{job}")
}

const JOBS: usize = 20;
const HELPERS: usize = 200;
const ROLE: &str = "arn:aws:iam::123456789012:role/of-jobs";
const AUDIENCE: &str = "sts.amazonaws.com";
const HOST: &str = "registry.example";
const SESSION_NAME: &str = "AWS_ROLE_SESSION_NAME";
