//! What the managed-identity endpoints have in common: which identity and which resource are meant.

use super::{
    access_token::{self, AccessToken},
    state::State,
    world::{Identity, World},
};
use crate::cloud::http::form::Fields;

/// Why there is no identity to speak for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoIdentity {
    /// None of that id, or none at all.
    Unknown,
    /// Several, and none was named.
    Several,
    /// Named in two ways at once.
    NamedTwice,
}

/// The identity that the fields name, or the one that stands for the machine.
///
/// The names are those of the fields for client id, object id and resource id.
pub(super) fn identity(world: &World, fields: &Fields, names: [&str; 3]) -> Result<Identity, NoIdentity> {
    let [client_id, object_id, resource_id] = names.map(|name| fields.get(name));
    let given = [client_id, object_id, resource_id].into_iter().flatten().count();
    if given > 1 {
        return Err(NoIdentity::NamedTwice);
    }
    if given == 0 {
        return default_identity(world);
    }
    let is_it =
        |given: Option<&str>, known: &str| given.is_some_and(|given| given.eq_ignore_ascii_case(known));
    let found = world.identities.iter().find(|identity| {
        is_it(client_id, &identity.client_id)
            || is_it(object_id, &identity.object_id)
            || is_it(resource_id, &identity.resource_id)
    });
    found.cloned().ok_or(NoIdentity::Unknown)
}

/// The resource as the tenant knows it; a slash at the end makes no difference.
pub(super) fn resource(world: &World, asked: &str) -> Option<String> {
    let asked = asked.trim_end_matches('/');
    world.resources.iter().find(|known| *known == asked).cloned()
}

pub(super) fn token(state: &State, identity: &Identity, resource: &str) -> AccessToken {
    let life = state.knobs.current().identity_token_life;
    access_token::issue(state, &identity.principal(), resource, life)
}

fn default_identity(world: &World) -> Result<Identity, NoIdentity> {
    if let Some(identity) = world.identities.iter().find(|identity| identity.is_system_assigned) {
        return Ok(identity.clone());
    }
    match &world.identities[..] {
        [] => Err(NoIdentity::Unknown),
        [only] => Ok(only.clone()),
        _ => Err(NoIdentity::Several),
    }
}
