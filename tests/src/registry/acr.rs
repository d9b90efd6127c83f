//! Azure's registries with images in them: what the fake Azure says about tokens, and a shelf behind it.
//!
//! Challenges and tokens are the cloud's own; this asks it over its socket. Whether a bearer token opens a
//! repository is judged here, by the cloud's published key and the token's claims alone.

mod bearer;
mod cloud;
mod login;

use std::{io, net::SocketAddr, path::Path, sync::Arc};

use serde_json::json;

use self::{
    bearer::{Keys, Rights},
    cloud::Cloud,
};
use super::{
    image::Image,
    shelf::{Shelf, error, repository_of},
};
use crate::{
    authority::ServerCertificate,
    cloud::{
        azure::{Azure, Issued},
        http::{self, Reply, Request, serve::Server},
    },
};

/// All the registries of a fake Azure behind one address; dropping it stops it.
pub struct AcrRegistry {
    server: Server,
    door: Arc<Door>,
}

/// What they need to start.
#[derive(Default)]
pub struct AcrRegistryBuilder<'a> {
    images: Vec<Image>,
    address: Option<SocketAddr>,
    tls: Option<(&'a ServerCertificate, &'a Path)>,
}

impl<'a> AcrRegistryBuilder<'a> {
    /// Serving this image, too; `team/app:latest` when there are none.
    #[must_use]
    pub fn image(mut self, image: Image) -> Self {
        self.images.push(image);
        self
    }

    /// Listening here instead of at a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// Speaking TLS, also to the cloud, whose certificate this authority has issued.
    #[must_use]
    pub fn tls(mut self, certificate: &'a ServerCertificate, authority: &'a Path) -> Self {
        self.tls = Some((certificate, authority));
        self
    }

    /// Binds and serves for the tokens of a cloud.
    ///
    /// # Errors
    /// When the address cannot be bound, the certificate cannot be used or the cloud does not answer.
    pub fn start(self, azure: &Azure) -> io::Result<AcrRegistry> {
        let cloud = Cloud::new(azure.address(), self.tls.map(|(_, authority)| authority))?;
        let keys = Keys::published(&cloud, &azure.with_world(|world| world.tenant().to_owned()))?;
        let issued = azure.issued().clone();
        let door = Arc::new(Door { shelf: Shelf::new(self.images), cloud, keys, issued });
        let tls = self.tls.map(|(certificate, _)| certificate.server_config()).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        Ok(AcrRegistry { server: Server::start(address, tls, door.clone())?, door })
    }
}

impl AcrRegistry {
    /// Registries with other settings.
    #[must_use]
    pub fn builder<'a>() -> AcrRegistryBuilder<'a> {
        AcrRegistryBuilder::default()
    }

    /// Where they listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// How many manifests were handed out.
    #[must_use]
    pub fn pulls(&self) -> usize {
        self.door.shelf.pulls()
    }
}

struct Door {
    shelf: Shelf,
    cloud: Cloud,
    keys: Keys,
    issued: Arc<Issued>,
}

impl http::Service for Door {
    fn answer(&self, request: &Request) -> Reply {
        if let Some(login) = login::of_password_grant(request) {
            return self.answer(&login);
        }
        if let Some(token) = login::of_access_token(&self.issued, &self.keys, request) {
            return Reply::json(200, &json!({ "access_token": token }));
        }
        match (self.rights(request), repository_of(&request.path)) {
            (Some(rights), Some(repository)) => self.open(request, &rights, repository),
            _ => self.cloud.ask(request),
        }
    }
}

impl Door {
    fn rights(&self, request: &Request) -> Option<Rights> {
        let token = request.header("authorization")?.strip_prefix("Bearer ")?;
        self.keys.rights(token, &request.host())
    }

    fn open(&self, request: &Request, rights: &Rights, repository: &str) -> Reply {
        let action = if matches!(request.method.as_str(), "GET" | "HEAD") { "pull" } else { "push" };
        if rights.allow(repository, action) {
            return self.shelf.serve(request);
        }
        let host = request.host();
        error(401, "UNAUTHORIZED", "authentication required, visit https://aka.ms/acr/authorization for more information.").with_header(
            "www-authenticate",
            format!(
                "Bearer realm=\"https://{host}/oauth2/token\",service=\"{host}\",scope=\"repository:{repository}:{action}\",error=\"insufficient_scope\""
            ),
        )
    }
}

#[cfg(test)]
mod tests;
