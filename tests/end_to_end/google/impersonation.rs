//! Service accounts that are impersonated with somebody else's token.

use std::time::Duration;

use serde_json::json;
use shorepass_tests::{
    bed::Bed,
    cloud::google::{CLOUD_PLATFORM, Google, MIDDLE, PULLER, READ_ONLY, ServiceAccount, TARGET, USER, World},
};

use super::{
    assert_ends_as_issued, assert_reason, configure, configure_trusting, get, holder_of, member, owner,
    puller, scopes,
};

#[test]
fn a_file_s_chain_goes_from_the_source_by_way_of_delegates() {
    let cloud = Google::start().unwrap();
    let files = cloud.credential_files();
    let file = files.impersonated_service_account(&files.service_account(PULLER), &[MIDDLE], TARGET);
    let bed = holder_of(&cloud, &file);
    configure_trusting(&bed, &[cloud.address()], "", "access = \"pull\"", "");

    let said = get(&bed);

    assert_eq!(owner(&cloud, &said), member(TARGET));
    assert_eq!(scopes(&cloud, &said), [READ_ONLY]);
    assert_eq!(cloud.count("iamcredentials:GenerateAccessToken"), 1);
}

#[test]
fn a_file_s_chain_may_be_nested() {
    let cloud = Google::start().unwrap();
    let files = cloud.credential_files();
    let inner = files.impersonated_service_account(&files.service_account(PULLER), &[], MIDDLE);
    let bed = holder_of(&cloud, &files.impersonated_service_account(&inner, &[], TARGET));

    assert_eq!(owner(&cloud, &get(&bed)), member(TARGET));
    assert_eq!(cloud.count("iamcredentials:GenerateAccessToken"), 2);
}

#[test]
fn the_configuration_impersonates_on_top_of_any_source() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().authorized_user(USER));
    impersonate(&bed, &cloud, PULLER, "");

    assert_eq!(owner(&cloud, &get(&bed)), puller());

    bed.write("home/credentials.json", &cloud.credential_files().service_account(PULLER).to_string());
    impersonate(&bed, &cloud, TARGET, &format!("delegates = [\"{MIDDLE}\"]"));
    let said = get(&bed);
    assert_eq!(owner(&cloud, &said), member(TARGET));
    assert_eq!(scopes(&cloud, &said), [CLOUD_PLATFORM]);
}

#[test]
fn a_missing_permission_names_the_role_and_the_command_that_grants_it() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));
    impersonate(&bed, &cloud, TARGET, "");

    assert_reason(
        &get(&bed),
        &[
            &format!("{} may not get tokens of `{TARGET}`, or there is no such account", puller()),
            &format!(
                "; grant it `roles/iam.serviceAccountTokenCreator` there, and wait up to 5 min: `gcloud \
                 iam service-accounts add-iam-policy-binding '{TARGET}' \
                 --role=roles/iam.serviceAccountTokenCreator --member='{}'`",
                puller()
            ),
        ],
    );
}

#[test]
fn an_account_that_is_not_there_is_named() {
    let cloud = Google::start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));
    impersonate(&bed, &cloud, "nobody@shore.iam.gserviceaccount.com", "");

    assert_reason(
        &get(&bed),
        &[
            "Google knows no service account `nobody@shore.iam.gserviceaccount.com`",
            "; check name and project",
        ],
    );
}

#[test]
fn a_lifetime_is_asked_for_and_refused_where_the_organization_does_not_allow_it() {
    let long = "long@shore.iam.gserviceaccount.com";
    let world = World::standard()
        .account(ServiceAccount::new(long).token_creator(&puller()).long_tokens())
        .account(ServiceAccount::new("short@shore.example").token_creator(&puller()));
    let cloud = Google::builder().world(world).start().unwrap();
    let bed = holder_of(&cloud, &cloud.credential_files().service_account(PULLER));

    impersonate(&bed, &cloud, long, "lifetime = \"10h\"");
    let said = get(&bed);
    assert_eq!(owner(&cloud, &said), member(long));
    assert_ends_as_issued(&cloud, &bed, Duration::ZERO);

    impersonate(&bed, &cloud, "short@shore.example", "lifetime = \"10h\"");
    assert_reason(
        &get(&bed),
        &[
            "Google does not give tokens of `short@shore.example` that last as long as asked for",
            "; ask for 1 h",
        ],
    );
}

#[test]
fn a_source_without_the_scope_cannot_impersonate() {
    let world = World::standard().instance_account(PULLER, &[READ_ONLY]);
    let cloud = Google::builder().world(world).start().unwrap();
    let mut bed = super::stranger(&cloud);
    bed.set("GCE_METADATA_HOST", &cloud.address().to_string());
    bed.unset("NO_GCE_CHECK");
    impersonate(&bed, &cloud, MIDDLE, "");

    assert_reason(
        &get(&bed),
        &["the identity cannot give a token of the scope", "set-service-account --scopes=cloud-platform"],
    );
}

#[test]
fn a_url_that_names_no_account_is_no_good_file() {
    let cloud = Google::start().unwrap();
    let mut file = cloud.credential_files().impersonated_service_account(&json!({}), &[], TARGET);
    file["source_credentials"] = cloud.credential_files().authorized_user(USER);
    file["service_account_impersonation_url"] = format!("{}/v1/canary", cloud.url()).into();
    let bed = holder_of(&cloud, &file);

    assert_reason(&get(&bed), &["has a `service_account_impersonation_url` that names no service account"]);
}

#[test]
fn the_token_ends_by_google_s_clock() {
    let cloud = Google::start().unwrap();
    cloud.knobs().clock_ahead_ms(2 * 3600 * 1000);
    let bed = holder_of(&cloud, &cloud.credential_files().authorized_user(USER));
    cloud.knobs().token_life(Some(Duration::from_secs(1200)));
    impersonate(&bed, &cloud, PULLER, "");

    assert_eq!(owner(&cloud, &get(&bed)), puller());
    assert_ends_as_issued(&cloud, &bed, Duration::from_secs(2 * 3600));
}

fn impersonate(bed: &Bed, cloud: &Google, account: &str, keys: &str) {
    let url = cloud.url();
    configure(bed, cloud, &format!("service_account = \"{account}\"\niam_endpoint = \"{url}\"\n{keys}"));
}
