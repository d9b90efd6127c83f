//! Service connections of Azure Pipelines.

use super::{assert_reason, caller, cloud, configure, get, owner};

#[test]
fn a_job_with_all_its_variables_is_its_service_connection() {
    let cloud = cloud();
    let bed = caller(&cloud, cloud.environment_of_pipelines("ci"));

    assert_eq!(owner(&cloud, &get(&bed)), "ci");
    assert_eq!(cloud.count("pipelines:OidcToken"), 1);
}

#[test]
fn a_job_that_is_asked_for_says_what_it_lacks() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_pipelines("ci"));
    bed.unset("SYSTEM_ACCESSTOKEN");
    let tables = "[identity.job]\ntype = \"azure\"\nsource = \"azure-pipelines\"\n";
    configure(&bed, &cloud, "identity = \"job\"", tables);

    assert_reason(
        &get(&bed),
        &["does not say all that is needed", "SYSTEM_ACCESSTOKEN: $(System.AccessToken)"],
    );
}

#[test]
fn a_job_without_its_token_is_no_job() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_pipelines("ci"));
    bed.unset("SYSTEM_ACCESSTOKEN");

    assert_reason(&get(&bed), &["no Azure credentials found", "no service connection of Azure Pipelines"]);
}

#[test]
fn a_wrong_job_token_is_refused_and_not_led_to_a_page() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_pipelines("ci"));
    bed.set("SYSTEM_ACCESSTOKEN", "canary");

    let wanted = ["Azure Pipelines gives this job no token (HTTP 401)", "SYSTEM_ACCESSTOKEN"];
    assert_reason(&get(&bed), &wanted);
}

#[test]
fn an_unknown_service_connection_is_said_so() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_pipelines("ci"));
    bed.set("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "11111111-2222-3333-4444-555555555555");

    assert_reason(&get(&bed), &["no token (HTTP 404)", "check the service connection's id"]);
}

#[test]
fn the_jobs_token_goes_nowhere_without_tls() {
    let cloud = cloud();
    let mut bed = caller(&cloud, cloud.environment_of_pipelines("ci"));
    bed.set("SYSTEM_OIDCREQUESTURI", "http://dev.azure.example/oidctoken");

    assert_reason(&get(&bed), &["`SYSTEM_OIDCREQUESTURI` is no `https://` URL"]);
}
