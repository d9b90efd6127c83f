//! What the broker tells about itself and its configuration.

use shorepass_core::{broker::EntryReport, config::Config, registry::Registry};
use shorepass_protocol::message::{BrokerStatus, Checked, Explained, Listed, Reply, Status};

use super::find_route;
use crate::{audit::rfc3339, files, house::House, peer::Peer, words};

pub(super) fn list(house: &House, peer: Peer) -> Listed {
    let live = |entry: EntryReport| Some((words::bare(&entry.registry), entry.username?));
    Listed { registries: house.broker.entries(peer.uid).into_iter().filter_map(live).collect() }
}

pub(super) fn explain(house: &House, server: &str) -> Reply<Explained> {
    match find_route(house, server) {
        Ok(Some(route)) => Reply::Ok(words::explained(&route)),
        Ok(None) => {
            let understood = Registry::parse(server).map(|registry| words::bare(&registry));
            Reply::Ok(words::unexplained(understood.unwrap_or_else(|_| server.trim().to_owned())))
        }
        Err(failure) => Reply::Error(failure),
    }
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
    }
}

/// Read afresh: what is in force may be older.
pub(super) fn check_config() -> Checked {
    let files = files::configuration();
    let faults = Config::load(&files, files::named_configuration().as_deref()).err().unwrap_or_default();
    let present = files.iter().filter(|file| file.exists()).map(|file| file.display().to_string());
    Checked { files: present.collect(), faults: faults.iter().map(words::config_fault).collect() }
}
