//! Which session gets the policy: that of the last role, wherever it is named, and that of no other.

use shorepass_tests::{bed::Bed, cloud::aws::Aws};

use super::{Login, ROLE, SESSION, configure, get_as_alice, notes, with_identity};
use crate::{
    ECR,
    sources::{section, sessions::token, stranger},
};

#[test]
fn of_a_chain_only_the_last_role_is_narrowed() {
    let cloud = Aws::start().unwrap();
    let roles = format!("roles = [{{ role_arn = \"{ROLE}ci-pull\" }}, {{ role_arn = \"{ROLE}chained\" }}]");
    let bed = with_identity(&cloud, &roles, RULE);

    assert_narrow(&Login::of(&cloud, &get_as_alice(&cloud, &bed)), "chained/shorepass");
}

#[test]
fn the_role_of_a_web_identity_in_variables_is_narrowed() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_identity(&cloud, "", RULE);
    has_token(&mut bed, &cloud);

    assert_narrow(&Login::of(&cloud, &bed.helper("get", ECR)), "ci-pull/shorepass");
}

#[test]
fn a_role_that_is_assumed_with_a_web_identity_s_is_the_last_one() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_identity(&cloud, &format!("role_arn = \"{ROLE}chained\""), RULE);
    has_token(&mut bed, &cloud);

    assert_narrow(&Login::of(&cloud, &bed.helper("get", ECR)), "chained/shorepass");
}

#[test]
fn the_role_of_an_identity_s_token_is_narrowed_and_so_is_the_last_one_after_it() {
    let cloud = Aws::start().unwrap();
    for (roles, last) in [
        (format!("role_arn = \"{ROLE}ci-pull\""), "ci-pull/shorepass"),
        (
            format!("roles = [{{ role_arn = \"{ROLE}ci-pull\" }}, {{ role_arn = \"{ROLE}chained\" }}]"),
            "chained/shorepass",
        ),
    ] {
        let bed = stranger(&cloud);
        let file = bed.write("token", &token(&cloud));
        let source = format!("[token.ci]\nfrom = \"file\"\npath = \"{}\"\n", file.display());
        configure(&bed, &format!("token = \"ci\"\n{roles}\n{source}"), RULE);

        assert_narrow(&Login::of(&cloud, &bed.helper("get", ECR)), last);
        assert!(!notes(&bed).contains("not enforced"), "{}", notes(&bed));
    }
}

#[test]
fn the_last_role_of_a_profile_is_narrowed() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_identity(&cloud, "", RULE);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));
    bed.write(
        "home/.aws/config",
        &format!(
            "[profile used]\nrole_arn = {ROLE}chained\nsource_profile = inner\n\
             [profile inner]\nrole_arn = {ROLE}ci-pull\nsource_profile = default\n"
        ),
    );
    bed.set("AWS_PROFILE", "used");

    assert_narrow(&Login::of(&cloud, &bed.helper("get", ECR)), "chained/shorepass");
}

#[test]
fn the_web_identity_of_a_profile_is_narrowed() {
    let cloud = Aws::start().unwrap();
    let mut bed = with_identity(&cloud, "", RULE);
    let file = bed.write("token", &token(&cloud));
    let profile =
        format!("[profile ci]\nrole_arn = {ROLE}ci-pull\nweb_identity_token_file = {}\n", file.display());
    bed.write("home/.aws/config", &profile);
    bed.set("AWS_PROFILE", "ci");

    assert_narrow(&Login::of(&cloud, &bed.helper("get", ECR)), "ci-pull/shorepass");
}

#[test]
fn keys_that_are_used_as_they_are_cannot_be_narrowed_and_explain_says_so() {
    let cloud = Aws::start().unwrap();
    let bed = with_identity(&cloud, "", RULE);

    let login = Login::of(&cloud, &get_as_alice(&cloud, &bed));

    assert!(login.may("push", "other"));
    let told = notes(&bed);
    assert!(
        told.contains("`repositories` are not enforced unless the caller's profile or web identity"),
        "{told}"
    );
    assert!(told.contains("AWS narrows only a session of a role"), "{told}");
}

fn assert_narrow(login: &Login<'_>, session: &str) {
    assert_eq!(login.principal(), format!("{SESSION}{session}"));
    assert!(login.may("pull", "team/app"));
    assert!(!login.may("pull", "other") && !login.may("push", "team/app"));
}

fn has_token(bed: &mut Bed, cloud: &Aws) {
    let file = bed.write("token", &token(cloud));
    bed.set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap());
    bed.set("AWS_ROLE_ARN", &format!("{ROLE}ci-pull"));
}

const RULE: &str = "access = \"pull\"\nrepositories = [\"team/*\"]";
