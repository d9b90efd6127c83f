//! What is done for each operation.

use std::{io, sync::Arc, time::SystemTime};

use shorepass_core::{
    broker::{Answer, Source},
    config::Config,
    exchange::{ExchangeError, Surroundings},
    registry::Registry,
    route::Route,
};
use shorepass_protocol::message::{
    BrokerStatus, Checked, Done, FailedRegistry, Failure, Granted, Listed, Operation, Reply, Status,
};
use shorepass_secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{
    audit::{self, milliseconds, rfc3339},
    connection::Wire,
    files,
    house::House,
    peer::Peer,
    words,
};

/// Answers one request of a peer that is served.
pub(crate) async fn answer<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    operation: Operation,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    house.reload_if_changed();
    match operation {
        Operation::Get { server } => get(house, wire, peer, &server).await,
        Operation::Refresh { server: Some(server) } => refresh(house, wire, peer, &server).await,
        Operation::Refresh { server: None } => {
            let (count, failed) = house.broker.refresh_all(peer.uid).await;
            wire.send(&Reply::Ok(Done { count, failed: failed.into_iter().map(failed_registry).collect() }))
                .await
        }
        Operation::Store { server } => {
            let reply = routed(house, &server, |_| Done::default());
            note(house, peer, "store", &server, outcome(&reply));
            wire.send(&reply).await
        }
        Operation::Erase { server } => {
            let count = match house.broker.route(&server) {
                Ok(Some(route)) => house.broker.forget(Some(&route), peer.uid),
                _ => 0,
            };
            note(house, peer, "erase", &server, "done");
            wire.send(&Reply::Ok(Done { count, failed: Vec::new() })).await
        }
        Operation::Forget { server: None } => {
            let count = house.broker.forget(None, peer.uid);
            wire.send(&Reply::Ok(Done { count, failed: Vec::new() })).await
        }
        Operation::Forget { server: Some(server) } => {
            let forget =
                |route| Done { count: house.broker.forget(Some(&route), peer.uid), failed: Vec::new() };
            wire.send(&routed(house, &server, forget)).await
        }
        Operation::List => wire.send(&Reply::Ok(list(house, peer))).await,
        Operation::Explain { server } => wire.send(&explain(house, &server)).await,
        Operation::Status => wire.send(&Reply::Ok(status(house, peer))).await,
        Operation::CheckConfig => wire.send(&Reply::Ok(check_config())).await,
        Operation::Stop => {
            wire.send(&Reply::Ok(Done::default())).await?;
            tracing::info!(pid = peer.pid, "asked to leave");
            house.leave.notify_one();
            Ok(())
        }
    }
}

async fn get<S>(house: &Arc<House>, wire: &mut Wire<S>, peer: Peer, server: &str) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let route = match find_route(house, server) {
        Ok(Some(route)) => route,
        Ok(None) => {
            note(house, peer, "get", server, "not_found");
            return wire.send(&Reply::<Granted>::NotFound).await;
        }
        Err(failure) => return wire.send(&Reply::<Granted>::Error(failure)).await,
    };
    let begun = house.clock.now();
    let surroundings = ask_surroundings(wire, peer, &route).await?;
    let result = house.broker.get(&route, &surroundings).await;

    let took = house.clock.now().steady.saturating_sub(begun.steady);
    house.audit.write(&audit::Line {
        time: rfc3339(begun.wall),
        op: "get",
        registry: words::bare(&route.registry),
        kind: Some(route.target.kind().name()),
        identity: Some(&route.identity_name),
        access: Some(route.access.name()),
        outcome: match &result {
            Ok(answer) => source(answer),
            Err(_) if route.is_anonymous_on_failure => "anonymous",
            Err(_) => "error",
        },
        code: result.as_ref().err().map(|error| error.code.as_str()),
        expires_at: result.as_ref().ok().map(|answer| rfc3339(answer.credential.expires_at)),
        uid: peer.uid,
        pid: peer.pid,
        ms: milliseconds(took),
    });
    let reply = match result {
        Ok(Answer { credential, .. }) => Reply::Ok(Granted {
            username: credential.username.clone(),
            secret: credential.secret.clone(),
            expires_at: rfc3339(credential.expires_at),
        }),
        Err(_) if route.is_anonymous_on_failure => Reply::NotFound,
        Err(error) => Reply::Error(words::failure(error)),
    };
    wire.send(&reply).await
}

async fn refresh<S>(house: &Arc<House>, wire: &mut Wire<S>, peer: Peer, server: &str) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let route = match find_route(house, server) {
        Ok(Some(route)) => route,
        Ok(None) => return wire.send(&Reply::<Done>::NotFound).await,
        Err(failure) => return wire.send(&Reply::<Done>::Error(failure)).await,
    };
    let surroundings = ask_surroundings(wire, peer, &route).await?;
    let reply = match house.broker.refresh(&route, &surroundings).await {
        Ok(_) => Reply::Ok(Done { count: 1, failed: Vec::new() }),
        Err(error) => Reply::Error(words::failure(error)),
    };
    wire.send(&reply).await
}

/// Nothing is asked for that the route does not name.
async fn ask_surroundings<S>(wire: &mut Wire<S>, peer: Peer, route: &Route) -> io::Result<Surroundings>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let names: Vec<String> = route.variables().into_iter().map(str::to_owned).collect();
    let wants_home = names.iter().any(|name| name == "HOME");
    let mut env = if names.is_empty() { Default::default() } else { wire.environment(names).await?.env };
    // A caller under a bare service manager has no HOME, and its files are at home all the same.
    if wants_home && peer.uid == Peer::own().uid && !env.contains_key("HOME") {
        let home = shorepass_protocol::place::home();
        env.extend(home.and_then(|home| Some(("HOME".to_owned(), Secret::new(home.to_str()?)))));
    }
    Ok(Surroundings { uid: peer.uid, gid: peer.gid, env })
}

fn find_route(house: &House, server: &str) -> Result<Option<Route>, Failure> {
    if let Some(faults) = house.crippling_faults() {
        return Err(words::broken_configuration(&faults));
    }
    house.broker.route(server).map_err(|error| words::broken_rule(&error))
}

fn routed<T>(house: &House, server: &str, work: impl FnOnce(Route) -> T) -> Reply<T> {
    match find_route(house, server) {
        Ok(Some(route)) => Reply::Ok(work(route)),
        Ok(None) => Reply::NotFound,
        Err(failure) => Reply::Error(failure),
    }
}

fn explain(house: &House, server: &str) -> Reply<shorepass_protocol::message::Explained> {
    match routed(house, server, |route| words::explained(&route)) {
        Reply::NotFound => {
            let understood = Registry::parse(server).map(|registry| words::bare(&registry));
            Reply::Ok(words::unexplained(understood.unwrap_or_else(|_| server.trim().to_owned())))
        }
        reply => reply,
    }
}

fn list(house: &House, peer: Peer) -> Listed {
    let live =
        |entry: shorepass_core::broker::EntryReport| Some((words::bare(&entry.registry), entry.username?));
    Listed { registries: house.broker.entries(peer.uid).into_iter().filter_map(live).collect() }
}

fn status(house: &House, peer: Peer) -> Status {
    let now = house.clock.now();
    Status {
        broker: BrokerStatus {
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").into(),
            started_at: rfc3339(house.started.wall),
            socket: house.socket.display().to_string(),
            uptime_s: now.steady.saturating_sub(house.started.steady).as_secs(),
            config: house.broker.config().files.iter().map(|file| file.display().to_string()).collect(),
            config_error: house.config_error(),
        },
        counters: words::counters(house.broker.counters()),
        credentials: house.broker.entries(peer.uid).into_iter().map(words::credential).collect(),
    }
}

fn check_config() -> Checked {
    let files = files::configuration();
    let faults = Config::load(&files).err().unwrap_or_default();
    let present = files.iter().filter(|file| file.exists()).map(|file| file.display().to_string());
    Checked { files: present.collect(), faults: faults.iter().map(words::config_fault).collect() }
}

fn failed_registry((registry, error): (Registry, ExchangeError)) -> FailedRegistry {
    FailedRegistry { registry: words::bare(&registry), failure: words::failure(error) }
}

fn source(answer: &Answer) -> &'static str {
    match answer.source {
        Source::Cache => "cache",
        Source::Exchange => "exchange",
        Source::Stale => "stale",
    }
}

fn outcome<T>(reply: &Reply<T>) -> &'static str {
    match reply {
        Reply::Ok(_) => "done",
        Reply::NotFound => "not_found",
        _ => "error",
    }
}

/// An audit line of something that made no credential. A text that is no address is not repeated.
fn note(house: &House, peer: Peer, op: &str, server: &str, outcome: &str) {
    let time: SystemTime = house.clock.now().wall;
    house.audit.write(&audit::Line {
        time: rfc3339(time),
        op,
        registry: Registry::parse(server).map(|registry| words::bare(&registry)).unwrap_or_default(),
        kind: None,
        identity: None,
        access: None,
        outcome,
        code: None,
        expires_at: None,
        uid: peer.uid,
        pid: peer.pid,
        ms: 0,
    });
}
