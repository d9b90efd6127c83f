//! Accepts connections, a bounded number at once, until it is told to leave.

use std::{sync::Arc, time::Duration};

use interprocess::local_socket::traits::tokio::Listener as _;
use tokio::{
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{connection, house::House, lifeline::Lifeline, listen::Listening, peer::Peer};

/// Serves until `leave` is done or nobody finds us any more; then answers what is in flight, unless there is
/// nobody to answer.
pub(crate) async fn serve(
    house: Arc<House>,
    listening: Listening,
    leave: impl Future<Output = ()>,
    lifeline: &Lifeline,
) {
    let mut connections = JoinSet::new();
    tokio::select! {
        () = leave => {}
        () = listening.lost() => tracing::warn!("the socket is gone"),
        () = accept(&house, &listening, &mut connections) => {}
    }
    listening.end();
    tracing::info!(in_flight = connections.len(), "leaving");
    let drain = async { while connections.join_next().await.is_some() {} };
    tokio::select! {
        _ = timeout(house.request_timeout(), drain) => {}
        () = lifeline.over() => {}
    }
}

async fn accept(house: &Arc<House>, listening: &Listening, connections: &mut JoinSet<()>) {
    let seats = Arc::new(Semaphore::new(house.broker.config().broker.connections));
    loop {
        // Without a free seat nobody is accepted: clients wait in the socket's queue, under their own deadline.
        let seat = Arc::clone(&seats).acquire_owned().await.ok();
        let stream = listening.listener.accept().await;
        while connections.try_join_next().is_some() {}
        match stream.and_then(|stream| Ok((Peer::of(&stream)?, stream))) {
            Ok((peer, stream)) => {
                let house = Arc::clone(house);
                connections.spawn(async move {
                    connection::serve(house, stream, peer).await;
                    drop(seat);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "connection not accepted");
                sleep(AFTER_REFUSAL).await;
            }
        }
    }
}

/// Descriptors may have run out; a pause keeps that from becoming a busy loop.
const AFTER_REFUSAL: Duration = Duration::from_millis(50);
