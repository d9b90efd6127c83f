//! Which tokens count, with which user name, and for what.

use super::*;

#[test]
fn a_jobs_token_is_good_for_its_project_while_the_job_runs() {
    let bench = Bench::new();
    let token = bench.job_token();
    let job = Some((JOB_USER, token.as_str()));

    assert_eq!(bench.granted(job, "shore/app/web"), json!(["pull", "push"]));
    assert_eq!(bench.granted(job, "shore/tools"), Value::Null);
    bench.site.world().project_mut("shore/tools").unwrap().job_allowlist.push("shore/app".into());
    assert_eq!(bench.granted(job, "shore/tools"), json!(["pull"]));
    bench.site.world().job_mut("shore/app").unwrap().is_over = true;
    assert_eq!(refusal(&bench.login(job, SCOPE)), (401, "UNAUTHORIZED".into()));
    assert_eq!(bench.site.standing(JOB_USER, &token), Standing::Expired);
}

#[test]
fn a_deploy_token_is_good_for_its_project_or_group_and_its_scopes() {
    let bench = Bench::new();
    let (reader, writer) = (bench.deploy_token(READER), bench.deploy_token(WRITER));

    assert_eq!(bench.granted(Some((READER, &reader)), "shore/app"), json!(["pull"]));
    assert_eq!(bench.granted(Some((READER, &reader)), "shore/tools"), Value::Null);
    assert_eq!(bench.granted(Some((WRITER, &writer)), "shore/tools"), json!(["pull", "push"]));
    assert!(
        bench.site.allows(&reader, "shore/app", "pull") && !bench.site.allows(&reader, "shore/app", "push")
    );
    bench.site.world().deploy_token_mut(READER).unwrap().is_revoked = true;
    bench.site.world().deploy_token_mut(WRITER).unwrap().expires_at = Some(bench.site.now());
    assert_eq!(bench.login(Some((READER, &reader)), SCOPE).status, 401);
    assert_eq!(bench.login(Some((WRITER, &writer)), SCOPE).status, 401);
}

#[test]
fn a_personal_token_goes_with_any_name_and_does_what_its_owner_may() {
    let bench = Bench::new();
    let (alice, bob) = (bench.access_token("alice"), bench.access_token("bob"));

    assert_eq!(bench.granted(Some(("anybody", &alice)), "shore/app"), json!(["pull", "push"]));
    assert_eq!(bench.granted(Some(("bob", &bob)), "shore/app"), Value::Null);
    assert_eq!(bench.granted(Some(("bob", &bob)), "shore/base"), json!(["pull"]));
    bench.site.world().access_token_mut("bob").unwrap().expires_at = Some(bench.site.now());
    assert_eq!(bench.login(Some(("bob", &bob)), SCOPE).status, 401);
}

#[test]
fn a_token_without_a_registry_scope_is_forbidden() {
    let bench = Bench::new();
    let token = bench.access_token("alice");
    bench.site.world().access_token_mut("alice").unwrap().scopes = vec!["read_api".into()];

    let reply = bench.login(Some(("alice", &token)), SCOPE);

    assert_eq!(refusal(&reply), (403, "DENIED".into()));
    assert_eq!(json(&reply)["errors"][0]["message"], "access forbidden");
}

#[test]
fn a_path_that_only_begins_alike_is_another_project() {
    let bench = Bench::new();
    let token = bench.deploy_token(READER);

    assert_eq!(bench.granted(Some((READER, &token)), "shore/application"), Value::Null);
}

#[test]
fn other_user_names_and_strangers_are_refused() {
    let bench = Bench::new();
    let (job, deploy, personal) =
        (bench.job_token(), bench.deploy_token(READER), bench.access_token("alice"));

    for (name, secret) in [
        ("alice", &job),
        (WRITER, &deploy),
        (JOB_USER, &deploy),
        ("", &personal),
        (JOB_USER, &"x".to_owned()),
    ] {
        assert_eq!(
            refusal(&bench.login(Some((name, secret)), SCOPE)),
            (401, "UNAUTHORIZED".into()),
            "{name}"
        );
    }
    assert_eq!(bench.site.standing("alice", &job), Standing::Unknown);
}

const SCOPE: &str = "repository:shore/app:pull";
const READER: &str = "gitlab+deploy-token-1";
const WRITER: &str = "gitlab+deploy-token-2";
