//! IAM service account credentials: who may, gets another account's token.

mod asked;

use std::time::{Duration, SystemTime};

use serde_json::json;

use self::asked::Asked;
use super::{
    answer::Answer,
    error::{GET_ACCESS_TOKEN_DENIED, INSUFFICIENT_SCOPES, invalid_argument},
    issued::IssuedToken,
    operation::ACCOUNTS,
    scope,
    state::State,
    world::{ServiceAccount, World},
};
use crate::cloud::{
    ApiError,
    clock::{iso, whole_seconds},
    http::{Reply, Request, form::decode},
};

/// The principal is the caller's, once the caller has proved who it is.
pub(super) fn answer(state: &State, request: &Request) -> Answer {
    match state.bearer(request) {
        Err(error) => Answer::refused(error),
        Ok(caller) => {
            Answer { outcome: generate(state, request, &caller), principal: Some(caller.principal) }
        }
    }
}

fn generate(state: &State, request: &Request, caller: &IssuedToken) -> Result<Reply, ApiError> {
    if ![scope::CLOUD_PLATFORM, scope::IAM].iter().any(|wanted| caller.scopes.iter().any(|one| one == wanted))
    {
        return Err(ApiError::new(403, "PERMISSION_DENIED", INSUFFICIENT_SCOPES));
    }
    let asked = Asked::read(&request.body)?;
    let target = {
        let world = state.world();
        let target = find(&world, &target_email(&request.path))?;
        check_chain(&world, caller, &asked.delegates, target)?;
        target.clone()
    };
    check_lifetime(&target, asked.lifetime)?;

    let life = state.knobs.token_life_for(asked.lifetime);
    let end = state.now() + life;
    let end = if life < SHORTEST_WHOLE { end } else { whole_second(end) };
    let granted = state.grant_until(&target.member(), &asked.scopes, end);
    Ok(Reply::json(200, &json!({ "accessToken": granted.token, "expireTime": iso(end) })))
}

fn target_email(path: &str) -> String {
    let name = path.strip_prefix(ACCOUNTS).unwrap_or_default();
    decode(name.strip_suffix(":generateAccessToken").unwrap_or_default())
}

fn find<'a>(world: &'a World, email: &str) -> Result<&'a ServiceAccount, ApiError> {
    world.find_account(email).ok_or_else(|| {
        let message = format!("Not found; Gaia id not found for email {email}");
        ApiError::new(404, "NOT_FOUND", message)
    })
}

/// Each in the chain must be let in by the next, and the last by the target.
fn check_chain(
    world: &World,
    caller: &IssuedToken,
    delegates: &[String],
    target: &ServiceAccount,
) -> Result<(), ApiError> {
    let mut member = caller.principal.clone();
    for email in delegates {
        let delegate = find(world, email)?;
        check_trust(delegate, &member)?;
        member = delegate.member();
    }
    check_trust(target, &member)
}

fn check_trust(account: &ServiceAccount, member: &str) -> Result<(), ApiError> {
    if account.trusts(member) {
        return Ok(());
    }
    Err(ApiError::new(403, "PERMISSION_DENIED", GET_ACCESS_TOKEN_DENIED))
}

fn check_lifetime(account: &ServiceAccount, lifetime: Duration) -> Result<(), ApiError> {
    if lifetime.is_zero() {
        return Err(invalid_argument("Lifetime of access token must be larger then zero."));
    }
    let longest = if account.has_long_tokens { TWELVE_HOURS } else { super::state::HOUR };
    if lifetime <= longest {
        return Ok(());
    }
    let email = &account.email;
    Err(invalid_argument(if account.has_long_tokens {
        format!("Access tokens for service account {email} can not have lifetimes of more than 12 hours.")
    } else {
        format!(
            "Access tokens for service account {email} can not have lifetimes of more than 1 hour. Use the Org Policy Constraint constraints/iam.allowServiceAccountCredentialLifetimeExtension to allow up to 12 hours."
        )
    }))
}

/// Google dates tokens in whole seconds; only a test that wants very short ones sees fractions.
fn whole_second(at: SystemTime) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(whole_seconds(at))
}

const TWELVE_HOURS: Duration = Duration::from_secs(43_200);
const SHORTEST_WHOLE: Duration = Duration::from_secs(60);
