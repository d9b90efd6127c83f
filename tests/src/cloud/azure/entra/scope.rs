//! What a token is wanted for: `RESOURCE/.default` of a resource that the tenant knows.

use super::missing;
use crate::cloud::{
    ApiError,
    azure::{error::aadsts, state::State},
    http::form::Fields,
};

/// An application's scope is one resource.
pub(super) fn of_application(state: &State, fields: &Fields) -> Result<String, ApiError> {
    let scope = fields.get("scope").filter(|scope| !scope.is_empty()).ok_or_else(|| missing("scope"))?;
    resource(state, scope)
}

/// What a person's sign-in is for.
pub(super) struct Wanted {
    pub(super) resource: String,
    /// With a token that says who it was.
    pub(super) has_id_token: bool,
    /// With a refresh token.
    pub(super) has_refresh_token: bool,
}

/// A person's scope is one resource and whatever OpenID adds to it.
pub(super) fn of_person(state: &State, scope: Option<&str>) -> Result<Wanted, ApiError> {
    let scope = scope.ok_or_else(|| missing("scope"))?;
    let (of_openid, resources): (Vec<&str>, Vec<&str>) =
        scope.split_whitespace().partition(|part| OF_OPENID.contains(part));
    Ok(Wanted {
        resource: resource(state, &resources.join(" "))?,
        has_id_token: of_openid.contains(&"openid"),
        has_refresh_token: of_openid.contains(&"offline_access"),
    })
}

fn resource(state: &State, scope: &str) -> Result<String, ApiError> {
    let named = scope.strip_suffix("/.default").filter(|named| !named.contains(char::is_whitespace));
    let Some(named) = named else {
        return Err(aadsts(70011, format!("The provided value for scope '{scope}' is not valid.")));
    };
    let (named, world) = (named.trim_end_matches('/'), state.world());
    if world.resources.iter().any(|known| known == named) {
        return Ok(named.to_owned());
    }
    let message = format!(
        "The resource principal named {named} was not found in the tenant named {}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
        world.tenant
    );
    Err(aadsts(500_011, message))
}

const OF_OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];
