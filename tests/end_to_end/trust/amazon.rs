//! Roles of AWS: issuer and audience of the account's OIDC provider, then the role's trust policy.

use shorepass_tests::{
    bed::Bed,
    cloud::{
        Issuer, Provider,
        aws::{Aws, CI_AUDIENCE, CI_ISSUER},
    },
};

use super::{HOUR, NEW_SUBJECT, OLD_FORM, between, forget, get_anew, holder_of, reason};
use crate::{ECR, sources::owner};

#[test]
fn a_subject_of_githubs_new_form_is_let_in_by_the_lines_of_the_hint() {
    let cloud = Aws::start().unwrap();
    let bed = job(&cloud, &cloud.issuer(CI_ISSUER).unwrap().token(NEW_SUBJECT, CI_AUDIENCE, HOUR));

    let line = reason(
        &bed,
        ECR,
        &[
            &format!("the role `{ROLE}` does not trust this web identity token"),
            &format!(
                "its issuer is `{CI_ISSUER}`, its audience `{CI_AUDIENCE}` and its subject `{NEW_SUBJECT}`"
            ),
            OLD_FORM,
            "`aws iam update-assume-role-policy --role-name 'ci-pull' ",
        ],
    );
    trust_by(&cloud, &line);

    assert_eq!(owner(&cloud, &get_anew(&bed, ECR)), SESSION);
}

#[test]
fn an_audience_is_added_by_the_command_of_the_hint() {
    let cloud = Aws::start().unwrap();
    let token = cloud.issuer(CI_ISSUER).unwrap().token(OLD_SUBJECT, "shorepass-ci", HOUR);
    let bed = job(&cloud, &token);

    let line = reason(
        &bed,
        ECR,
        &[
            "its audience `shorepass-ci`",
            &format!("; request the token for `{CI_AUDIENCE}`"),
            "arn:aws:iam::123456789012:oidc-provider/ci.shorepass.example' --client-id",
        ],
    );
    let audience = between(&line, "--client-id '", "'").to_owned();
    cloud.with_world(|world| world.provider_mut(CI_ISSUER).unwrap().client_ids.push(audience));
    forget(&bed);
    trust_by(&cloud, &reason(&bed, ECR, &["does not trust this web identity token"]));

    assert_eq!(owner(&cloud, &get_anew(&bed, ECR)), SESSION);
}

#[test]
fn an_issuer_is_made_known_by_the_command_of_the_hint() {
    let cloud = Aws::start().unwrap();
    let issuer = Issuer::es256("https://new.example/tenant");
    let bed = job(&cloud, &issuer.token(OLD_SUBJECT, CI_AUDIENCE, HOUR));

    let line = reason(&bed, ECR, &["the account 123456789012", "does not know the token's provider"]);
    let command = between(&line, "`aws iam create-open-id-connect-provider ", "`");
    assert_eq!(between(command, "--url '", "'"), issuer.url());
    let provider = Provider::new("123456789012", issuer, &[between(command, "--client-id-list '", "'")]);
    cloud.with_world(|world| *world = world.clone().provider(provider));
    forget(&bed);
    trust_by(&cloud, &reason(&bed, ECR, &["`arn:aws:iam::123456789012:oidc-provider/new.example/tenant`"]));

    assert_eq!(owner(&cloud, &get_anew(&bed, ECR)), SESSION);
}

#[test]
fn what_is_no_token_at_all_is_called_that() {
    let cloud = Aws::start().unwrap();
    let bed = job(&cloud, "$OTHER_VARIABLE");

    reason(&bed, ECR, &["the token from `file` is no JWT that names issuer, audience and subject"]);
}

#[test]
fn a_claim_that_a_shell_could_run_is_in_no_command() {
    let cloud = Aws::start().unwrap();
    let subject = "repo:octo/app:ref:refs/heads/$(id)'\"";
    let bed = job(&cloud, &cloud.issuer(CI_ISSUER).unwrap().token(subject, CI_AUDIENCE, HOUR));

    let line =
        reason(&bed, ECR, &[&format!("its subject `{subject}`"), "`aws iam update-assume-role-policy`"]);

    assert_eq!(line.matches("$(id)").count(), 1, "{line}");
}

#[test]
fn a_token_without_a_role_says_so_and_then_takes_the_caller_s() {
    let cloud = Aws::start().unwrap();
    let token = cloud.issuer(CI_ISSUER).unwrap().token("repo:shorepass/x", CI_AUDIENCE, HOUR);
    let rule = format!("[[registry]]\nmatch = \"{ECR}\"\nidentity = \"ci\"");
    let mut bed = holder_of(&token, &format!("[identity.ci]\ntype = \"aws\"\ntoken = \"ci\"\n\n{rule}"));
    bed.set("AWS_ENDPOINT_URL", &cloud.url());

    reason(&bed, ECR, &["the identity has a token, and no role to assume with it", "`AWS_ROLE_ARN`"]);
    bed.set("AWS_ROLE_ARN", ROLE);

    assert_eq!(owner(&cloud, &bed.helper("get", ECR)), SESSION);
}

/// Does to the role what the lines of a hint say.
fn trust_by(cloud: &Aws, line: &str) {
    let issuer = format!("https://{}", between(line, "oidc-provider/", "`"));
    let host = issuer.strip_prefix("https://").unwrap();
    let audience = between(line, &format!("`\"{host}:aud\": \""), "\"`");
    let subject = between(line, &format!("`\"{host}:sub\": \""), "\"`");
    cloud.with_world(|world| {
        let role = world.role_mut("ci-pull").unwrap();
        *role = role.clone().trusts_tokens(&issuer, Some(audience), subject);
    });
}

#[test]
fn an_audience_that_a_command_would_fetch_is_in_none() {
    let cloud = Aws::start().unwrap();
    let token = cloud.issuer(CI_ISSUER).unwrap().token(OLD_SUBJECT, "https://github.com/shorepass", HOUR);

    let line = reason(&job(&cloud, &token), ECR, &["its audience `https://github.com/shorepass`"]);

    assert!(line.ends_with("`aws iam add-client-id-to-open-id-connect-provider`"), "{line}");
}

fn job(cloud: &Aws, token: &str) -> Bed {
    let mut bed = holder_of(
        token,
        &format!(
            "[identity.ci]\ntype = \"aws\"\nrole_arn = \"{ROLE}\"\ntoken = \"ci\"\n\n\
             [[registry]]\nmatch = \"{ECR}\"\nidentity = \"ci\""
        ),
    );
    bed.set("AWS_ENDPOINT_URL", &cloud.url());
    bed
}

const ROLE: &str = "arn:aws:iam::123456789012:role/ci-pull";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/ci-pull/shorepass";
const OLD_SUBJECT: &str = "repo:shorepass/shorepass:ref:refs/heads/main";
