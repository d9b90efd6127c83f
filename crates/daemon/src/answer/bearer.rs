//! What an HTTP request to a registry has to show: a token of its token service, or the login as it is.
//!
//! The credential is the one that clients get. Tokens are short-lived and good for one repository, so none is kept.

use std::{io, sync::Arc, time::SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use shorepass_core::{
    bearer::{Action, BearerGiven, BearerRequest, Wanted},
    broker::Answer,
    credential::Credential,
    exchange::{ErrorKind, ExchangeError, Surroundings, WorkerRequest},
    front_door::image::Image,
    registry::{HUB, Registry},
    route::Route,
    vault::{Login, REFRESH_TOKEN},
};
use shorepass_protocol::message::{Authorization, Failure, Reply};
use shorepass_secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};
use zeroize::Zeroizing;

use super::{
    credential::follow,
    obtain::{Wanted as Freshness, obtain},
};
use crate::{
    audit::{Record, rfc3339},
    connection::Wire,
    house::House,
    peer::Peer,
    words,
};

/// What somebody asks for.
pub(super) struct Question {
    pub(super) server: String,
    pub(super) repository: Option<String>,
    pub(super) access: Option<String>,
}

/// What is to be shown.
pub(super) struct Shown {
    pub(super) scheme: &'static str,
    pub(super) token: Secret,
    pub(super) ends: Option<SystemTime>,
}

pub(super) async fn give<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    question: &Question,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut record = Record::begin(house, peer, "bearer", Some(&question.server));
    let (server, wanted) = match question.understand() {
        Ok(understood) => understood,
        Err(failure) => {
            record.fails(&failure.code);
            record.end("error");
            return wire.send(&Reply::<Authorization>::Error(failure)).await;
        }
    };
    let Some((mut route, surroundings)) =
        follow::<Authorization, S>(house, wire, peer, &server, &mut record).await?
    else {
        return Ok(());
    };
    let reply = match of_route(house, &mut route, &server, &surroundings, wanted).await {
        Ok(Some(Shown { scheme, token, ends })) => {
            record.expires(ends);
            record.end("done");
            Reply::Ok(Authorization { scheme: scheme.into(), token, expires_at: ends.map(rfc3339) })
        }
        Ok(None) => {
            record.end("not_found");
            Reply::Error(words::failure(asks_nothing(&route)))
        }
        Err(error) if is_nobody_s(&error, &route) => {
            record.end("not_found");
            Reply::NotFound
        }
        Err(error) => {
            record.fails(&error.code);
            record.end("error");
            Reply::Error(words::failure_at(&route.registry, error))
        }
    };
    wire.send(&reply).await
}

/// What a request to the route's registry has to show; nothing where it asks for nothing.
pub(super) async fn of_route(
    house: &Arc<House>,
    route: &mut Route,
    server: &str,
    surroundings: &Surroundings,
    wanted: Option<Wanted>,
) -> Result<Option<Shown>, ExchangeError> {
    let Answer { credential, .. } = obtain(house, route, server, surroundings, Freshness::AtHand).await?;
    let login = Login { username: credential.username.clone(), secret: credential.secret.clone() };
    let request = WorkerRequest::Bearer(Box::new(BearerRequest::new(route, login, wanted)));
    let begun = house.clock.now();
    match house.workers.ask(&request, surroundings).await? {
        BearerGiven::Bearer { token, life_ms } => {
            let ends = begun.wall + std::time::Duration::from_millis(life_ms);
            Ok(Some(Shown { scheme: "Bearer", token, ends: Some(ends) }))
        }
        BearerGiven::Basic => basic(&credential, route).map(Some),
        BearerGiven::Anybody => Ok(None),
    }
}

/// The login as it is.
pub(super) fn basic(credential: &Credential, route: &Route) -> Result<Shown, ExchangeError> {
    if credential.username == REFRESH_TOKEN {
        let host = words::bare(&route.registry);
        let message = format!("the login of `{host}` is a refresh token, which no header can show");
        let error = ExchangeError::new(ErrorKind::Misconfigured, "refresh_token_only", message);
        return Err(error.with_hint(format!(
            "have a token made of it by `shorepass token {host} --repository NAME`, or log in with a password: \
             `docker login {host}`"
        )));
    }
    let pair = Zeroizing::new([&credential.username, ":", credential.secret.expose()].concat());
    let token = Secret::new(STANDARD.encode(pair.as_bytes()));
    Ok(Shown { scheme: "Basic", token, ends: credential.end() })
}

/// Whether it says no more than that nobody has logged in.
pub(super) fn is_nobody_s(error: &ExchangeError, route: &Route) -> bool {
    error.is_no_login() && route.is_by_default
}

impl Question {
    /// The route goes by the repository, too: a namespace may have a login of its own.
    fn understand(&self) -> Result<(String, Option<Wanted>), Failure> {
        let access = self.access.as_deref().unwrap_or("pull");
        let actions = Action::parse_all(access).ok_or_else(|| {
            let hint = "ask for `--access pull`, `push` or `pull,push`";
            words::misconfigured("access_unknown", "that is no access to a repository", hint)
        })?;
        let Some(repository) = self.repository.as_deref() else { return Ok((self.server.clone(), None)) };
        let Ok(registry) = Registry::parse(&self.server) else { return Ok((self.server.clone(), None)) };
        let is_official = registry.host() == HUB && registry.has_default_port() && !repository.contains('/');
        let repository = if is_official { format!("library/{repository}") } else { repository.to_owned() };
        let image = Image::at(&registry.authority(), &repository);
        let wanted = image.as_ref().and_then(|image| Wanted::new(image.repository(), actions));
        match (image, wanted) {
            (Some(image), Some(wanted)) => Ok((image.registry().to_string(), Some(wanted))),
            _ => {
                let hint = "name it without host and tag, such as `team/app`";
                Err(words::misconfigured("repository_invalid", "that is no repository's name", hint))
            }
        }
    }
}

fn asks_nothing(route: &Route) -> ExchangeError {
    let host = words::bare(&route.registry);
    let message = format!("`{host}` asks for no login, so there is no token for it");
    ExchangeError::new(ErrorKind::Misconfigured, "bearer_not_asked", message)
        .with_hint("send the request without a header")
}
