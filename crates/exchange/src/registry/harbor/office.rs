//! Where a Harbor is asked for something, and as whom.

use shorepass_core::{
    exchange::{ErrorKind, ExchangeError},
    kind::HarborRobots,
    robot::RobotOrder,
    vault::Login,
};

use super::HARBOR;
use crate::{
    http::{
        Client,
        call::{Answer, Call, encode},
        is_loopback, trust,
    },
    registry::wrong_identity,
};

/// The API of one Harbor, with a login for it.
pub(super) struct Office<'a> {
    pub(super) order: &'a RobotOrder,
    pub(super) robots: &'a HarborRobots,
    root: String,
    client: Client,
}

impl<'a> Office<'a> {
    pub(super) fn open(order: &'a RobotOrder) -> Result<Self, ExchangeError> {
        let robots = order.target.robots.as_ref().ok_or_else(wrong_identity)?;
        let root = order.target.root();
        // The configuration allows no other; what a file of the broker's has kept may have been changed.
        if !root.starts_with("https://") && !is_loopback(&root) {
            return Err(ExchangeError::new(
                ErrorKind::Misconfigured,
                "request_invalid",
                format!("a login for {HARBOR} goes by HTTPS only"),
            )
            .with_hint("write `endpoint` with `https://`: `shorepass config check`"));
        }
        Ok(Self { order, robots, root, client: Client::outward(trust(None)?) })
    }

    /// The only project; `None` for a robot of several, which belongs to the system.
    pub(super) fn project(&self) -> Option<&'a str> {
        match self.robots.projects.as_slice() {
            [project] => Some(project),
            _ => None,
        }
    }

    pub(super) async fn permissions(&self) -> Result<Answer, ExchangeError> {
        self.send(Call::get(HARBOR, self.url("permissions"))).await
    }

    /// Once only: what was lost on the way may have worked.
    pub(super) async fn create(&self, body: &serde_json::Value) -> Result<Answer, ExchangeError> {
        let call = Call::post(HARBOR, self.url("robots")).json(body);
        self.send(call.within(crate::failure::PATIENCE, 1)).await
    }

    /// The robots whose names hold the order's, among those of a project or of the system.
    pub(super) async fn search(&self, project_id: Option<u64>) -> Result<Answer, ExchangeError> {
        let place = match project_id {
            Some(id) => format!("Level=project,ProjectID={id}"),
            None => "Level=system".into(),
        };
        let query = encode(&format!("{place},Name=~{}", self.order.name));
        self.send(Call::get(HARBOR, self.url(&format!("robots?q={query}")))).await
    }

    pub(super) async fn find_project(&self, name: &str) -> Result<Answer, ExchangeError> {
        let call = Call::get(HARBOR, self.url(&format!("projects/{}", encode(name))));
        // A name of digits would be taken for a number.
        self.send(call.header("x-is-resource-name", "true")).await
    }

    pub(super) async fn robot(&self, id: u64) -> Result<Answer, ExchangeError> {
        self.send(Call::get(HARBOR, self.url(&format!("robots/{id}")))).await
    }

    pub(super) async fn delete(&self, id: u64) -> Result<Answer, ExchangeError> {
        self.send(Call::delete(HARBOR, self.url(&format!("robots/{id}")))).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v2.0/{path}", self.root)
    }

    /// What any answer can say is wrong is an error already.
    async fn send(&self, call: Call) -> Result<Answer, ExchangeError> {
        let Login { username, secret } = &self.order.login;
        let answer = call.basic(username, secret.expose()).send(&self.client).await?;
        match answer.general_fault() {
            Some(fault) => Err(fault),
            None => Ok(answer),
        }
    }
}
