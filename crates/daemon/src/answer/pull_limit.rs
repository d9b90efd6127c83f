//! How many pulls are left at Docker Hub, read while somebody waits.

use std::{io, sync::Arc};

use shorepass_core::{exchange::Surroundings, kind::Target, route::Route};
use shorepass_protocol::message::{Failure, PullLimit, Reply};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    credential::follow,
    obtain::{Wanted, obtain},
};
use crate::{audit::Record, connection::Wire, house::House, peer::Peer, pull_limits::Wish, words};

pub(super) async fn read<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    server: &str,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut record = Record::begin(house, peer, "pull_limit", Some(server));
    let Some((route, surroundings)) = follow::<PullLimit, S>(house, wire, peer, server, &mut record).await?
    else {
        return Ok(());
    };
    if !matches!(route.target, Target::DockerHub(_)) {
        record.end("not_found");
        return wire.send(&Reply::<PullLimit>::NotFound).await;
    }
    let told = of_route(house, route, server, &surroundings).await;
    match &told {
        Ok(_) => record.outcome("done"),
        Err(failure) => {
            record.fails(&failure.code);
            record.outcome("error");
        }
    }
    wire.send(&Reply::from(told)).await
}

/// As whoever a client would be; where there is no login, as nobody.
async fn of_route(
    house: &Arc<House>,
    mut route: Route,
    server: &str,
    surroundings: &Surroundings,
) -> Result<PullLimit, Failure> {
    let credential = match obtain(house, &mut route, server, surroundings, Wanted::AtHand).await {
        Ok(answer) => Some(answer.credential),
        Err(error) if route.is_anonymous_on_failure || error.is_no_login() && route.is_by_default => None,
        Err(error) => return Err(words::failure(error)),
    };
    let wish = Wish::of(&route, credential.as_deref(), surroundings).ok_or_else(switched_off)?;
    house.pull_limits.read(&wish).await.map_err(words::failure)
}

fn switched_off() -> Failure {
    let message = "the rule says that the pull limit is not to be read";
    words::misconfigured(
        "pull_limit_off",
        message,
        "to have it read, remove `pull_limit = false` from the rule",
    )
}
