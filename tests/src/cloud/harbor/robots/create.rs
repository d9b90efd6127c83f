//! `POST /robots`.

use serde::Deserialize;
use serde_json::json;

use super::read;
use crate::cloud::{
    ApiError,
    clock::{iso, whole_seconds},
    harbor::{
        State,
        caller::Caller,
        catalogue,
        error::{bad_request, conflict, denied, not_found},
        permission::{self, Permission},
        world::{Robot, World},
    },
    http::{Reply, Request},
};

#[derive(Deserialize)]
struct Wanted {
    name: String,
    #[serde(default)]
    description: String,
    level: String,
    duration: i64,
    #[serde(default)]
    disable: bool,
    #[serde(default)]
    permissions: Vec<Permission>,
}

pub(super) fn answer(state: &State, request: &Request, caller: &Caller) -> Result<Reply, ApiError> {
    let wanted: Wanted = read(request)?;
    wanted.check()?;
    let mut world = state.world();
    caller.require(wanted.project(), "robot", "create")?;
    let robot = wanted.robot(&world, state)?;
    if let Caller::Robot { robot: creator, name } = caller
        && !permission::cover(creator.permissions(), &wanted.permissions)
    {
        return Err(denied(name));
    }
    let name = world.name_of(&robot);
    if world.robot(&name).is_some() {
        return Err(conflict(&format!("robot account {name}")));
    }

    let id = world.add(robot.clone());
    if state.knobs.loses_reply() {
        return Ok(Reply::hang_up());
    }
    let body = json!({
        "id": id,
        "name": name,
        "secret": robot.secret().expose(),
        "creation_time": iso(robot.created_at()),
        "expires_at": robot.expires_at().map_or(json!(-1), |end| json!(whole_seconds(end))),
    });
    Ok(Reply::json(201, &body)
        .with_header("location", format!("{}/{id}", request.path.trim_end_matches('/'))))
}

impl Wanted {
    /// What Harbor checks before it asks who is there, in its order.
    fn check(&self) -> Result<(), ApiError> {
        if !is_name(&self.name) {
            return Err(bad_request("robot name is not in lower case or contains illegal characters"));
        }
        if self.duration != -1 && !(1..i64::from(i32::MAX)).contains(&self.duration) {
            return Err(bad_request(format!(
                "bad request error duration input: {}, \
                 duration must be either -1(Never) or a positive integer",
                self.duration
            )));
        }
        if !["system", "project"].contains(&self.level.as_str()) {
            return Err(bad_request(format!("bad request error level input: {}", self.level)));
        }
        if self.permissions.is_empty() {
            return Err(bad_request("bad request empty permission"));
        }
        if self.permissions.iter().any(|permission| permission.access.is_empty()) {
            return Err(bad_request("bad request empty access"));
        }
        if self.project().is_some() && self.permissions.len() > 1 {
            return Err(bad_request("bad request permission"));
        }
        self.permissions.iter().try_for_each(catalogue::check)
    }

    /// The project of a project's robot.
    fn project(&self) -> Option<&str> {
        (self.level == "project").then(|| self.permissions[0].namespace.as_str())
    }

    fn robot(&self, world: &World, state: &State) -> Result<Robot, ApiError> {
        let find =
            |name: &str| world.find_project(name).ok_or_else(|| not_found(format_args!("project {name}")));
        for permission in &self.permissions {
            match (permission.kind.as_str(), permission.namespace.as_str()) {
                ("system", "/") | ("project", "*") => {}
                ("system", _) => return Err(bad_request("unknown namespace")),
                (_, name) => drop(find(name)?),
            }
        }
        let life = state.knobs.current().robot_life;
        let robot = Robot::system(&self.name).described(&self.description, self.disable).lasting(
            self.duration,
            life,
            state.now(),
        );
        let robot = self.permissions.iter().cloned().fold(robot, Robot::permission);
        match self.project() {
            Some(name) => find(name).map(|project| robot.of_project(project.id, name)),
            None => Ok(robot),
        }
    }
}

/// Small letters and digits, with single `.`, `_` or `-` between them.
fn is_name(name: &str) -> bool {
    name.split(['.', '_', '-']).all(|part| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}
