//! `AssumeRole`: a principal that has signed takes a role that trusts it.

use super::{
    arguments::{Arguments, DEFAULT_DURATION, invalid},
    assumed, begin,
};
use crate::cloud::ApiError;
use crate::cloud::aws::{answer::Outcome, caller::Caller, state::State};

pub(super) fn answer(state: &State, caller: &Caller, arguments: &Arguments<'_>) -> Outcome {
    let role_arn = arguments.role_arn()?;
    arguments.session_name()?;
    arguments.policy()?;
    let asked = arguments.duration()?;

    let denied = || {
        let message = format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {role_arn}",
            caller.arn
        );
        ApiError::new(403, "AccessDenied", message)
    };
    // Whether a role exists is told to nobody: an unknown one is refused like one that does not trust.
    let role = state.world().roles.iter().find(|role| role.arn == role_arn).cloned().ok_or_else(denied)?;
    let is_trusted = role.trusted.iter().any(|principal| caller.is_meant_by(principal));
    let has_external_id =
        role.external_id.is_none() || role.external_id.as_deref() == arguments.get("ExternalId");
    if !is_trusted || !has_external_id || caller.check_allowed("sts:AssumeRole").is_err() {
        return Err(denied());
    }

    if caller.role_arn.is_some() && asked > DEFAULT_DURATION {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    arguments.check_duration(role.longest_session)?;

    let session = begin(state, &role, arguments)?;
    Ok(assumed("AssumeRole", &role, &session, ""))
}
