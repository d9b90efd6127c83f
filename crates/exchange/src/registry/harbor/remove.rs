//! `DELETE /robots/{id}`: a robot is deleted, and nobody else's ever is.
//!
//! A number alone is not believed, because a Harbor that was set up anew gives the same numbers to others.

use serde::Deserialize;
use shorepass_core::{exchange::ExchangeError, robot::RobotRemoved};

use super::{office::Office, refusal};

pub(super) async fn by_number(office: &Office<'_>, id: u64) -> Result<RobotRemoved, ExchangeError> {
    let answer = office.robot(id).await?;
    match answer.status {
        200 if is_ours(office, &answer.json()?) => delete(office, id).await,
        200 | 404 => Ok(RobotRemoved::Absent),
        _ => Err(refusal::of_removal(office, &answer, "robot:read")),
    }
}

pub(super) async fn by_name(office: &Office<'_>) -> Result<RobotRemoved, ExchangeError> {
    let project_id = match office.project() {
        None => None,
        Some(name) => {
            let answer = office.find_project(name).await?;
            match answer.status {
                200 => Some(answer.json::<Project>()?.project_id),
                // A project's robots go with it.
                404 => return Ok(RobotRemoved::Absent),
                _ => return Err(refusal::of_removal(office, &answer, "project:read")),
            }
        }
    };
    let answer = office.search(project_id).await?;
    if answer.status != 200 {
        return Err(refusal::of_removal(office, &answer, "robot:list"));
    }
    let found: Vec<Robot> = answer.json()?;
    match found.iter().find(|robot| is_ours(office, robot)) {
        Some(robot) => delete(office, robot.id).await,
        None => Ok(RobotRemoved::Absent),
    }
}

async fn delete(office: &Office<'_>, id: u64) -> Result<RobotRemoved, ExchangeError> {
    let answer = office.delete(id).await?;
    match answer.status {
        200..300 => Ok(RobotRemoved::Removed),
        404 => Ok(RobotRemoved::Absent),
        _ => Err(refusal::of_removal(office, &answer, "robot:delete")),
    }
}

/// By a name that was made up for this robot alone; what Harbor puts before it may have changed.
fn is_ours(office: &Office<'_>, robot: &Robot) -> bool {
    robot.name.ends_with(&office.order.name)
}

#[derive(Deserialize)]
struct Project {
    project_id: u64,
}

#[derive(Deserialize)]
struct Robot {
    id: u64,
    name: String,
}
