//! What a test puts into a program's environment, followed to the end.

use std::fs;

use super::*;

#[test]
fn a_secret_and_a_federated_token_from_the_environment_are_taken() {
    let bench = Bench::new();
    let (azure, folder) = (Azure::start().unwrap(), tempfile::tempdir().unwrap());

    let secret = azure.environment_with_secret("build");
    let federated =
        azure.environment_with_federated_token("ci", CI_ISSUER, CI_SUBJECT, folder.path()).unwrap();

    assert_eq!(secret["AZURE_AUTHORITY_HOST"], azure.url());
    assert_eq!(
        secret["AZURE_CLIENT_ID"],
        azure.with_world(|world| world.find_app("build").unwrap().id().to_owned())
    );
    let token = fs::read_to_string(&federated["AZURE_FEDERATED_TOKEN_FILE"]).unwrap();
    assert_eq!(bench.with_assertion("ci", &token).status, 200);
}

#[test]
fn certificates_are_written_in_both_forms() {
    let (azure, folder) = (Azure::start().unwrap(), tempfile::tempdir().unwrap());

    let pem = azure.environment_with_certificate("build", folder.path()).unwrap();
    let pkcs12 = azure.environment_with_pkcs12("build", folder.path(), "hunter2").unwrap();

    let text = fs::read_to_string(&pem["AZURE_CLIENT_CERTIFICATE_PATH"]).unwrap();
    assert!(text.contains("BEGIN PRIVATE KEY") && text.contains("BEGIN CERTIFICATE"));
    let binary = fs::read(&pkcs12["AZURE_CLIENT_CERTIFICATE_PATH"]).unwrap();
    assert_eq!((binary[0], pkcs12["AZURE_CLIENT_CERTIFICATE_PASSWORD"].as_str()), (0x30, "hunter2"));
}

#[test]
fn machines_and_jobs_find_their_endpoints() {
    let folder = tempfile::tempdir().unwrap();
    let azure = Azure::builder().arc_folder(folder.path()).start().unwrap();

    let app_service = azure.environment_of_app_service(Some("puller"));
    let job = azure.environment_of_pipelines("ci");

    assert_eq!(app_service["IDENTITY_ENDPOINT"], format!("{}/msi/token", azure.url()));
    assert!(app_service.contains_key("AZURE_CLIENT_ID"));
    assert_eq!(azure.environment_of_arc()["IDENTITY_ENDPOINT"], azure.metadata_url());
    assert_eq!(azure.arc_folder(), folder.path());
    assert!(job["SYSTEM_OIDCREQUESTURI"].ends_with("/oidctoken"));
}

#[test]
fn the_servers_own_address_can_be_a_registry_over_the_wire() {
    let azure = Azure::start().unwrap();
    azure.stand_in_for(REGISTRY);
    let fields = form_of(&[
        ("grant_type", "access_token"),
        ("service", &azure.address().to_string()),
        ("access_token", &azure.access_token("build", ACR_AUDIENCE)),
    ]);

    let body = post(&azure, "/oauth2/exchange", &fields);

    let refresh = body["refresh_token"].as_str().unwrap();
    assert!(azure.issued().is_valid_at(REGISTRY, USERNAME, refresh));
    assert!(azure.wait_for("acr:Exchange", 1, Duration::from_secs(5)));
    assert_eq!(azure.issued().find(refresh).unwrap().principal, "build");
}

fn post(azure: &Azure, path: &str, body: &str) -> Value {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(azure.address()).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        azure.address(),
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap()
}
