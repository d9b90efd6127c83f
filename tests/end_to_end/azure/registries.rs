//! What a registry gives for Entra's token: whose it is, for how long, and to whom nothing is sent.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use shorepass_core::clock::{Clock as _, SystemClock};
use shorepass_tests::{
    authority::Authority,
    cloud::{
        azure::{ACR_AUDIENCE, Azure, USERNAME},
        http::{Reply, Request, Service, serve::Server},
    },
};

use super::{ACR, assert_reason, builder, cloud, get, owner};

#[test]
fn the_user_name_is_nobody_s() {
    let cloud = cloud();

    let (username, _) = get(&builder(&cloud)).credential();

    assert_eq!(username, USERNAME);
}

#[test]
fn the_password_lives_as_long_as_it_says_of_itself_whatever_the_clock() {
    for ahead_ms in [0, 3 * 3600 * 1000, -3 * 3600 * 1000] {
        let cloud = cloud();
        cloud.knobs().clock_ahead_ms(ahead_ms);
        cloud.knobs().registry_refresh_token_life(Duration::from_secs(3600));
        let bed = builder(&cloud);

        let said = bed.shorepass(&["get", "--json", ACR]).json();

        let ends = humantime::parse_rfc3339(said["expires_at"].as_str().unwrap()).unwrap();
        let life = ends.duration_since(SystemClock::new().now().wall).unwrap();
        assert!((3540..=3602).contains(&life.as_secs()), "{ahead_ms}: {life:?}");
    }
}

#[test]
fn entra_and_registry_are_reached_by_tls_when_their_authority_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new(folder.path()).unwrap();
    let certificate = authority.issue(&["127.0.0.1"]).unwrap();
    let cloud = Azure::builder().tls(&certificate).start().unwrap();
    cloud.stand_in_for(ACR);
    let mut bed = builder(&cloud);

    let distrustful = get(&bed);
    bed.set("SSL_CERT_FILE", authority.ca_file().to_str().unwrap());
    let trusting = get(&bed);

    assert_reason(
        &distrustful,
        &["could not reach Entra at `127.0.0.1:", "its TLS certificate is not trusted"],
    );
    assert_eq!(owner(&cloud, &trusting), "build");
}

#[test]
fn the_registrys_audience_is_asked_for_first() {
    let cloud = Azure::start().unwrap();
    cloud.stand_in_for("strictshore.azurecr.io");
    let bed = builder(&cloud);
    let url = cloud.url();
    bed.configure(&format!("[[registry]]\nmatch = \"strictshore.azurecr.io\"\nendpoint = \"{url}\"\n"));

    let said = bed.helper("get", "strictshore.azurecr.io");

    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(cloud.count("entra:Token"), 1);
}

#[test]
fn a_tenant_that_does_not_know_it_gives_a_token_for_the_resource_manager() {
    let cloud = cloud();
    cloud.with_world(|world| world.remove_resource(ACR_AUDIENCE));
    let bed = builder(&cloud);

    assert_eq!(owner(&cloud, &get(&bed)), "build");
    assert_eq!(cloud.count("entra:Token"), 2);
}

#[test]
fn a_registry_that_refuses_tokens_for_the_resource_manager_is_said_to() {
    let cloud = cloud();
    cloud.with_world(|world| {
        world.remove_resource(ACR_AUDIENCE);
        world.registry_mut(ACR).unwrap().set_arm_audience(false);
    });
    let bed = builder(&cloud);

    assert_reason(
        &get(&bed),
        &["(HTTP 401)", "az acr config authentication-as-arm show --registry shorepass"],
    );
}

#[test]
fn a_tenant_that_knows_neither_is_named() {
    let cloud = cloud();
    cloud.with_world(|world| {
        world.remove_resource(ACR_AUDIENCE);
        world.remove_resource("https://management.azure.com");
    });
    let bed = builder(&cloud);

    assert_reason(&get(&bed), &["knows no resource `https://containerregistry.azure.net`"]);
}

#[test]
fn nothing_is_sent_to_a_registry_that_sends_its_clients_elsewhere() {
    let cloud = cloud();
    for realm in
        ["https://evil.example/oauth2/token", "https://shorepass.azurecr.io.evil.example/oauth2/token"]
    {
        let decoy = Decoy::start(format!("Bearer realm=\"{realm}\",service=\"{ACR}\""));
        let bed = builder(&cloud);
        bed.configure(&format!("[[registry]]\nmatch = \"{ACR}\"\nendpoint = \"{}\"\n", decoy.server.url()));

        assert_reason(
            &get(&bed),
            &["sends its clients to another host for tokens, so nothing was sent there"],
        );
        assert_eq!(*decoy.asked.lock().unwrap(), ["GET /v2/"]);
    }
}

#[test]
fn what_is_no_registry_gets_no_token() {
    let cloud = cloud();
    let decoy = Decoy::start("Basic realm=\"intranet\"".into());
    let bed = builder(&cloud);
    bed.configure(&format!("[[registry]]\nmatch = \"{ACR}\"\nendpoint = \"{}\"\n", decoy.server.url()));

    assert_reason(&get(&bed), &["does not answer as an Azure container registry does"]);
    assert_eq!(*decoy.asked.lock().unwrap(), ["GET /v2/"]);
}

#[test]
fn another_tenants_registry_is_said_to_know_nobody() {
    let cloud = cloud();
    let bed = builder(&cloud);
    cloud.with_world(|world| {
        let registry = world.registry_mut(ACR).unwrap();
        *registry = registry.clone().of_tenant("11111111-2222-3333-4444-555555555555");
    });

    assert_reason(
        &get(&bed),
        &["does not know this identity", "check that the registry's tenant is this one"],
    );
}

/// A server that only ever asks for a login.
struct Decoy {
    server: Server,
    asked: Arc<Mutex<Vec<String>>>,
}

struct Challenge {
    text: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Decoy {
    fn start(text: String) -> Self {
        let asked = Arc::default();
        let service = Arc::new(Challenge { text, asked: Arc::clone(&asked) });
        let server = Server::start(([127, 0, 0, 1], 0).into(), None, service).unwrap();
        Self { server, asked }
    }
}

impl Service for Challenge {
    fn answer(&self, request: &Request) -> Reply {
        self.asked.lock().unwrap().push(format!("{} {}", request.method, request.path));
        Reply::text(401, "").with_header("www-authenticate", self.text.clone())
    }
}
