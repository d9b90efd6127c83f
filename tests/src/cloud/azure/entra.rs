//! Entra: tokens for applications and people, device codes and the documents that describe a tenant.

mod certificate;
mod client;
mod device;
mod discovery;
mod federated;
mod scope;
mod sign_ins;
mod token;

pub use self::sign_ins::SignIns;
use super::{answer::Answer, error::aadsts, state::State};
use crate::cloud::{ApiError, http::Request};

pub(super) fn answer(state: &State, request: &Request, operation: &str) -> Answer {
    match operation {
        "InstanceDiscovery" => Answer::nameless(Ok(discovery::instance(state, request))),
        "Discovery" => Answer::nameless(discovery::tenant(state, request)),
        "Keys" => Answer::nameless(discovery::keys(state, request)),
        "DeviceCode" => Answer::nameless(device::start(state, request)),
        _ => token::answer(state, request).into(),
    }
}

/// The tenant's part of the path, when it names this tenant.
fn tenant<'r>(state: &State, request: &'r Request) -> Result<&'r str, ApiError> {
    let named = request.path.split('/').nth(1).unwrap_or_default();
    let world = state.world();
    if named.eq_ignore_ascii_case(&world.tenant) || named.eq_ignore_ascii_case(&world.domain) {
        return Ok(named);
    }
    if !is_guid(named) && !named.contains('.') {
        let message = format!(
            "Specified tenant identifier '{named}' is neither a valid DNS name, nor a valid external domain."
        );
        return Err(aadsts(900_023, message));
    }
    let message = format!(
        "Tenant '{named}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
    );
    Err(aadsts(90002, message))
}

/// People may sign in without naming their tenant.
fn tenant_of_people<'r>(state: &State, request: &'r Request) -> Result<&'r str, ApiError> {
    match request.path.split('/').nth(1) {
        Some(any @ ("common" | "organizations")) => Ok(any),
        _ => tenant(state, request),
    }
}

fn post_form(request: &Request) -> Result<(), ApiError> {
    let is_form = request.header("content-type").is_some_and(|kind| kind.starts_with(FORM));
    if request.method == "POST" && is_form {
        return Ok(());
    }
    Err(missing("grant_type"))
}

fn missing(parameter: &str) -> ApiError {
    aadsts(900_144, format!("The request body must contain the following parameter: '{parameter}'."))
}

fn is_guid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

const FORM: &str = "application/x-www-form-urlencoded";
