//! `GET /robots?q=…`: the system's robots in pages, or with `Level=project,ProjectID=N` those of a project.

use serde_json::Value;

use super::described;
use crate::cloud::{
    ApiError,
    harbor::{State, caller::Caller, error::bad_request, world::Robot},
    http::{Reply, Request, form::Fields},
};

/// What `q` asks for.
#[derive(Default)]
struct Query {
    project: Option<u64>,
    name: Option<Name>,
}

enum Name {
    Exact(String),
    Fuzzy(String),
}

pub(super) fn answer(state: &State, request: &Request, caller: &Caller) -> Result<Reply, ApiError> {
    let fields = request.fields();
    let query = Query::parse(fields.get("q").unwrap_or_default())?;
    let (page, size) = (number(&fields, "page", 1)?, number(&fields, "page_size", 10)?);
    if page == 0 || !(1..=100).contains(&size) {
        return Err(bad_request("page or page_size is out of range"));
    }

    let world = state.world();
    // A project that does not exist is one where the caller may do nothing.
    let project = query.project.map(|id| world.project_by_id(id).map_or("", |found| found.name.as_str()));
    caller.require(project, "robot", "list")?;
    let found: Vec<&Robot> = world.robots().filter(|robot| query.means(robot)).collect();
    let shown = found.iter().skip((page - 1) * size).take(size).map(|robot| described(&world, robot));
    let body: Value = shown.collect();
    Ok(Reply::json(200, &body).with_header("x-total-count", found.len().to_string()))
}

impl Query {
    fn parse(text: &str) -> Result<Self, ApiError> {
        let mut query = Self::default();
        let mut is_project = false;
        for part in text.split(',').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or_else(|| bad_request("the query is malformed"))?;
            match (key, value) {
                ("Level", "project") => is_project = true,
                ("Level", "system") => {}
                ("Level", _) => return Err(bad_request("bad request error level input")),
                ("ProjectID", id) => {
                    let id = id.parse().map_err(|_| bad_request("Project ID must be int type."))?;
                    query.project = Some(id);
                }
                ("Name" | "name", name) => {
                    let fuzzy = name.strip_prefix('~').map(|part| Name::Fuzzy(part.to_owned()));
                    query.name = Some(fuzzy.unwrap_or_else(|| Name::Exact(name.to_owned())));
                }
                _ => return Err(bad_request(format!("the query for {key} is not supported"))),
            }
        }
        match (is_project, query.project) {
            (true, None) => Err(bad_request("must with project ID when to query project robots")),
            (false, _) => Ok(Self { project: None, ..query }),
            _ => Ok(query),
        }
    }

    /// Names are compared without the prefix, as Harbor stores them.
    fn means(&self, robot: &Robot) -> bool {
        let is_named = match &self.name {
            Some(Name::Exact(name)) => robot.short_name() == name,
            Some(Name::Fuzzy(part)) => robot.short_name().contains(part),
            None => true,
        };
        is_named && robot.project() == self.project
    }
}

fn number(fields: &Fields, name: &str, otherwise: usize) -> Result<usize, ApiError> {
    let given = fields.get(name).map(str::parse).transpose();
    given.map(|given| given.unwrap_or(otherwise)).map_err(|_| bad_request(format!("{name} is not a number")))
}
