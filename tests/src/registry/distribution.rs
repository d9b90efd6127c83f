//! A registry of one image that speaks the distribution API for pulls and asks for a login like ECR.
//!
//! A password that has expired is answered as ECR answers it, with 403; one that was never issued with 401.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::json;

use super::{
    admission::{Admission, Desk, Standing},
    image::Image,
    shelf::{Shelf, error, repository_of},
};
use crate::{
    authority::ServerCertificate,
    cloud::http::{self, Reply, Request, serve::Server},
};

/// A running registry; dropping it stops it.
pub struct Registry {
    server: Server,
    counter: Arc<Counter>,
}

/// What a registry needs to start.
#[derive(Default)]
pub struct RegistryBuilder<'a> {
    image: Option<Image>,
    address: Option<SocketAddr>,
    certificate: Option<&'a ServerCertificate>,
}

impl<'a> RegistryBuilder<'a> {
    /// Serving this image instead of `team/app:latest`.
    #[must_use]
    pub fn image(mut self, image: Image) -> Self {
        self.image = Some(image);
        self
    }

    /// Listening here instead of at a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Speaking TLS.
    #[must_use]
    pub fn tls(mut self, certificate: &'a ServerCertificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Binds and serves those whom a cloud lets in.
    ///
    /// # Errors
    /// When the address cannot be bound or the certificate cannot be used.
    pub fn start(self, admission: Arc<dyn Admission>) -> io::Result<Registry> {
        let shelf = Shelf::new(self.image.into_iter().collect());
        let counter = Arc::new(Counter { shelf, admission, refusals: AtomicUsize::new(0) });
        let tls = self.certificate.map(ServerCertificate::server_config).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        Ok(Registry { server: Server::start(address, tls, counter.clone())?, counter })
    }
}

impl Registry {
    /// A registry with other settings.
    #[must_use]
    pub fn builder<'a>() -> RegistryBuilder<'a> {
        RegistryBuilder::default()
    }

    /// `HOST:PORT`, as it stands in an image's name.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The URL of its root.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The image it serves.
    #[must_use]
    pub fn image(&self) -> &Image {
        self.counter.shelf.image()
    }

    /// How many manifests were handed out.
    #[must_use]
    pub fn pulls(&self) -> usize {
        self.counter.shelf.pulls()
    }

    /// How many logins were refused; a request without one is no refusal.
    #[must_use]
    pub fn refusals(&self) -> usize {
        self.counter.refusals.load(Ordering::Relaxed)
    }
}

struct Counter {
    shelf: Shelf,
    admission: Arc<dyn Admission>,
    refusals: AtomicUsize,
}

impl http::Service for Counter {
    fn answer(&self, request: &Request) -> Reply {
        if request.path == "/_control/pulls" {
            let (pulls, refusals) = (self.shelf.pulls(), self.refusals.load(Ordering::Relaxed));
            return Reply::json(200, &json!({ "pulls": pulls, "refusals": refusals }));
        }
        let trouble = self.admission.trouble(Desk::Registry);
        let reply = trouble.or(|| self.check_login(request).unwrap_or_else(|| self.shelf.serve(request)));
        reply.with_header("docker-distribution-api-version", "registry/2.0")
    }
}

impl Counter {
    /// The refusal, when there is one.
    fn check_login(&self, request: &Request) -> Option<Reply> {
        let Some((username, password)) = request.basic() else {
            return Some(challenge(request, "no basic auth credentials"));
        };
        let refusal = match self.admission.standing(&username, &password) {
            Standing::Good => {
                let (repository, action) = (repository_of(&request.path)?, action_of(&request.method));
                if self.admission.allows(&password, repository, action) {
                    return None;
                }
                let message = format!("this login may not {action} in `{repository}`");
                error(403, "DENIED", &message)
            }
            Standing::Expired => {
                error(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.")
            }
            Standing::Unknown => challenge(request, "authentication required"),
        };
        self.refusals.fetch_add(1, Ordering::Relaxed);
        Some(refusal)
    }
}

fn action_of(method: &str) -> &'static str {
    match method {
        "GET" | "HEAD" => "pull",
        "DELETE" => "delete",
        _ => "push",
    }
}

fn challenge(request: &Request, message: &str) -> Reply {
    let host = request.header("host").unwrap_or_default();
    error(401, "UNAUTHORIZED", message).with_header(
        "www-authenticate",
        format!("Basic realm=\"https://{host}/\",service=\"ecr.amazonaws.com\""),
    )
}

#[cfg(test)]
mod tests;
