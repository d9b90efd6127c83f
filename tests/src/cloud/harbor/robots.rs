//! Robot accounts: made, listed, given another secret, and deleted.

mod create;
mod list;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    State,
    caller::Caller,
    error::{bad_request, no_json, not_found, unprocessable},
    world::{Robot, World, new_secret},
};
use crate::cloud::{
    ApiError,
    clock::{iso, whole_seconds},
    http::{Reply, Request},
    stand::Answer,
};

#[derive(Deserialize)]
struct NewSecret {
    #[serde(default)]
    secret: String,
}

pub(super) fn answer(state: &State, request: &Request, name: &str) -> Answer {
    let caller = match Caller::required(state, request) {
        Ok(caller) => caller,
        Err(error) => return Answer::refused(error),
    };
    let outcome = match name {
        "harbor:CreateRobot" => create::answer(state, request, &caller),
        "harbor:ListRobots" => list::answer(state, request, &caller),
        "harbor:RefreshSecret" => refresh_secret(state, request, &caller),
        "harbor:DeleteRobot" => delete(state, request, &caller),
        _ => get(state, request, &caller),
    };
    Answer::for_principal(outcome, caller.name())
}

fn get(state: &State, request: &Request, caller: &Caller) -> Result<Reply, ApiError> {
    let mut world = state.world();
    let robot = wanted(&mut world, request, caller, "read")?.clone();
    Ok(Reply::json(200, &described(&world, &robot)))
}

fn delete(state: &State, request: &Request, caller: &Caller) -> Result<Reply, ApiError> {
    let mut world = state.world();
    let id = wanted(&mut world, request, caller, "delete")?.id();
    world.remove_robot(id);
    Ok(Reply::text(200, ""))
}

/// A given secret does not come back; one that the server makes does.
fn refresh_secret(state: &State, request: &Request, caller: &Caller) -> Result<Reply, ApiError> {
    let given: NewSecret = read(request)?;
    let mut world = state.world();
    let robot = wanted(&mut world, request, caller, "update")?;
    if given.secret.is_empty() {
        let secret = new_secret();
        robot.set_secret(&secret);
        return Ok(Reply::json(200, &json!({ "secret": secret })));
    }
    if !is_strong(&given.secret) {
        return Err(bad_request(WEAK));
    }
    robot.set_secret(&given.secret);
    Ok(Reply::json(200, &json!({ "secret": "" })))
}

/// The robot of the path, when the caller may do that with it.
fn wanted<'a>(
    world: &'a mut World,
    request: &Request,
    caller: &Caller,
    action: &str,
) -> Result<&'a mut Robot, ApiError> {
    let number = request.path.rsplit('/').next().unwrap_or_default();
    let id = number.parse().map_err(|_| unprocessable("robot_id in path must be of type int64"))?;
    let missing = || not_found(format_args!("robot with ID {id}"));
    let project = world.robot_by_id(id).ok_or_else(missing)?.project();
    let project = project.and_then(|id| world.project_by_id(id)).map(|project| project.name.clone());
    caller.require(project.as_deref(), "robot", action)?;
    world.robot_by_id(id).ok_or_else(missing)
}

/// Without the secret.
fn described(world: &World, robot: &Robot) -> Value {
    let end = robot.expires_at().map_or(json!(-1), |end| json!(whole_seconds(end)));
    json!({
        "id": robot.id(),
        "name": world.name_of(robot),
        "description": robot.description(),
        "level": if robot.project().is_some() { "project" } else { "system" },
        "duration": robot.duration(),
        "editable": true,
        "disable": robot.is_disabled(),
        "expires_at": end,
        "permissions": robot.permissions(),
        "creation_time": iso(robot.created_at()),
        "update_time": iso(robot.created_at()),
    })
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, ApiError> {
    if !request.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Err(no_json());
    }
    serde_json::from_slice(&request.body).map_err(|error| unprocessable(error.to_string()))
}

/// Harbor's rule for secrets.
pub(super) fn is_strong(secret: &str) -> bool {
    let has = |test: fn(&char) -> bool| secret.chars().any(|letter| test(&letter));
    (8..=128).contains(&secret.len())
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
}

pub(super) const WEAK: &str = "the secret must be 8-128, inclusively, characters long with at least 1 uppercase \
    letter, 1 lowercase letter and 1 number";
