//! Bazel's question for an URL: the header to send along, or nothing.

use std::{io, sync::Arc, time::Duration};

use shorepass_core::{
    bearer::{Action, Wanted},
    exchange::{ExchangeError, Surroundings},
    front_door::bazel::{self, Asked},
    route::Route,
};
use shorepass_protocol::message::{Granted, Reply};
use shorepass_secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    bearer::{self, Shown, is_nobody_s},
    credential::follow,
    front_door::{fail, give},
    obtain::{Wanted as Freshness, obtain},
};
use crate::{
    audit::{Record, rfc3339},
    connection::Wire,
    house::House,
    peer::Peer,
    words,
};

pub(super) async fn answer<S>(
    house: &Arc<House>,
    wire: &mut Wire<S>,
    peer: Peer,
    input: &Secret,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let asked = match Asked::parse(input.expose()) {
        Ok(asked) => asked,
        Err(error) => {
            let hint = "give it URLs of registries only, by `--credential_helper=HOST=PATH`";
            let failure = words::misconfigured("bazel_request", error.to_string(), hint);
            return wire.send(&Reply::<Granted>::Error(failure)).await;
        }
    };
    let Some(server) = asked.server() else { return give(wire, bazel::nothing()).await };
    let mut record = Record::begin(house, peer, "bazel", Some(&server));
    let Some((mut route, surroundings)) =
        follow::<Granted, S>(house, wire, peer, &server, &mut record).await?
    else {
        return Ok(());
    };
    match shown(house, &mut route, &server, &surroundings, &asked).await {
        Ok(Some(shown)) => {
            record.expires(shown.ends);
            record.end("done");
            let ends = shown.ends.unwrap_or_else(|| house.clock.now().wall + ASKED_AGAIN_AFTER);
            let header = Secret::new([shown.scheme, " ", shown.token.expose()].concat());
            give(wire, bazel::headers(&header, &rfc3339(ends))).await
        }
        Ok(None) => {
            record.end("not_found");
            give(wire, bazel::nothing()).await
        }
        Err(error) if is_nobody_s(&error, &route) => {
            record.end("not_found");
            give(wire, bazel::nothing()).await
        }
        Err(error) => fail(wire, &mut record, &route, error, bazel::nothing()).await,
    }
}

async fn shown(
    house: &Arc<House>,
    route: &mut Route,
    server: &str,
    surroundings: &Surroundings,
    asked: &Asked,
) -> Result<Option<Shown>, ExchangeError> {
    match asked {
        Asked::Registry { repository, .. } => {
            let wanted = repository.as_deref().and_then(|name| Wanted::new(name, vec![Action::Pull]));
            bearer::of_route(house, route, server, surroundings, wanted).await
        }
        Asked::Realm { .. } => {
            let found = obtain(house, route, server, surroundings, Freshness::AtHand).await?;
            bearer::basic(&found.credential, route).map(Some)
        }
        Asked::Nothing => Ok(None),
    }
}

/// Of what nobody has said when it ends.
const ASKED_AGAIN_AFTER: Duration = Duration::from_secs(300);
