//! Who a signed request turned out to come from, and whether it may do what it asks for.

use super::{
    rights::Rights,
    session::Session,
    world::{Role, User, World},
};
use crate::cloud::ApiError;

/// A principal that has proved who it is.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The user's ARN, or the role session's.
    pub(crate) arn: String,
    /// As `GetCallerIdentity` says.
    pub(crate) user_id: String,
    /// The role, when this is a role session.
    pub(crate) role_arn: Option<String>,
    pub(super) rights: Rights,
}

impl Caller {
    pub(super) fn of_user(user: &User) -> Self {
        Self {
            arn: user.arn.clone(),
            user_id: user.id.clone(),
            role_arn: None,
            rights: Rights { denied: user.denied.clone(), policy: None },
        }
    }

    /// What the role must not do is looked up at each use, as AWS does; `None` when the role is gone.
    pub(super) fn of_session(session: &Session, world: &World) -> Option<Self> {
        let role = world.roles.iter().find(|role| role.arn == session.role_arn)?;
        Some(Self {
            arn: session_arn(role, &session.name),
            user_id: format!("{}:{}", role.id, session.name),
            role_arn: Some(role.arn.clone()),
            rights: Rights { denied: role.denied.clone(), policy: session.policy.clone() },
        })
    }

    /// The account's twelve digits.
    #[must_use]
    pub(crate) fn account(&self) -> &str {
        account_of(&self.arn)
    }

    /// # Errors
    /// `AccessDenied` in the wording of the JSON services.
    pub(crate) fn check_allowed(&self, action: &str) -> Result<(), ApiError> {
        let Some(because) = self.rights.refusal(action, "*") else { return Ok(()) };
        let Self { arn, .. } = self;
        Err(ApiError::new(
            400,
            "AccessDeniedException",
            format!(
                "User: {arn} is not authorized to perform: {action} on resource: * because {because} the {action} action"
            ),
        ))
    }

    /// Whether a trust policy's principal means this caller.
    #[must_use]
    pub(crate) fn is_meant_by(&self, principal: &str) -> bool {
        let whole_account = principal.ends_with(":root") && account_of(principal) == self.account();
        whole_account || principal == self.arn || self.role_arn.as_deref() == Some(principal)
    }
}

/// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`
pub(super) fn session_arn(role: &Role, session_name: &str) -> String {
    let partition = role.arn.split(':').nth(1).unwrap_or("aws");
    format!("arn:{partition}:sts::{}:assumed-role/{}/{session_name}", account_of(&role.arn), role.name())
}

pub(super) fn account_of(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}
