//! Tokens in variables: a job's own, and those of a shell.

use super::{assert_not_found, assert_reason, cloud, get, identify, owner, stranger};

#[test]
fn a_jobs_token_is_a_password_under_the_actors_name() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    let token = cloud.with_world(|world| world.find_job("shoreteam/images").unwrap().token.clone());
    bed.set("GITHUB_TOKEN", token.expose()).set("GITHUB_ACTOR", "dependabot[bot]");
    bed.set("GITHUB_SERVER_URL", "https://github.com");

    let said = get(&bed);

    assert_eq!(owner(&cloud, &said), "job/shoreteam/images");
    assert_eq!(said.credential().0, "dependabot[bot]");
    assert_eq!(cloud.audit(), [], "nobody has to be asked");
}

#[test]
fn another_jobs_token_is_not_answered_from_the_cache() {
    let cloud = cloud();
    let bed = stranger(&cloud);

    for token in ["first", "second"] {
        let said = bed.helper_in(&[("GITHUB_TOKEN", token)], "get", super::GHCR);
        assert_eq!(said.credential().1, token);
    }
    assert_not_found(&get(&bed));
}

#[test]
fn the_token_of_gh_goes_before_that_of_a_job() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    bed.set("GITHUB_TOKEN", "of-a-job").set("GH_TOKEN", "of-gh");

    assert_eq!(get(&bed).credential(), ("x-access-token".into(), "of-gh".into()));
}

#[test]
fn nobody_at_all_goes_on_anonymously() {
    let cloud = cloud();

    assert_not_found(&get(&stranger(&cloud)));
}

#[test]
fn who_is_only_looked_for_in_variables_must_be_there() {
    let cloud = cloud();
    let bed = stranger(&cloud);
    identify(&bed, &cloud, "", "source = \"environment\"");

    assert_reason(
        &get(&bed),
        &["no login of `github.com` was found: no token is set in the environment", "set `GITHUB_TOKEN`"],
    );
}

#[test]
fn what_is_no_token_is_an_error() {
    let cloud = cloud();
    let mut bed = stranger(&cloud);
    bed.set("GITHUB_TOKEN", "canary canary");

    assert_reason(&get(&bed), &["what `GITHUB_TOKEN` holds is no token"]);
}
