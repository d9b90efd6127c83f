//! An app's own signature: a JWT with RS256 that was made for the next ten minutes at most.

use jsonwebtoken::{Algorithm, decode_header};
use serde_json::Value;

use crate::cloud::{
    ApiError,
    clock::whole_seconds,
    github::{App, House, World, error::api},
    http::Request,
    issuer::claims_unverified,
    stand::{Site, bearer},
};

/// The id of the app that has signed the request.
pub(super) fn app(site: &Site<House>, request: &Request) -> Result<u64, ApiError> {
    let undecodable = || api(401, "A JSON web token could not be decoded");
    let token = bearer::shown(request).ok_or_else(undecodable)?;
    if decode_header(token).map(|header| header.alg) != Ok(Algorithm::RS256) {
        return Err(undecodable());
    }
    let claimed = claims_unverified(token).ok_or_else(undecodable)?;
    let world = site.world();
    let app = issuer(&claimed["iss"]).and_then(|issuer| named(&world, &issuer));
    let app = app.ok_or_else(|| api(404, "Integration not found"))?;
    let claims = app.verified(token).ok_or_else(undecodable)?;
    check_dates(&claims, whole_seconds(site.now()))?;
    Ok(app.id)
}

fn check_dates(claims: &Value, now: u64) -> Result<(), ApiError> {
    let end = claims["exp"].as_u64().filter(|end| *end > now).ok_or_else(|| {
        api(401, "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires")
    })?;
    if end > now + MOST_SECONDS {
        return Err(api(401, "'Expiration time' claim ('exp') is too far in the future"));
    }
    if claims["iat"].as_u64().is_none_or(|begin| begin > now) {
        return Err(api(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
        ));
    }
    Ok(())
}

/// The app's id, as text or number, or its client id.
fn issuer(claim: &Value) -> Option<String> {
    claim.as_str().map(str::to_owned).or_else(|| claim.as_u64().map(|id| id.to_string()))
}

fn named<'w>(world: &'w World, issuer: &str) -> Option<&'w App> {
    world.apps.iter().find(|app| app.client_id == issuer || app.id.to_string() == issuer)
}

const MOST_SECONDS: u64 = 600;
