//! Who is behind a request, and what that caller may do.

use std::time::SystemTime;

use super::{
    State,
    error::{forbidden, unauthorized},
    world::{Robot, User, World},
};
use crate::cloud::{ApiError, http::Request};

/// Somebody who has proved it.
#[derive(Debug, Clone)]
pub(super) enum Caller {
    User(User),
    Robot { robot: Robot, name: String },
}

impl Caller {
    /// `None` for a stranger and for a request without a login, which Harbor treats alike.
    pub(super) fn of(state: &State, request: &Request) -> Option<Self> {
        let (username, password) = request.basic()?;
        Self::of_login(&state.world(), &username, &password, state.now())
    }

    /// A disabled or expired robot is a stranger.
    pub(super) fn of_login(world: &World, username: &str, password: &str, now: SystemTime) -> Option<Self> {
        if let Some(robot) = world.robot(username) {
            let is_good = robot.has_secret(password) && !robot.is_disabled() && !robot.is_expired(now);
            return is_good.then(|| Self::Robot { robot: robot.clone(), name: username.to_owned() });
        }
        let user = world.user(username).filter(|user| user.has_password(password, world.is_oidc()));
        user.cloned().map(Self::User)
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::User(user) => user.name(),
            Self::Robot { name, .. } => name,
        }
    }

    /// In a project, or at the system.
    pub(super) fn can(&self, project: Option<&str>, resource: &str, action: &str) -> bool {
        match self {
            Self::User(user) => user.is_admin() || project.is_some_and(|project| user.administers(project)),
            Self::Robot { robot, .. } => {
                robot.permissions().iter().any(|permission| permission.allows(project, resource, action))
            }
        }
    }

    /// # Errors
    /// `UNAUTHORIZED` for strangers.
    pub(super) fn required(state: &State, request: &Request) -> Result<Self, ApiError> {
        Self::of(state, request).ok_or_else(unauthorized)
    }

    /// # Errors
    /// `FORBIDDEN`.
    pub(super) fn require(
        &self,
        project: Option<&str>,
        resource: &str,
        action: &str,
    ) -> Result<(), ApiError> {
        if self.can(project, resource, action) { Ok(()) } else { Err(forbidden()) }
    }
}
