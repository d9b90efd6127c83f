//! A registry that nobody has logged in to here may have its login where it was before Shorepass.
//!
//! Asked for only when everything else has nothing; what is found is cached like a stored login.

use std::borrow::Cow;

use shorepass_core::{
    exchange::{ExchangeError, Surroundings},
    hand_on::{HAND_ON_VARIABLES, HANDED_ON, HandOn},
    route::Route,
};

use crate::house::House;

/// The caller's variables that the other helper may need beside those of the route.
pub(super) fn variables(house: &House, route: &Route) -> Vec<&'static str> {
    if !route.may_be_handed_on() || house.broker.config().vault.hand_on.is_none() {
        return Vec::new();
    }
    let known = route.variables();
    HAND_ON_VARIABLES.iter().copied().filter(|name| !known.contains(name)).collect()
}

/// The surroundings without those: what is for the other helper only must not decide who we are to a cloud.
pub(super) fn of_route<'a>(route: &Route, all: &'a Surroundings) -> Cow<'a, Surroundings> {
    let known = route.variables();
    if all.env.keys().all(|name| known.contains(&name.as_str())) {
        return Cow::Borrowed(all);
    }
    let mut own = all.clone();
    own.env.retain(|name, _| known.contains(&name.as_str()));
    Cow::Owned(own)
}

/// The way by the other helper, for an error that says that there is nothing here; none for what comes from that
/// helper itself.
pub(super) fn way(
    house: &House,
    route: &Route,
    server: &str,
    surroundings: &Surroundings,
    error: &ExchangeError,
) -> Option<Route> {
    let helper = house.broker.config().vault.hand_on.clone()?;
    if !error.is_no_login() || !route.may_be_handed_on() || surroundings.env.contains_key(HANDED_ON) {
        return None;
    }
    let order = HandOn::new(&helper, server, &route.registry);
    Some(Route { login: None, hand_on: Some(Box::new(order)), ..route.clone() })
}
