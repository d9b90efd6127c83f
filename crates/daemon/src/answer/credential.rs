//! Handing out and renewing credentials.

use std::{collections::BTreeMap, io, sync::Arc};

use serde::Serialize;
use shorepass_core::{
    broker::{Answer, Source},
    exchange::{ExchangeError, Surroundings},
    registry::Registry,
    route::Route,
};
use shorepass_protocol::message::{Done, FailedRegistry, Granted, Reply};
use shorepass_secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    find_route, hand_on,
    obtain::{Wanted, obtain},
};
use crate::{
    audit::{Record, rfc3339},
    connection::Wire,
    house::House,
    peer::Peer,
    pull_limits::Wish,
    words,
};

pub(super) async fn get<S>(house: &Arc<House>, wire: &mut Wire<S>, peer: Peer, server: &str) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut record = Record::begin(house, peer, "get", Some(server));
    let Some((mut route, surroundings)) =
        follow::<Granted, S>(house, wire, peer, server, &mut record).await?
    else {
        return Ok(());
    };
    let reply = match obtain(house, &mut route, server, &surroundings, Wanted::AtHand).await {
        Ok(Answer { credential, source }) => {
            record.expires(credential.end());
            record.end(name(source));
            if let Some(wish) = Wish::of(&route, Some(&credential), &surroundings) {
                house.pull_limits.read_later(wish);
            }
            Reply::Ok(Granted {
                username: credential.username.clone(),
                secret: credential.secret.clone(),
                expires_at: credential.end().map(rfc3339),
            })
        }
        Err(error) if error.is_no_login() && route.is_by_default => {
            record.end("not_found");
            Reply::NotFound
        }
        Err(error) => {
            record.fails(&error.code);
            record.end(if route.is_anonymous_on_failure { "anonymous" } else { "error" });
            if route.is_anonymous_on_failure {
                Reply::NotFound
            } else {
                Reply::Error(words::failure_at(&route.registry, error))
            }
        }
    };
    wire.send(&reply).await
}

pub(super) async fn refresh<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    server: &str,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut record = Record::begin(house, peer, "refresh", Some(server));
    let Some((mut route, surroundings)) = follow::<Done, S>(house, wire, peer, server, &mut record).await?
    else {
        return Ok(());
    };
    let reply = match obtain(house, &mut route, server, &surroundings, Wanted::Fresh).await {
        Ok(Answer { credential, source }) => {
            record.expires(credential.end());
            record.end(name(source));
            let clock_ahead_s = Some(credential.clock_ahead_ms / 1000).filter(|seconds| *seconds != 0);
            Reply::Ok(Done { count: 1, clock_ahead_s, ..Done::default() })
        }
        Err(error) if error.is_no_login() && route.is_by_default => {
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

pub(super) async fn refresh_all<S>(house: &Arc<House>, wire: &mut Wire<S>, peer: Peer) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let record = Record::begin(house, peer, "refresh", None);
    let (count, failed) = house.broker.refresh_all(peer.uid).await;
    record.end("done");
    let name = |(registry, error): (Registry, ExchangeError)| FailedRegistry {
        registry: words::bare(&registry),
        failure: words::failure(error),
    };
    wire.send(&Reply::Ok(Done { count, failed: failed.into_iter().map(name).collect(), ..Done::default() }))
        .await
}

/// Finds the route and asks the client for what it wants to know; `None` when the client has its answer already.
pub(super) async fn follow<T: Serialize, S>(
    house: &House,
    wire: &mut Wire<S>,
    peer: Peer,
    server: &str,
    record: &mut Record<'_>,
) -> io::Result<Option<(Route, Surroundings)>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match find_route(house, server) {
        Ok(Some(route)) => {
            record.follow(&route);
            let names = [route.variables(), hand_on::variables(house, &route)].concat();
            let surroundings = ask_surroundings(wire, peer, names).await?;
            Ok(Some((route, surroundings)))
        }
        Ok(None) => {
            record.outcome("not_found");
            wire.send(&Reply::<T>::NotFound).await?;
            Ok(None)
        }
        Err(failure) => {
            record.fails(&failure.code);
            record.outcome("error");
            wire.send(&Reply::<T>::Error(failure)).await?;
            Ok(None)
        }
    }
}

/// Nothing is asked for but these.
pub(super) async fn ask_surroundings<S>(
    wire: &mut Wire<S>,
    peer: Peer,
    names: Vec<&str>,
) -> io::Result<Surroundings>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let wants_home = names.contains(&"HOME");
    let mut env = if names.is_empty() { BTreeMap::new() } else { wire.environment(names).await?.env };
    // A caller under a bare service manager has no HOME, and its files are at home all the same.
    if wants_home && !env.contains_key("HOME") && peer.uid == Peer::own().uid {
        let home = shorepass_protocol::place::home();
        env.extend(home.and_then(|home| Some(("HOME".to_owned(), Secret::new(home.to_str()?)))));
    }
    Ok(Surroundings { uid: peer.uid, gid: peer.gid, env })
}

fn name(source: Source) -> &'static str {
    match source {
        Source::Cache => "cache",
        Source::Exchange => "exchange",
        Source::Stale => "stale",
    }
}
