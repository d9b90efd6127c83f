//! The token service of a registry with `auth.token` (distribution's "Token Authentication
//! Specification"): takes a login that a fake cloud has issued, gives a signed bearer token.

mod grant;
mod signer;

use std::{
    collections::HashMap,
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use shorepass_secret::Secret;

use self::grant::Grant;
use self::{grant::granted, signer::Signer};
use super::admission::{Admission, Desk};
use crate::{
    authority::ServerCertificate,
    cloud::{
        clock::{ServerClock, iso},
        http::{self, Reply, Request, form::Fields, serve::Server},
        random,
    },
};

/// A running token service; dropping it stops it.
pub struct TokenService {
    server: Server,
    certificate_file: PathBuf,
}

/// What a token service needs to start.
#[derive(Default)]
pub struct TokenServiceBuilder<'a> {
    address: Option<SocketAddr>,
    certificate: Option<&'a ServerCertificate>,
    certificate_name: Option<&'a str>,
    grants: Vec<Grant>,
    gives_no_refresh_tokens: bool,
}

impl<'a> TokenServiceBuilder<'a> {
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

    /// Writing its certificate under this name instead of `token-signer.pem`.
    #[must_use]
    pub fn certificate_name(mut self, name: &'a str) -> Self {
        self.certificate_name = Some(name);
        self
    }

    /// Allows these actions in repositories of this name (stars match anything), and what no grant allows
    /// no more. Without any grant everything is allowed.
    #[must_use]
    pub fn grant(mut self, repositories: &str, actions: &[&str]) -> Self {
        self.grants.push(Grant::new(repositories, actions));
        self
    }

    /// Giving no refresh tokens, so that `docker login` stores the password itself.
    #[must_use]
    pub fn without_refresh_tokens(mut self) -> Self {
        self.gives_no_refresh_tokens = true;
        self
    }

    /// Binds and serves those whom a cloud lets in; writes `token-signer.pem` into the folder.
    ///
    /// # Errors
    /// When the address cannot be bound or the folder cannot be written.
    pub fn start(self, admission: Arc<dyn Admission>, folder: &Path) -> io::Result<TokenService> {
        let signer = Signer::new()?;
        let certificate_file =
            folder.canonicalize()?.join(self.certificate_name.unwrap_or("token-signer.pem"));
        fs::write(&certificate_file, signer.certificate_pem())?;
        let grants = if self.grants.is_empty() { vec![Grant::everything()] } else { self.grants };
        let refresh = (!self.gives_no_refresh_tokens).then(Mutex::default);
        let clerk = Clerk { signer, grants, admission, refresh };
        let tls = self.certificate.map(ServerCertificate::server_config).transpose()?;
        let address = self.address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        Ok(TokenService { server: Server::start(address, tls, Arc::new(clerk))?, certificate_file })
    }
}

impl TokenService {
    /// A token service with other settings.
    #[must_use]
    pub fn builder<'a>() -> TokenServiceBuilder<'a> {
        TokenServiceBuilder::default()
    }

    /// For the registry's `auth.token.realm`.
    #[must_use]
    pub fn realm(&self) -> String {
        format!("{}/token", self.server.url())
    }

    /// For the registry's `auth.token.issuer`.
    #[must_use]
    pub fn issuer(&self) -> &'static str {
        ISSUER
    }

    /// For the registry's `auth.token.rootcertbundle`.
    #[must_use]
    pub fn certificate_file(&self) -> &Path {
        &self.certificate_file
    }
}

struct Clerk {
    signer: Signer,
    grants: Vec<Grant>,
    admission: Arc<dyn Admission>,
    /// A refresh token counts as long as the password it stands for; absent where none are given.
    refresh: Option<Mutex<HashMap<String, Login>>>,
}

#[derive(Clone)]
struct Login {
    username: String,
    password: Secret,
}

impl http::Service for Clerk {
    fn answer(&self, request: &Request) -> Reply {
        self.admission.trouble(Desk::TokenService).or(|| match request.method.as_str() {
            _ if request.path != "/token" => refused(404, "there is nothing here but /token"),
            "GET" => self.get(request),
            "POST" => self.post(request),
            _ => refused(405, "only GET and POST are answered"),
        })
    }
}

impl Clerk {
    fn get(&self, request: &Request) -> Reply {
        let fields = request.fields();
        let login =
            request.basic().map(|(username, password)| Login { username, password: Secret::new(password) });
        let Some(login) = login.filter(|login| self.is_good(login)) else {
            return refused(401, "authentication required")
                .with_header("www-authenticate", "Basic realm=\"shorepass test token service\"");
        };
        let (token, _) = self.token(&login, &fields);
        let mut body = json!({
            "token": token,
            "access_token": token,
            "expires_in": TOKEN_LIFE.as_secs(),
            "issued_at": iso(now()),
        });
        if fields.get("offline_token") == Some("true") {
            self.remember(&mut body, login);
        }
        Reply::json(200, &body)
    }

    /// The OAuth2 form of distribution's "oauth" specification.
    fn post(&self, request: &Request) -> Reply {
        let fields = request.fields();
        let given = |name: &str| fields.get(name).unwrap_or_default();
        let login = match given("grant_type") {
            "password" => {
                Some(Login { username: given("username").into(), password: Secret::new(given("password")) })
            }
            "refresh_token" => {
                let known =
                    self.refresh.as_ref().map(|known| known.lock().unwrap_or_else(PoisonError::into_inner));
                known.and_then(|known| known.get(given("refresh_token")).cloned())
            }
            _ => return oauth_error(400, "unsupported_grant_type"),
        };
        let Some(login) = login.filter(|login| self.is_good(login)) else {
            return oauth_error(401, "invalid_grant");
        };
        if given("service").is_empty() || given("client_id").is_empty() {
            return oauth_error(400, "invalid_request");
        }

        let (token, scope) = self.token(&login, &fields);
        let mut body = json!({
            "access_token": token,
            "expires_in": TOKEN_LIFE.as_secs(),
            "issued_at": iso(now()),
            "scope": scope,
        });
        if given("grant_type") == "refresh_token" {
            body["refresh_token"] = given("refresh_token").into();
        } else if given("access_type") == "offline" {
            self.remember(&mut body, login);
        }
        Reply::json(200, &body)
    }

    fn is_good(&self, login: &Login) -> bool {
        self.admission.is_valid(&login.username, login.password.expose())
    }

    fn token(&self, login: &Login, fields: &Fields) -> (String, String) {
        let is_allowed = |repository: &str, action: &str| {
            self.admission.allows(login.password.expose(), repository, action)
        };
        let access = granted(&self.grants, is_allowed, fields);
        let scope: Vec<String> = access.iter().map(grant::as_scope).collect();
        let service = fields.get("service").unwrap_or_default();
        let token =
            self.signer.sign(ISSUER, &login.username, service, &Value::Array(access), now(), TOKEN_LIFE);
        (token, scope.join(" "))
    }

    fn remember(&self, body: &mut Value, login: Login) {
        let Some(known) = &self.refresh else { return };
        let token = random::base64_text(64);
        body["refresh_token"] = token.as_str().into();
        known.lock().unwrap_or_else(PoisonError::into_inner).insert(token, login);
    }
}

/// The machine's time, because the real registry judges by it.
fn now() -> SystemTime {
    ServerClock::default().now()
}

fn refused(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "errors": [{ "code": "UNAUTHORIZED", "message": message }] }))
}

fn oauth_error(status: u16, code: &str) -> Reply {
    Reply::json(status, &json!({ "error": code }))
}

const ISSUER: &str = "shorepass-test-issuer";
/// Distribution's default when a reply does not tell.
const TOKEN_LIFE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests;
