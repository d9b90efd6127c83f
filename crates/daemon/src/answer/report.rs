//! What the broker tells about itself and its configuration.

use std::io;

use shorepass_core::{broker::EntryReport, config::Config, identity::VAULT, login::LoginKey};
use shorepass_protocol::message::{BrokerStatus, Checked, Listed, Reply, Status};

use tokio::io::{AsyncRead, AsyncWrite};

use super::{credential::ask_surroundings, find_route, obtain::settle};
use crate::{audit::rfc3339, connection::Wire, files, house::House, peer::Peer, words};

/// Hosts with a credential at hand; a token that the Docker CLI keeps for itself is no host's.
pub(super) fn live(house: &House, peer: Peer) -> Listed {
    let live = |entry: EntryReport| {
        let is_aside = LoginKey::of(&entry.registry).is_aside();
        Some((words::place(&entry), entry.username.filter(|_| !is_aside)?))
    };
    let registries = house.broker.entries(peer.uid).into_iter().filter_map(live).collect();
    Listed { registries, incomplete: None }
}

/// Without any network; whether a login is stored is looked up.
pub(super) async fn explain<S>(house: &House, wire: &mut Wire<S>, peer: Peer, server: &str) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let reply = match find_route(house, server) {
        Ok(Some(mut route)) => {
            let unsettled = if route.login_keys().is_empty() {
                None
            } else {
                let surroundings = ask_surroundings(wire, peer, VAULT.to_vec()).await?;
                settle(house, &mut route, &surroundings).await.err()
            };
            Reply::Ok(words::explained(&route, unsettled))
        }
        Ok(None) => Reply::Ok(words::unexplained(server.trim().to_owned())),
        Err(failure) => Reply::Error(failure),
    };
    wire.send(&reply).await
}

pub(super) fn status(house: &House, peer: Peer) -> Status {
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
        vault: house.vaults.known(peer.uid).map(|(store, index)| words::known_vault(store, index)),
        pull_limits: house.pull_limits.last(peer.uid),
    }
}

/// Read afresh: what is in force may be older.
pub(super) fn check_config() -> Checked {
    let files = files::configuration();
    let faults = Config::load(&files, files::named_configuration().as_deref()).err().unwrap_or_default();
    let present = files.iter().filter(|file| file.exists()).map(|file| file.display().to_string());
    Checked { files: present.collect(), faults: faults.iter().map(words::config_fault).collect() }
}
