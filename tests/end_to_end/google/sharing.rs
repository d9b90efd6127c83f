//! Who shares a token with whom: all registries of one identity, and never two identities.

use std::{collections::BTreeSet, thread};

use shorepass_tests::{
    bed::Said,
    cloud::google::{Google, PULLER, USER},
};

use super::{GAR, configure_trusting, get, holder_of, owner, puller, stranger};

#[test]
fn one_token_serves_every_registry() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

    let secrets: BTreeSet<_> = [
        GAR,
        "us-docker.pkg.dev",
        "https://us-east1-docker.pkg.dev/v2/",
        "EUROPE-docker.pkg.dev:443",
        "gcr.io",
        "https://gcr.io/shore/app",
    ]
    .map(|host| bed.helper("get", host).credential().1)
    .into();

    assert_eq!(secrets.len(), 1);
    assert_eq!(cloud.count("oauth2:JwtBearer"), 1);
}

#[test]
fn callers_with_different_identities_never_share() {
    let cloud = Google::start().unwrap();
    let bed = stranger(&cloud);
    let files = cloud.credential_files();
    let a = bed.write("a.json", &files.service_account(PULLER).to_string());
    let b = bed.write("b.json", &files.authorized_user(USER).to_string());
    let get_as = |path: &std::path::Path| {
        bed.helper_in(&[("GOOGLE_APPLICATION_CREDENTIALS", path.to_str().unwrap())], "get", GAR)
    };
    let first = get_as(&a);

    let said: Vec<Said> = thread::scope(|scope| {
        let get_as = &get_as;
        let helpers = [&b, &a, &b, &a, &b, &a].map(|path| scope.spawn(move || get_as(path)));
        helpers.into_iter().map(|helper| helper.join().unwrap()).collect()
    });

    assert_eq!(owner(&cloud, &first), puller());
    for pair in said.chunks(2) {
        assert_eq!(owner(&cloud, &pair[0]), format!("user:{USER}"));
        assert_eq!(pair[1].credential(), first.credential());
    }
    assert_eq!((cloud.count("oauth2:JwtBearer"), cloud.count("oauth2:RefreshToken")), (1, 1));
}

#[test]
fn accesses_do_not_share() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));
    let full = get(&bed).credential();

    configure_trusting(&bed, &[cloud.address()], "", "access = \"pull\"", "");

    assert_ne!(get(&bed).credential(), full);
}

#[test]
fn a_renewal_brings_a_new_token() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));
    let first = get(&bed).credential();

    assert_eq!(bed.shorepass(&["refresh", GAR]).code, 0);

    assert_ne!(get(&bed).credential(), first);
    assert_eq!(cloud.count("oauth2:JwtBearer"), 2);
}
