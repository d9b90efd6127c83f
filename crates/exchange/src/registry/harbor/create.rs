//! `POST /robots`: a robot is made.
//!
//! Harbor counts a robot's life in days, so its own end lies behind the one that the broker keeps: it is what
//! is left when nobody could delete the robot.

use std::time::{Duration, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::{Value, json};
use shorepass_core::{
    exchange::{ErrorKind, ExchangeError, Made},
    kind::HarborRobots,
    robot::{RobotMade, RobotOrder},
};
use shorepass_secret::Secret;

use super::{HARBOR, office::Office, refusal, rights::Right};
use crate::{failure::garbled, http::date::Reading};

pub(super) async fn create(office: &Office<'_>, rights: &[Right]) -> Result<RobotMade, ExchangeError> {
    let answer = match office.create(&body(office, rights)).await {
        Err(error) if error.code == "throttled" => return Ok(RobotMade::NotMade { error }),
        answer => answer?,
    };
    match answer.status {
        200..300 => read(office.order, office.robots, answer.json()?, answer.clocks),
        300.. => Ok(RobotMade::NotMade { error: refusal::of_making(office, &answer) }),
        _ => Err(garbled(HARBOR)),
    }
}

fn body(office: &Office<'_>, rights: &[Right]) -> Value {
    let HarborRobots { projects, life_s, .. } = office.robots;
    let permission = |name: &String| json!({ "kind": "project", "namespace": name, "access": rights });
    json!({
        "name": office.order.name,
        "description": "made by shorepass, which deletes it",
        "level": if office.project().is_some() { "project" } else { "system" },
        "duration": (life_s + SPARE_S).div_ceil(86_400),
        "disable": false,
        "permissions": projects.iter().map(permission).collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
struct Reply {
    id: u64,
    name: String,
    secret: String,
    /// Seconds since 1970; negative for never.
    expires_at: i64,
}

fn read(
    order: &RobotOrder,
    robots: &HarborRobots,
    reply: Reply,
    clocks: Reading,
) -> Result<RobotMade, ExchangeError> {
    let Reply { id, name, secret, expires_at } = reply;
    let is_ours = name.ends_with(&order.name) && !name.contains(char::is_control);
    if !is_ours || secret.is_empty() {
        return Err(garbled(HARBOR));
    }
    if name.contains(':') {
        let message =
            format!("{HARBOR} puts a `:` into the names of robots, which no registry client can send");
        return Err(ExchangeError::new(ErrorKind::Unexpected, "harbor_robot_name", message)
            .with_hint("let its administrator set another robot name prefix, such as `robot$`"));
    }
    let end = u64::try_from(expires_at).ok().map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
    let own = end.map(|end| end.duration_since(clocks.there).unwrap_or_default());
    let life = own.map_or(robots.life(), |own| own.min(robots.life()));
    let life_ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
    let credential =
        Made { clock_ahead_ms: clocks.ahead_ms(), ..Made::new(name, Secret::new(secret), life_ms) };
    Ok(RobotMade::Made { id, credential })
}

/// Harbor's own end must not come before the broker's.
const SPARE_S: u64 = 3600;
