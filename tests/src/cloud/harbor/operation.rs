//! The services and operations that the fake Harbor speaks, and how a request names one.

use super::error;
use crate::cloud::{
    ApiError, Speaks,
    http::{Reply, Request},
    stand::Operation,
};

/// A service, for faults and latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Service {
    /// What the API tells about the server and its projects.
    Api,
    /// Robot accounts.
    Robots,
    /// The token service.
    Token,
    /// The registry's challenge.
    Registry,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 4] = [Self::Api, Self::Robots, Self::Token, Self::Registry];
}

impl Speaks for Service {
    fn say(self, error: &ApiError) -> Reply {
        error::reply(error)
    }

    fn too_many(self) -> ApiError {
        ApiError::new(429, "TOOMANYREQUESTS", "too many requests")
    }
}

/// `None` for what Harbor has no route for here.
pub(super) fn of(request: &Request) -> Option<Operation<Service>> {
    let method = request.method.as_str();
    let (service, name) = match request.path.as_str() {
        "/service/token" => (Service::Token, "harbor:Token"),
        "/v2" | "/v2/" => (Service::Registry, "harbor:Challenge"),
        path => {
            let rest = path.strip_prefix("/api/v2.0/")?;
            match (method, rest) {
                ("GET", "ping") => (Service::Api, "harbor:Ping"),
                ("GET", "systeminfo") => (Service::Api, "harbor:SystemInfo"),
                ("GET", "permissions") => (Service::Api, "harbor:Permissions"),
                ("GET", "robots") => (Service::Robots, "harbor:ListRobots"),
                ("POST", "robots") => (Service::Robots, "harbor:CreateRobot"),
                ("GET", rest) if rest.starts_with("projects/") => (Service::Api, "harbor:GetProject"),
                ("PUT", rest) if rest.starts_with("users/") && rest.ends_with("/cli_secret") => {
                    (Service::Api, "harbor:SetCliSecret")
                }
                (method, rest) if rest.starts_with("robots/") => match method {
                    "GET" => (Service::Robots, "harbor:GetRobot"),
                    "PATCH" => (Service::Robots, "harbor:RefreshSecret"),
                    "DELETE" => (Service::Robots, "harbor:DeleteRobot"),
                    _ => return None,
                },
                _ => return None,
            }
        }
    };
    Some(Operation::new(service, name))
}
