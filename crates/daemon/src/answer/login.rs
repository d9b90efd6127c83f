//! Stored logins: what clients store, erase and list, and what a person does by hand.

use std::{collections::BTreeMap, io, sync::Arc};

use shorepass_core::{
    exchange::{ExchangeError, Surroundings},
    identity::VAULT,
    login::LoginKey,
    registry::Registry,
    route::Route,
    vault::Login,
};
use shorepass_protocol::message::{
    Done, Failure, FailureKind, Granted, Listed, Reply, VaultOperation, VaultShown,
};
use shorepass_secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    credential::{ask_surroundings, follow},
    find_route, report,
};
use crate::{audit::Record, connection::Wire, house::House, peer::Peer, words};

/// Keeps a login that a client has made. A brokered registry needs none: scripts that pipe a password into
/// `docker login` go on working, and nothing is kept.
pub(super) async fn store<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    server: &str,
    login: Login,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut record = Record::begin(house, peer, "store", Some(server));
    let Some((route, surroundings)) = follow::<Done, S>(house, wire, peer, server, &mut record).await? else {
        return Ok(());
    };
    if !route.keeps_logins() {
        record.end("done");
        return wire.send(&Reply::Ok(Done::default())).await;
    }
    let key = LoginKey::of(&route.registry);
    let kept = house.vaults.put(key.text(), login, &surroundings).await;
    house.broker.forget_login(&key, peer.uid);
    let reply = match kept {
        Ok(()) => {
            record.outcome("stored");
            Reply::Ok(Done { count: 1, ..Done::default() })
        }
        Err(error) => {
            record.fails(&error.code);
            record.outcome("error");
            Reply::Error(words::failure(error))
        }
    };
    wire.send(&reply).await
}

/// Forgets what is cached and what is stored for one spelling, whatever the rules say: a login can be older than
/// they. Nothing there is success; a vault that does not let go of a login is not.
pub(super) async fn erase<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    server: &str,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut record = Record::begin(house, peer, "erase", Some(server));
    let Ok(registry) = Registry::parse(server) else {
        record.outcome("not_found");
        return wire.send(&Reply::Ok(Done::default())).await;
    };
    if let Some(faults) = house.crippling_faults() {
        record.fails("config");
        record.outcome("error");
        return wire.send(&Reply::<Done>::Error(words::broken_configuration(&faults))).await;
    }
    let key = LoginKey::of(&registry);
    let who = ask_surroundings(wire, peer, VAULT.to_vec()).await?;
    let route = find_route(house, server).ok().flatten();
    let is_kept = route.as_ref().is_none_or(Route::keeps_logins);
    let mut count = house.broker.forget_login(&key, peer.uid);
    if let Some(route) = &route {
        record.follow(route);
        count += house.broker.forget(Some(route), peer.uid);
    }
    let reply = match house.vaults.erase(key.text(), &who).await {
        // Where no login is kept, a vault that cannot be opened is no concern of a logout.
        Err(error) if is_kept => {
            record.fails(&error.code);
            record.outcome("error");
            Reply::Error(words::failure(error))
        }
        erased => {
            record.outcome("done");
            Reply::Ok(Done { count: count + u64::from(erased.unwrap_or(false)), ..Done::default() })
        }
    };
    wire.send(&reply).await
}

/// Hosts with a credential at hand and hosts with a stored login; the Docker CLI's own tokens and logins under
/// a name are no hosts.
pub(super) async fn list<S>(house: &House, wire: &mut Wire<S>, peer: Peer) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut listed = report::live(house, peer);
    if let Some(faults) = house.crippling_faults() {
        listed.incomplete = Some(words::broken_configuration(&faults));
        return wire.send(&Reply::Ok(listed)).await;
    }
    let surroundings = ask_surroundings(wire, peer, VAULT.to_vec()).await?;
    match house.vaults.index(&surroundings).await {
        Ok(index) => {
            let is_host =
                |key: &str| LoginKey::parse(key).is_ok_and(|key| key.name().is_none() && !key.is_aside());
            let hosts = index.iter().filter(|(key, _)| is_host(key));
            // What is at hand may be another identity's, such as a job's.
            listed.registries.extend(hosts.map(|(key, username)| (key.clone(), username.clone())));
        }
        Err(error) => listed.incomplete = Some(words::failure(error)),
    }
    wire.send(&Reply::Ok(listed)).await
}

/// What a person does with the vault.
pub(super) async fn operate<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    operation: VaultOperation,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // Nobody can say where logins are meant to be.
    if let Some(faults) = house.crippling_faults() {
        return wire.send(&Reply::<()>::Error(words::broken_configuration(&faults))).await;
    }
    let who = ask_surroundings(wire, peer, VAULT.to_vec()).await?;
    // A person looks at the vault itself, not at what was seen a minute ago.
    house.vaults.look_again(&who);
    match operation {
        VaultOperation::Show => wire.send(&show(house, &who).await).await,
        VaultOperation::List => {
            let registries = |index: Arc<BTreeMap<String, String>>| Listed {
                registries: BTreeMap::clone(&index),
                incomplete: None,
            };
            let reply = house.vaults.index(&who).await.map(registries).map_err(words::failure);
            wire.send(&Reply::from(reply)).await
        }
        VaultOperation::Get { key } => {
            let reply = match read(house, peer, &who, &key).await {
                Ok(Some(granted)) => Reply::Ok(granted),
                Ok(None) => Reply::NotFound,
                Err(failure) => Reply::Error(failure),
            };
            wire.send(&reply).await
        }
        VaultOperation::Put { key, username, secret } => {
            let reply = put(house, peer, &who, &key, Login { username, secret }).await;
            wire.send(&Reply::from(reply)).await
        }
        VaultOperation::Erase { key } => {
            let reply = take_out(house, peer, &who, &key).await;
            wire.send(&Reply::from(reply)).await
        }
        VaultOperation::Unlock { passphrase } => {
            let reply = unlock(house, peer, &who, passphrase).await;
            wire.send(&Reply::from(reply)).await
        }
    }
}

async fn show(house: &House, who: &Surroundings) -> Reply<VaultShown> {
    let mut shown = match house.vaults.survey(who).await {
        Ok(reply) => match words::vault(reply) {
            Ok(shown) => shown,
            Err(failure) => return Reply::Error(failure),
        },
        Err(error) => return Reply::Error(words::failure(error)),
    };
    match house.vaults.index(who).await {
        Ok(index) => shown.logins = Some(index.len() as u64),
        Err(error) => shown.failure = Some(words::failure(error)),
    }
    Reply::Ok(shown)
}

async fn read(house: &House, peer: Peer, who: &Surroundings, key: &str) -> Result<Option<Granted>, Failure> {
    let key = parse(key)?;
    let mut record = Record::begin(house, peer, "vault_get", key.name().is_none().then_some(key.text()));
    let found = done(&mut record, house.vaults.get(key.text(), who).await)?;
    Ok(found.map(|Login { username, secret }| Granted { username, secret, expires_at: None }))
}

async fn put(
    house: &House,
    peer: Peer,
    who: &Surroundings,
    key: &str,
    login: Login,
) -> Result<Done, Failure> {
    let key = parse(key)?;
    let mut record = Record::begin(house, peer, "vault_put", key.name().is_none().then_some(key.text()));
    done(&mut record, house.vaults.put(key.text(), login, who).await)?;
    house.broker.forget_login(&key, peer.uid);
    record.end("stored");
    Ok(Done { count: 1, ..Done::default() })
}

async fn take_out(house: &House, peer: Peer, who: &Surroundings, key: &str) -> Result<Done, Failure> {
    let key = parse(key)?;
    let mut record = Record::begin(house, peer, "vault_erase", key.name().is_none().then_some(key.text()));
    let was_there = done(&mut record, house.vaults.erase(key.text(), who).await)?;
    house.broker.forget_login(&key, peer.uid);
    record.end("done");
    Ok(Done { count: u64::from(was_there), ..Done::default() })
}

async fn unlock(house: &House, peer: Peer, who: &Surroundings, passphrase: Secret) -> Result<Done, Failure> {
    let mut record = Record::begin(house, peer, "vault_unlock", None);
    done(&mut record, house.vaults.unlock(passphrase, who).await)?;
    house.broker.forget(None, peer.uid);
    record.end("done");
    Ok(Done::default())
}

/// Notes the failure before it is passed on.
fn done<T>(record: &mut Record<'_>, result: Result<T, ExchangeError>) -> Result<T, Failure> {
    record.outcome("done");
    result.map_err(|error| {
        record.fails(&error.code);
        record.outcome("error");
        words::failure(error)
    })
}

fn parse(key: &str) -> Result<LoginKey, Failure> {
    LoginKey::parse(key).map_err(|error| {
        let hint = "name a registry, or a login by `name:NAME` with letters, digits, `-`, `_` and `.`";
        words::failed(FailureKind::Misconfigured, "login_key", error.to_string(), hint)
    })
}
