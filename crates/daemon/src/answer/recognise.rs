//! What kind of registry answers at an address: asked by a person who sets it up, never on the way of a pull.

use std::{io, sync::Arc};

use shorepass_core::{
    exchange::WorkerRequest,
    identity::REACHING,
    recognise::{RecogniseRequest, Recognition},
    registry::Registry,
};
use shorepass_protocol::message::{FailureKind, Recognised, Reply};
use tokio::io::{AsyncRead, AsyncWrite};

use super::credential::ask_surroundings;
use crate::{audit::Record, connection::Wire, house::House, peer::Peer, words};

pub(super) async fn recognise<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    server: &str,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut record = Record::begin(house, peer, "recognise", Some(server));
    let Ok(registry) = Registry::parse(server) else {
        record.end("not_found");
        let hint = "name a host, with its port if it has one, such as `harbor.example:8443`";
        let failure =
            words::failed(FailureKind::Misconfigured, "address", "that is no registry's address", hint);
        return wire.send(&Reply::<Recognised>::Error(failure)).await;
    };
    let surroundings = ask_surroundings(wire, peer, REACHING.to_vec()).await?;
    let request = WorkerRequest::Recognise(RecogniseRequest { authority: registry.authority() });
    let reply = match house.workers.ask::<Recognition>(&request, &surroundings).await {
        Ok(Recognition { kind, because }) => {
            record.end("done");
            Reply::Ok(Recognised { registry: words::bare(&registry), kind, because })
        }
        Err(error) => {
            record.fails(&error.code);
            record.end("error");
            Reply::Error(words::failure(error))
        }
    };
    wire.send(&reply).await
}
