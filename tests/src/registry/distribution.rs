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

use super::image::{Blob, Image};
use crate::{
    authority::ServerCertificate,
    cloud::{
        aws::{Aws, Issued, Knobs, Service},
        http::{self, Reply, Request, serve::Server},
    },
};

/// A running registry; dropping it stops it.
pub struct Registry {
    server: Server,
    shelf: Arc<Shelf>,
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

    /// Binds and serves for the passwords of a cloud.
    ///
    /// # Errors
    /// When the address cannot be bound or the certificate cannot be used.
    pub fn start(self, cloud: &Aws) -> io::Result<Registry> {
        let image = self.image.unwrap_or_else(|| Image::new("team/app", "latest", "hello from shorepass\n"));
        let shelf = Arc::new(Shelf {
            image,
            issued: cloud.issued().clone(),
            knobs: cloud.knobs().clone(),
            pulls: AtomicUsize::new(0),
            refusals: AtomicUsize::new(0),
        });
        let tls = self.certificate.map(ServerCertificate::server_config).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        Ok(Registry { server: Server::start(address, tls, shelf.clone())?, shelf })
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
        &self.shelf.image
    }

    /// How many manifests were handed out.
    #[must_use]
    pub fn pulls(&self) -> usize {
        self.shelf.pulls.load(Ordering::Relaxed)
    }

    /// How many logins were refused; a request without one is no refusal.
    #[must_use]
    pub fn refusals(&self) -> usize {
        self.shelf.refusals.load(Ordering::Relaxed)
    }
}

struct Shelf {
    image: Image,
    issued: Arc<Issued>,
    knobs: Knobs,
    pulls: AtomicUsize,
    refusals: AtomicUsize,
}

impl http::Service for Shelf {
    fn answer(&self, request: &Request) -> Reply {
        if request.path == "/_control/pulls" {
            let (pulls, refusals) =
                (self.pulls.load(Ordering::Relaxed), self.refusals.load(Ordering::Relaxed));
            return Reply::json(200, &json!({ "pulls": pulls, "refusals": refusals }));
        }
        let reply = match self.knobs.strike(Service::Registry) {
            Some(fault) => fault.reply(Service::Registry),
            None => self.check_login(request).unwrap_or_else(|| self.serve(request)),
        };
        let after = reply.after + self.knobs.current_latency(Service::Registry);
        Reply { after, ..reply }.with_header("docker-distribution-api-version", "registry/2.0")
    }
}

impl Shelf {
    /// The refusal, when there is one.
    fn check_login(&self, request: &Request) -> Option<Reply> {
        let Some((username, password)) = request.basic() else {
            return Some(challenge(request, "no basic auth credentials"));
        };
        if self.issued.is_valid(&username, &password) {
            return None;
        }
        self.refusals.fetch_add(1, Ordering::Relaxed);
        let has_expired = self.issued.find(&username, &password).is_some();
        Some(if has_expired {
            error(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.")
        } else {
            challenge(request, "authentication required")
        })
    }

    fn serve(&self, request: &Request) -> Reply {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return error(405, "UNSUPPORTED", "this registry only serves pulls");
        }
        if matches!(request.path.as_str(), "/v2/" | "/v2") {
            return Reply::json(200, &json!({}));
        }
        let path =
            request.path.strip_prefix("/v2/").and_then(|path| path.strip_prefix(&self.image.repository));
        let Some(path) = path else {
            return error(404, "NAME_UNKNOWN", "repository name not known to registry");
        };

        if path == "/tags/list" {
            let body = json!({ "name": self.image.repository, "tags": [self.image.tag] });
            return Reply::json(200, &body);
        }
        if let Some(reference) = path.strip_prefix("/manifests/") {
            if reference != self.image.tag && reference != self.image.manifest.digest {
                return error(404, "MANIFEST_UNKNOWN", "manifest unknown");
            }
            if request.method == "GET" {
                self.pulls.fetch_add(1, Ordering::Relaxed);
            }
            return content(&self.image.manifest, self.image.manifest.media_type);
        }
        let blob = path
            .strip_prefix("/blobs/")
            .and_then(|digest| self.image.blobs.iter().find(|blob| blob.digest == digest));
        blob.map_or_else(
            || error(404, "BLOB_UNKNOWN", "blob unknown to registry"),
            |blob| content(blob, "application/octet-stream"),
        )
    }
}

fn content(blob: &Blob, content_type: &str) -> Reply {
    Reply::new(200, content_type, blob.bytes.clone())
        .with_header("docker-content-digest", blob.digest.clone())
        .with_header("content-length", blob.bytes.len().to_string())
}

fn challenge(request: &Request, message: &str) -> Reply {
    let host = request.header("host").unwrap_or_default();
    error(401, "UNAUTHORIZED", message).with_header(
        "www-authenticate",
        format!("Basic realm=\"https://{host}/\",service=\"ecr.amazonaws.com\""),
    )
}

fn error(status: u16, code: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "errors": [{ "code": code, "message": message }] }))
}

#[cfg(test)]
mod tests;
