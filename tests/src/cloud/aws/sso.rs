//! IAM Identity Center: the portal that turns a sign-in into a role's keys.
//!
//! Its OIDC half, where sign-ins come from, is in `oidc`; what both remember is in `sign_in`.

pub(super) mod oidc;
mod sign_in;

use std::time::Duration;

use serde_json::json;

pub use self::sign_in::{SignIn, SignIns};
use super::{answer::Answer, session::Session, state::State};
use crate::cloud::{
    ApiError,
    clock::epoch_millis,
    http::{Reply, Request},
};

/// One start URL and who may take which role where.
#[derive(Debug, Clone, Default)]
pub struct Portal {
    pub(super) start_url: String,
    pub(super) region: String,
    assignments: Vec<Assignment>,
}

#[derive(Debug, Clone)]
struct Assignment {
    account: String,
    name: String,
    role: String,
}

impl Portal {
    /// A portal without assignments.
    #[must_use]
    pub fn new(start_url: &str, region: &str) -> Self {
        Self { start_url: start_url.into(), region: region.into(), assignments: Vec::new() }
    }

    /// Assigns a permission set of an account, which is a role of another name there.
    #[must_use]
    pub fn assign(mut self, account: &str, name: &str, role: &str) -> Self {
        self.assignments.push(Assignment { account: account.into(), name: name.into(), role: role.into() });
        self
    }

    /// Takes every assignment of an account away.
    pub fn unassign(&mut self, account: &str) {
        self.assignments.retain(|assignment| assignment.account != account);
    }

    fn role_arn(&self, account: &str, name: &str) -> Option<String> {
        let is_it = |one: &&Assignment| one.account == account && one.name == name;
        let role = &self.assignments.iter().find(is_it)?.role;
        Some(format!("arn:aws:iam::{account}:role/{role}"))
    }
}

pub(super) fn answer(state: &State, request: &Request) -> Answer {
    let fields = request.fields();
    let token = request.header("x-amz-sso_bearer_token").unwrap_or_default();
    if request.method != "GET" {
        return Answer::refused(ApiError::new(405, "MethodNotAllowed", "only GET is answered"));
    }
    if !state.sign_ins.is_signed_in(token, state.now()) {
        return Answer::refused(ApiError::of_code("UnauthorizedException"));
    }
    let (Some(account), Some(name)) = (fields.get("account_id"), fields.get("role_name")) else {
        let message = "account_id and role_name are required";
        return Answer::refused(ApiError::new(400, "InvalidRequestException", message));
    };
    let role_arn = state.world().portal.role_arn(account, name);
    let Some(role_arn) = role_arn else {
        return Answer::refused(ApiError::new(403, "ForbiddenException", "No access"));
    };
    if !state.world().roles.iter().any(|role| role.arn == role_arn) {
        return Answer::refused(ApiError::new(404, "ResourceNotFoundException", "Role not found"));
    }

    let now = state.now();
    let life = state.knobs.session_life_for(Duration::from_secs(3600));
    let session = Session::new(&role_arn, "alice@shorepass.example", now, now + life);
    state.sessions.begin(session.clone());
    let body = json!({ "roleCredentials": {
        "accessKeyId": session.access_key_id,
        "secretAccessKey": session.secret_access_key.expose(),
        "sessionToken": session.token.expose(),
        "expiration": epoch_millis(session.expires_at),
    }});
    Answer::for_principal(Ok(Reply::json(200, &body)), role_arn)
}
