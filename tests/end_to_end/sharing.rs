//! Who shares a credential with whom: as many as may, and never one who may not.

use std::{
    collections::BTreeSet,
    thread,
    time::{Duration, Instant},
};

use shorepass_tests::{
    bed::{Bed, Said, wait_until},
    cloud::aws::{Aws, CI_ISSUER, Role, World},
};

use crate::{
    ECR,
    sources::{
        assert_reason, owner, section,
        sessions::{as_env, session, session_of},
        stranger,
    },
};

#[test]
fn profiles_never_share_whoever_the_broker_was_started_for() {
    let cloud = Aws::start().unwrap();
    let bed = with_two_profiles(&cloud);

    let first = bed.helper_in(A, "get", ECR);
    let broker = bed.broker();
    let said: Vec<Said> = thread::scope(|scope| {
        let get = |profile: &'static [(&str, &str)]| scope.spawn(|| bed.helper_in(profile, "get", ECR));
        let helpers: Vec<_> = [B, A, B, A, B, A, B, A].map(get).into();
        helpers.into_iter().map(|helper| helper.join().unwrap()).collect()
    });

    assert_eq!(owner(&cloud, &first), ALICE);
    for pair in said.chunks(2) {
        assert_eq!(owner(&cloud, &pair[0]), "arn:aws:sts::123456789012:assumed-role/ci-pull/shorepass");
        assert_eq!(pair[1].credential(), first.credential());
    }
    assert_eq!(bed.broker(), broker);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 2);
}

#[test]
fn new_session_keys_of_the_same_principal_make_no_second_registry_call() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    let sessions = [(); 4].map(|()| session(&cloud, "job-7"));

    let secrets: BTreeSet<_> =
        sessions.iter().map(|keys| bed.helper_in(&as_env(keys), "get", ECR).credential().1).collect();

    assert_eq!(secrets.len(), 1);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
    assert_eq!(cloud.count("sts:GetCallerIdentity"), 4);
}

#[test]
fn new_session_keys_in_the_credentials_file_make_no_second_registry_call() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);

    let secrets: BTreeSet<_> = [(); 3]
        .map(|()| {
            let [(_, id), (_, secret), (_, token)] = session(&cloud, "job-7");
            let keys = format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
            bed.write("home/.aws/credentials", &format!("[default]\n{keys}aws_session_token = {token}\n"));
            bed.helper("get", ECR).credential().1
        })
        .into();

    assert_eq!(secrets.len(), 1);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
}

#[test]
fn session_keys_of_another_role_or_session_get_a_password_of_their_own() {
    let other = "arn:aws:iam::123456789012:role/other";
    let world = World::standard().role(Role::new(other).trusts_tokens(CI_ISSUER, None, "*"));
    let cloud = Aws::builder().world(world).start().unwrap();
    let bed = stranger(&cloud);

    let owners = [session(&cloud, "job-7"), session(&cloud, "job-8"), session_of(&cloud, other, "job-7")]
        .map(|keys| owner(&cloud, &bed.helper_in(&as_env(&keys), "get", ECR)));

    let session = "arn:aws:sts::123456789012:assumed-role";
    assert_eq!(
        owners,
        [
            format!("{session}/ci-pull/job-7"),
            format!("{session}/ci-pull/job-8"),
            format!("{session}/other/job-7")
        ]
    );
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 3);
}

#[test]
fn session_keys_that_nobody_knows_get_nothing_that_others_have() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    let good = session(&cloud, "job-7");
    let _ = bed.helper_in(&as_env(&good), "get", ECR).credential();
    let mut forged = good.clone();
    forged[1].1 = "canary".into();

    assert_reason(&cloud, &bed.helper_in(&as_env(&forged), "get", ECR), &["the secret key is not the one"]);
}

#[test]
fn every_spelling_of_one_registry_shares_one_password() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    let secrets: BTreeSet<_> = [
        "123456789012.dkr.ecr.us-east-2.amazonaws.com",
        "https://123456789012.dkr.ecr.us-east-2.amazonaws.com/v2/",
        "123456789012.DKR.ECR.US-EAST-2.AMAZONAWS.COM:443",
        "123456789012.dkr.ecr.us-east-2.amazonaws.com/team/app",
        "123456789012.dkr.ecr-fips.us-east-2.amazonaws.com",
        "123456789012.dkr-ecr.us-east-2.on.aws",
        "123456789012.dkr-ecr-fips.us-east-2.on.aws",
    ]
    .map(|spelling| bed.helper("get", spelling).credential().1)
    .into();

    assert_eq!(secrets.len(), 1);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 1);
}

#[test]
fn accounts_and_regions_do_not_share() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");

    for (account, region) in
        [("123456789012", "us-east-1"), ("123456789012", "us-east-2"), ("210987654321", "us-east-1")]
    {
        let said = bed.helper("get", &format!("{account}.dkr.ecr.{region}.amazonaws.com"));

        let (username, secret) = said.credential();
        let issued = cloud.issued().find(&username, &secret).unwrap();
        assert_eq!((issued.account.as_str(), issued.region.as_str()), (account, region));
    }
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 3);
}

#[test]
fn homes_do_not_share() {
    let cloud = Aws::start().unwrap();
    let bed = Bed::of(&cloud, "alice");
    let other = bed.write("other/.aws/config", "[default]\nregion = eu-west-1\n");
    let other = other.parent().unwrap().parent().unwrap();

    let here = bed.helper("get", ECR).credential();
    let there = bed.helper_in(&[("HOME", other.to_str().unwrap())], "get", ECR).credential();

    assert_ne!(here, there);
    assert_eq!(cloud.count("ecr:GetAuthorizationToken"), 2);
}

#[test]
fn a_changed_profile_counts_from_the_next_get_and_an_untouched_one_costs_nothing() {
    let cloud = Aws::start().unwrap();
    let bed = stranger(&cloud);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));
    let first = bed.helper("get", ECR).credential();

    assert_eq!(bed.helper("get", ECR).credential(), first);
    assert_eq!((cloud.count("ecr:GetAuthorizationToken"), bed.counter("hits")), (1, 1));

    bed.write(
        "home/.aws/config",
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/ci-pull\nsource_profile = default\n",
    );
    let role = owner(&cloud, &bed.helper("get", ECR));
    assert_eq!(role, "arn:aws:sts::123456789012:assumed-role/ci-pull/shorepass");

    bed.write(
        "home/.aws/credentials",
        "[default]\naws_access_key_id = AKIACANARY\naws_secret_access_key = x\n",
    );
    assert_reason(&cloud, &bed.helper("get", ECR), &["does not know the access key"]);
}

#[test]
fn a_password_outlives_the_session_that_got_it_and_ends_when_it_really_ends() {
    let cloud = Aws::start().unwrap();
    cloud.knobs().registry_token_life(Duration::from_secs(4));
    let bed = stranger(&cloud);
    let keys = session(&cloud, "job-7");
    #[expect(clippy::disallowed_methods, reason = "a life is counted from the question")]
    let asked = Instant::now();
    let first = bed.helper_in(&as_env(&keys), "get", ECR);
    let ends_earlier_by = asked.elapsed();
    let (username, secret) = first.credential();
    cloud.expire_sessions();

    let ended = wait_until(|| {
        let was_valid = cloud.issued().is_valid(&username, &secret);
        let said = bed.helper_in(&as_env(&keys), "get", ECR);
        if said.code == 0 {
            assert_eq!(said.credential().1, secret);
            assert!(was_valid, "an ended password was handed out");
        } else {
            let left = cloud.issued().life_left(&username, &secret);
            assert!(left <= ends_earlier_by, "refused {left:?} before its end: {}", said.stdout);
            assert_reason(&cloud, &said, &["the AWS session has expired", "`AWS_SESSION_TOKEN`"]);
        }
        said.code != 0
    });

    assert!(ended);
}

fn with_two_profiles(cloud: &Aws) -> Bed {
    let bed = stranger(cloud);
    bed.write("home/.aws/credentials", &section(cloud, "a"));
    bed.write(
        "home/.aws/config",
        "[profile b]\nrole_arn = arn:aws:iam::123456789012:role/ci-pull\nsource_profile = a\n",
    );
    bed
}

const A: &[(&str, &str)] = &[("AWS_PROFILE", "a")];
const B: &[(&str, &str)] = &[("AWS_PROFILE", "b")];
const ALICE: &str = "arn:aws:iam::123456789012:user/alice";
