//! A bearer that Debian's `docker-registry` believes, shown by `curl`.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use shorepass_tests::{
    bed::{Bed, read_from},
    cloud::oauth2_registry::OAuth2Registry,
};

use super::PASSWORD;
use crate::ruled::{self, store};

#[test]
fn the_token_opens_its_repository_and_no_other() {
    let service = OAuth2Registry::start().unwrap();
    let bed = ruled::bed("match = \"other.example\"\nkind = \"stored\"");
    let registry = Registry::start(&bed, &service);
    let host = &registry.host;
    let realm_host = service.url().replace("http://", "");
    ruled::configure(&bed, &format!("match = \"{host}\"\nkind = \"stored\"\nrealm_host = \"{realm_host}\""));
    store(&bed, host, "captain", PASSWORD);

    let token = bed.shorepass(&["token", host, "--repository", "team/app"]).stdout;
    let header = bed.shorepass(&["token", host, "--repository", "team/app", "--header"]).stdout;

    let bearer = format!("Authorization: Bearer {}", token.trim_end());
    // Whoever hears that there is no such repository was let in.
    assert_eq!(registry.asked(&bearer, "team/app"), "404");
    assert_eq!(registry.asked(header.trim_end(), "team/app"), "404");
    assert_eq!(registry.asked(&bearer, "team/other"), "401");
    assert_eq!(registry.asked("x-none: x", "team/app"), "401");
}

/// A running registry; dropping it ends it.
struct Registry {
    child: Child,
    host: String,
}

impl Registry {
    fn start(bed: &Bed, service: &OAuth2Registry) -> Self {
        let certificate = service.write_certificate(&bed.path("home")).unwrap();
        let config = bed.write(
            "registry.yml",
            &format!(
                "version: 0.1\nlog: {{level: info, formatter: text}}\nstorage:\n  filesystem: {{rootdirectory: {}}}\n\
                 http:\n  addr: 127.0.0.1:0\nauth:\n  token:\n    realm: {}\n    service: {}\n    issuer: {}\n    \
                 rootcertbundle: {}\n",
                bed.path("images").display(),
                service.realm(),
                service.service(),
                service.token_issuer(),
                certificate.display()
            ),
        );
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("`docker-registry` starts");
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let read = move || {
            let host = lines.find_map(|line| {
                let (_, rest) = line.split_once("listening on 127.0.0.1:")?;
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                Some(format!("127.0.0.1:{port}"))
            });
            (host, lines)
        };
        let (host, lines) = read_from(&mut child, "docker-registry", read);
        // It must not be held up by a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, host: host.expect("it says where it listens") }
    }

    /// The status of a question for a repository's tags.
    fn asked(&self, header: &str, repository: &str) -> String {
        let url = format!("http://{}/v2/{repository}/tags/list", self.host);
        let words = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--noproxy", "*", "-H", header, &url];
        let output = Command::new("curl").args(words).output().expect("`curl` runs");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
