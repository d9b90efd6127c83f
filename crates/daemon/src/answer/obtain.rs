//! From a route to a credential: which stored login belongs to it, the broker, and who is asked when there is nothing.

use std::sync::Arc;

use shorepass_core::{
    broker::Answer,
    exchange::{ExchangeError, Surroundings},
    identity::Identity,
    route::Route,
};

use super::hand_on;
use crate::{house::House, words};

/// How a credential is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Any that is good.
    AtHand,
    /// A new one.
    Fresh,
}

/// Asks the broker, and where nobody has logged in the helper that was there before us.
pub(super) async fn obtain(
    house: &Arc<House>,
    route: &mut Route,
    server: &str,
    surroundings: &Surroundings,
    wanted: Wanted,
) -> Result<Answer, ExchangeError> {
    let own = hand_on::of_route(route, surroundings);
    let obtained = match settle(house, route, &own).await {
        Ok(()) => ask(house, route, &own, wanted).await,
        Err(error) => Err(error),
    };
    match obtained {
        Err(error) => match hand_on::way(house, route, server, surroundings, &error) {
            Some(way) => ask(house, &way, surroundings, wanted).await,
            None => Err(error),
        },
        obtained => obtained,
    }
}

async fn ask(
    house: &Arc<House>,
    route: &Route,
    surroundings: &Surroundings,
    wanted: Wanted,
) -> Result<Answer, ExchangeError> {
    match wanted {
        Wanted::AtHand => house.broker.get(route, surroundings).await,
        Wanted::Fresh => house.broker.refresh(route, surroundings).await,
    }
}

/// Finds the stored login that belongs to the route. Who has other means does not fail for want of one.
pub(super) async fn settle(
    house: &House,
    route: &mut Route,
    surroundings: &Surroundings,
) -> Result<(), ExchangeError> {
    let keys = route.login_keys();
    if keys.is_empty() {
        return Ok(());
    }
    let needs_one = matches!(route.identity, Identity::Stored(_));
    match house.vaults.index(surroundings).await {
        Ok(index) => route.login = keys.into_iter().find(|key| index.contains_key(key.text())),
        Err(error) if needs_one => return Err(error),
        // The worker hears why it is not to be had, should nothing else be.
        Err(error) => {
            (route.login, route.login_fault) = (keys.into_iter().next_back(), Some(Box::new(error)));
        }
    }
    if needs_one && route.login.is_none() { Err(no_login(route)) } else { Ok(()) }
}

/// With the very command that would store the login that is missing.
fn no_login(route: &Route) -> ExchangeError {
    let keys = route.login_keys();
    let error = ExchangeError::no_login();
    match keys.first().and_then(|key| key.name()) {
        Some(name) => {
            error.with_hint(format!("to store it, run `shorepass vault put {name} --username USER`"))
        }
        None => error.with_hint(format!("to log in, run `docker login {}`", words::bare(&route.registry))),
    }
}
