//! Pools of Google: the provider's audiences and condition, then the service account that is impersonated.

use shorepass_tests::{
    bed::Bed,
    cloud::google::{CI_ISSUER, CI_PROVIDER, Google, STAFF_ISSUER, TARGET},
};

use super::{HOUR, NEW_SUBJECT, OLD_FORM, between, get_anew, holder_of, reason};

#[test]
fn an_audience_is_allowed_by_the_command_of_the_hint() {
    let cloud = Google::start().unwrap();
    let bed = job(&cloud, &token(&cloud, "https://gitlab.example"), "");

    let line = reason(
        &bed,
        GAR,
        &[
            &format!("its issuer is `{CI_ISSUER}`, its audience `https://gitlab.example`"),
            &format!("; request the token for `https:{CI_PROVIDER}`"),
            "update-oidc gitlab --location=global --workload-identity-pool=ci --project=123456789 ",
        ],
    );
    cloud.with_world(|world| {
        let provider = world.provider_mut(CI_PROVIDER).unwrap();
        *provider = provider.clone().audience(between(&line, "--allowed-audiences='", "'`"));
    });

    assert!(owner(&cloud, &bed).ends_with(NEW_SUBJECT));
}

#[test]
fn a_condition_is_replaced_by_the_command_of_the_hint() {
    let cloud = Google::start().unwrap();
    let bed = job(&cloud, &token(&cloud, CI_PROVIDER), "");
    let before = cloud.with_world(|world| {
        let provider = world.provider_mut(CI_PROVIDER).unwrap();
        let before = provider.clone();
        provider.require("sub", "repo:octo/app:*");
        before
    });

    let line = reason(&bed, GAR, &["attribute condition does not let the token in", NEW_SUBJECT, OLD_FORM]);
    let (claim, value) =
        between(&line, "--attribute-condition=\"assertion.", "'\"`").split_once("=='").unwrap();
    cloud.with_world(|world| {
        let provider = world.provider_mut(CI_PROVIDER).unwrap();
        *provider = before;
        provider.require(claim, value);
    });

    assert!(owner(&cloud, &bed).ends_with(NEW_SUBJECT));
}

#[test]
fn an_impersonation_is_granted_by_the_command_of_the_hint() {
    let cloud = Google::start().unwrap();
    let account = format!("service_account = \"{TARGET}\"\niam_endpoint = \"{}\"", cloud.url());
    let bed = job(&cloud, &token(&cloud, CI_PROVIDER), &account);

    let claims =
        format!("its issuer is `{CI_ISSUER}`, its audience `{CI_PROVIDER}` and its subject `{NEW_SUBJECT}`");
    let line = reason(&bed, GAR, &[&format!("may not get tokens of `{TARGET}`"), &claims, OLD_FORM]);
    let command = between(&line, "`gcloud iam service-accounts add-iam-policy-binding ", "`");
    assert!(command.starts_with(&format!("'{TARGET}' --role=roles/iam.workloadIdentityUser ")), "{command}");
    let member = between(command, "--member='", "'");
    cloud.with_world(|world| world.account_mut(TARGET).unwrap().allow_token_creator(member));

    assert_eq!(owner(&cloud, &bed), format!("serviceAccount:{TARGET}"));
}

#[test]
fn another_issuer_is_shown_with_the_command_that_takes_it() {
    let cloud = Google::start().unwrap();
    let bed = job(&cloud, &cloud.issuer(STAFF_ISSUER).unwrap().token(NEW_SUBJECT, CI_PROVIDER, HOUR), "");

    let wanted = format!("--project=123456789 --issuer-uri='{STAFF_ISSUER}'`");
    let _ = reason(&bed, GAR, &["takes tokens of another issuer", OLD_FORM, &wanted]);
}

fn job(cloud: &Google, token: &str, keys: &str) -> Bed {
    let mut bed = holder_of(
        token,
        &format!(
            "[identity.ci]\ntype = \"google\"\nprovider = \"{CI_PROVIDER}\"\ntoken = \"ci\"\n\
             sts_endpoint = \"{}\"\n{keys}\n\n[[registry]]\nmatch = \"{GAR}\"\nidentity = \"ci\"",
            cloud.url()
        ),
    );
    bed.set("NO_GCE_CHECK", "true");
    bed
}

fn token(cloud: &Google, audience: &str) -> String {
    cloud.issuer(CI_ISSUER).unwrap().token(NEW_SUBJECT, audience, HOUR)
}

fn owner(cloud: &Google, bed: &Bed) -> String {
    let (_, secret) = get_anew(bed, GAR).credential();
    cloud.issued().find(&secret).unwrap().principal
}

const GAR: &str = "europe-west10-docker.pkg.dev";
