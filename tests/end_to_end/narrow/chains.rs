//! Roles that are assumed from a role: their sessions last an hour at most, and nobody is asked for more.

use shorepass_tests::{
    bed::Bed,
    cloud::aws::{Aws, Role},
};

use super::{Login, ROLE, SESSION, configure, with_identity};
use crate::{
    ECR,
    sources::{section, stranger},
};

#[test]
fn a_chained_role_that_is_to_last_longer_is_a_fault_at_its_line() {
    let bed = Bed::new();
    let file = bed.configure(&format!(
        "[identity.used]\ntype = \"aws\"\n\n[[identity.used.roles]]\nrole_arn = \"{ROLE}ci-pull\"\nduration = \"2h\"\n\n\
         [[identity.used.roles]]\nrole_arn = \"{ROLE}chained\"\nduration = \"61m\"\n"
    ));

    let said = bed.shorepass(&["config", "check"]);

    let fault =
        format!("{}:8: `duration` of a role that is assumed from a role is 1h at most\n", file.display());
    assert_eq!((said.code, said.stdout), (6, fault));
}

#[test]
fn a_role_that_a_token_leads_to_may_last_longer_and_the_next_one_may_not() {
    let bed = Bed::new();
    let identity = |second: &str| {
        format!(
            "[token.ci]\nfrom = \"env\"\nvariable = \"T\"\n[identity.used]\ntype = \"aws\"\ntoken = \"ci\"\n\
             roles = [{{ role_arn = \"{ROLE}ci-pull\", duration = \"12h\" }},{{ role_arn = \"{ROLE}chained\", \
             duration = \"{second}\" }}]\n"
        )
    };

    bed.configure(&identity("1h"));
    assert_eq!(bed.shorepass(&["config", "check"]).code, 0);
    bed.configure(&identity("2h"));
    assert_eq!(bed.shorepass(&["config", "check"]).code, 6);
}

#[test]
fn a_profile_s_chain_asks_for_an_hour_whatever_the_profile_says() {
    let cloud = Aws::start().unwrap();
    let mut bed = stranger(&cloud);
    bed.write("home/.aws/credentials", &section(&cloud, "default"));
    bed.write(
        "home/.aws/config",
        &format!(
            "[profile used]\nrole_arn = {ROLE}chained\nsource_profile = inner\nduration_seconds = 43200\n\
             [profile inner]\nrole_arn = {ROLE}ci-pull\nsource_profile = default\nduration_seconds = 7200\n"
        ),
    );
    bed.set("AWS_PROFILE", "used");

    let login = Login::of(&cloud, &bed.helper("get", ECR));

    assert_eq!(login.principal(), format!("{SESSION}chained/shorepass"));
    assert_eq!(cloud.count("sts:AssumeRole"), 2, "STS was asked once for each role");
}

#[test]
fn the_role_of_a_container_is_a_session_too() {
    let cloud = Aws::start().unwrap();
    let role = Role::new(&format!("{ROLE}long"))
        .trusts(&format!("{ROLE}container"))
        .longest_session(std::time::Duration::from_secs(12 * 3600));
    cloud.with_world(|world| *world = world.clone().role(role));
    let mut bed = with_identity(&cloud, "", "");
    configure(&bed, &format!("role_arn = \"{ROLE}long\"\nduration = \"12h\""), "");
    bed.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &cloud.container_url());
    bed.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-authorization-token");

    let login = Login::of(&cloud, &bed.helper("get", ECR));

    assert_eq!(login.principal(), format!("{SESSION}long/shorepass"));
    assert_eq!(cloud.count("sts:AssumeRole"), 1);
}
