//! `AssumeRoleWithWebIdentity`: a token of an OIDC issuer takes the place of a signature.
//!
//! The order of the checks is STS's as far as it can be seen from outside: the token's form, its
//! provider, its signature and audience, its time, and last the role's trust policy.

use super::{arguments::Arguments, assumed, begin, element};
use crate::cloud::aws::{answer::Outcome, caller::account_of, policy::matches, state::State, world::Role};
use crate::cloud::{ApiError, http::Request, issuer::Claims};

pub(super) fn answer(state: &State, request: &Request, arguments: &Arguments<'_>) -> Outcome {
    if request.header("authorization").is_some() {
        let message = "AssumeRoleWithWebIdentity is called without a signature";
        return Err(ApiError::new(403, "SignatureDoesNotMatch", message));
    }
    for absent in ["Tags.", "TransitiveTagKeys.", "ExternalId", "ProviderId"] {
        if arguments.has(absent) {
            let message = format!("{absent} is not accepted here");
            return Err(ApiError::new(400, "InvalidParameterCombination", message));
        }
    }
    let role_arn = arguments.role_arn()?;
    arguments.session_name()?;
    arguments.policy()?;
    arguments.duration()?;
    let token = arguments.required("WebIdentityToken", "webIdentityToken")?;

    let claims = verified(state, account_of(role_arn), token)?;
    let denied = || ApiError::of_code("AccessDenied");
    let role = state.world().roles.iter().find(|role| role.arn == role_arn).cloned().ok_or_else(denied)?;
    if !trusts(&role, &claims) {
        return Err(denied());
    }
    arguments.check_duration(role.longest_session)?;

    let session = begin(state, &role, arguments)?;
    let provider = format!(
        "arn:aws:iam::{}:oidc-provider/{}",
        account_of(role_arn),
        claims.issuer.trim_start_matches("https://").trim_start_matches("http://")
    );
    let further = [
        element("SubjectFromWebIdentityToken", &claims.subject),
        element("Audience", claims.audiences.first().map_or("", String::as_str)),
        element("Provider", &provider),
    ]
    .concat();
    Ok(assumed("AssumeRoleWithWebIdentity", &role, &session, &further))
}

fn verified(state: &State, account: &str, token: &str) -> Result<Claims, ApiError> {
    let invalid = |message: String| ApiError::new(400, "InvalidIdentityToken", message);
    let unread = Claims::unverified(token).ok_or_else(|| {
        invalid(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
                .into(),
        )
    })?;
    let world = state.world();
    let provider = world
        .providers
        .iter()
        .find(|provider| provider.account == account && provider.issuer.url() == unread.issuer)
        .ok_or_else(|| {
            invalid(format!("No OpenIDConnect provider found in your account for {}", unread.issuer))
        })?;

    let claims = provider.issuer.verify(token).map_err(|why| invalid(why.to_string()))?;
    let now = state.now_seconds();
    if claims.expires_at <= now {
        let message = format!(
            "Token expired: current date/time {now} must be before the expiration date/time {}",
            claims.expires_at
        );
        return Err(ApiError::new(400, "ExpiredTokenException", message));
    }
    if !claims.audiences.iter().any(|audience| provider.client_ids.contains(audience)) {
        return Err(invalid("Incorrect token audience".into()));
    }
    Ok(claims)
}

fn trusts(role: &Role, claims: &Claims) -> bool {
    role.web.iter().any(|trust| {
        trust.issuer == claims.issuer
            && trust.audience.as_ref().is_none_or(|audience| claims.audiences.contains(audience))
            && matches(&trust.subject, &claims.subject)
    })
}
