//! `artifact-registry`: two service accounts by their key files, whose token endpoint is trusted by name.

use std::{fs, sync::LazyLock, time::Duration};

use serde_json::{Value, json};
use shorepass_tests::{
    authority::ServerCertificate,
    bed::Bed,
    cloud::{
        Fault, Issuer, Running, Times,
        google::{Google, PULLER, Service, ServiceAccount, USER, World},
    },
};

use super::super::subject::{Caller, MARK, Subject, Variables, Who};

struct ArtifactRegistry(Google);

pub(in super::super) fn start(certificate: Option<&ServerCertificate>) -> Box<dyn Subject> {
    let world = World::standard().account(ServiceAccount::new(PUSHER).key(PUSHER_KEY.clone()));
    let builder = Google::builder().world(world);
    let builder = match certificate {
        Some(certificate) => builder.tls(certificate),
        None => builder,
    };
    Box::new(ArtifactRegistry(builder.start().unwrap()))
}

impl Subject for ArtifactRegistry {
    fn host(&self) -> &'static str {
        HOST
    }

    fn call(&self) -> &'static str {
        "oauth2:JwtBearer"
    }

    fn cloud(&self) -> &Running {
        &self.0
    }

    fn rules(&self) -> String {
        format!(
            "[identity.file]\ntype = \"google\"\ntrusted_hosts = [\"{}\"]\n\n[[registry]]\nmatch = \"{}\"\nidentity = \"file\"\n",
            self.0.address(),
            self.host()
        )
    }

    fn identity(&self, who: Who, bed: &Bed) -> Caller {
        let account = match who {
            Who::First => PULLER,
            Who::Second => PUSHER,
        };
        file(bed, account, &self.0.credential_files().service_account(account).to_string())
    }

    fn marked(&self, bed: &Bed) -> Vec<Caller> {
        let files = self.0.credential_files();
        let with = |mut file: Value, fields: &[&str]| {
            for field in fields {
                file[*field] = json!(MARK);
            }
            file.to_string()
        };
        [
            with(files.service_account(PULLER), &["private_key"]),
            with(files.service_account(PULLER), &["private_key_id"]),
            with(files.authorized_user(USER), &["refresh_token"]),
            with(files.authorized_user(USER), &["refresh_token", "client_secret"]),
            format!("{{\"type\": \"service_account\", \"private_key\": {MARK}"),
        ]
        .iter()
        .enumerate()
        .map(|(at, text)| file(bed, &format!("marked-{at}"), text))
        .collect()
    }

    fn secrets(&self, bed: &Bed) -> Vec<String> {
        let path = &self.identity(Who::First, bed).variables["GOOGLE_APPLICATION_CREDENTIALS"];
        let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let lines = file["private_key"].as_str().unwrap().lines();
        lines.filter(|line| !line.starts_with('-') && line.len() > 16).map(str::to_owned).collect()
    }

    fn fail(&self, trouble: Option<(Fault, Times)>) {
        match trouble {
            Some((fault, times)) => self.0.knobs().fail(Service::OAuth, fault, times),
            None => self.0.knobs().heal(Service::OAuth),
        }
    }

    fn last(&self, life: Duration) {
        self.0.knobs().token_life(Some(life));
    }

    fn refuse(&self) {
        self.0.with_world(|world| world.account_mut(PULLER).unwrap().delete_keys());
    }

    fn owner(&self, username: &str, password: &str) -> Option<String> {
        let issued = self.0.issued();
        let facts = issued.find_live(password).filter(|_| issued.is_valid(username, password));
        facts.map(|facts| facts.principal)
    }
}

fn file(bed: &Bed, name: &str, text: &str) -> Caller {
    let path = bed.write(&format!("secrets/{name}.json"), text);
    let variables = Variables::from([("GOOGLE_APPLICATION_CREDENTIALS", path.display().to_string())]);
    Caller::in_shell(HOST, variables)
}

const HOST: &str = "europe-west1-docker.pkg.dev";
const PUSHER: &str = "pusher@shore.iam.gserviceaccount.com";

/// Made once in a process: RSA keys are slow to make.
static PUSHER_KEY: LazyLock<Issuer> = LazyLock::new(|| Issuer::rs256(PUSHER));
