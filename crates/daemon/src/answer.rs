//! What is done for each operation.

mod bazel;
mod bearer;
mod credential;
mod front_door;
mod hand_on;
mod kubelet;
mod login;
mod obtain;
mod pull_limit;
mod recognise;
mod report;

use std::{io, sync::Arc};

use shorepass_core::{route::Route, vault::Login};
use shorepass_protocol::message::{Done, Failure, FailureKind, FrontDoor, Operation, Reply};
use tokio::io::{AsyncRead, AsyncWrite};

use self::bearer::Question;
use crate::{audit::Record, connection::Wire, house::House, peer::Peer, words};

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
    house.reload_if_changed().await;
    match operation {
        Operation::Get { server } => credential::get(house, wire, peer, &server).await,
        Operation::Bearer { server, repository, access } => {
            bearer::give(house, wire, peer, &Question { server, repository, access }).await
        }
        Operation::Present { door: FrontDoor::Kubelet, input } => {
            kubelet::answer(house, wire, peer, &input).await
        }
        Operation::Present { door: FrontDoor::Bazel, input } => {
            bazel::answer(house, wire, peer, &input).await
        }
        Operation::Refresh { server: Some(server) } => credential::refresh(house, wire, peer, &server).await,
        Operation::Refresh { server: None } => credential::refresh_all(house, wire, peer).await,
        Operation::Store { server, username, secret } => {
            login::store(house, wire, peer, &server, Login { username, secret }).await
        }
        Operation::Forget { server: Some(server) } => {
            let forget = |route: &Route| forget(house, peer, Some(route));
            wire.send(&at_route(house, peer, "forget", &server, forget)).await
        }
        Operation::Forget { server: None } => {
            Record::begin(house, peer, "forget", None).end("done");
            wire.send(&Reply::Ok(forget(house, peer, None))).await
        }
        Operation::Erase { server } => login::erase(house, wire, peer, &server).await,
        Operation::List => login::list(house, wire, peer).await,
        Operation::Vault(operation) => login::operate(house, wire, peer, operation).await,
        Operation::Explain { server } => report::explain(house, wire, peer, &server).await,
        Operation::Status => wire.send(&Reply::Ok(report::status(house, peer))).await,
        Operation::Recognise { server } => recognise::recognise(house, wire, peer, &server).await,
        Operation::PullLimit { server } => pull_limit::read(house, wire, peer, &server).await,
        Operation::CheckConfig => wire.send(&Reply::Ok(report::check_config())).await,
        Operation::Stop => stop(house, wire, peer).await,
    }
}

/// A broker for all users is not for each of them to end.
async fn stop<S>(house: &Arc<House>, wire: &mut Wire<S>, peer: Peer) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let record = Record::begin(house, peer, "stop", None);
    if !peer.is_served(false) {
        record.end("error");
        let message = "this broker serves all users of the machine, and only its own user may stop it";
        let hint = "to stop it, run `sudo shorepass broker stop`";
        return wire
            .send(&Reply::<Done>::Error(words::failed(FailureKind::Denied, "foreign_user", message, hint)))
            .await;
    }
    record.end("done");
    wire.send(&Reply::Ok(Done::default())).await?;
    tracing::info!(pid = peer.pid, "asked to leave");
    house.leave.notify_one();
    Ok(())
}

fn forget(house: &House, peer: Peer, route: Option<&Route>) -> Done {
    Done { count: house.broker.forget(route, peer.uid), ..Done::default() }
}

fn find_route(house: &House, server: &str) -> Result<Option<Route>, Failure> {
    if let Some(faults) = house.crippling_faults() {
        return Err(words::broken_configuration(&faults));
    }
    house.broker.route(server).map_err(|error| words::broken_rule(&error))
}

/// Does something that needs no more than a route, with its audit line.
fn at_route<T>(
    house: &House,
    peer: Peer,
    op: &'static str,
    server: &str,
    work: impl FnOnce(&Route) -> T,
) -> Reply<T> {
    let mut record = Record::begin(house, peer, op, Some(server));
    match find_route(house, server) {
        Ok(Some(route)) => {
            record.follow(&route);
            record.end("done");
            Reply::Ok(work(&route))
        }
        Ok(None) => {
            record.end("not_found");
            Reply::NotFound
        }
        Err(failure) => {
            record.fails(&failure.code);
            record.end("error");
            Reply::Error(failure)
        }
    }
}
