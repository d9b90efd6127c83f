//! Fake token services of CI systems, which verify what the real ones verify: who asks, how, and for what.
//!
//! All of them sign as one issuer. Systems that put the token into a variable have no service; their jobs get
//! theirs from [`Ci::token`].

mod azure_pipelines;
mod buildkite;
mod github_actions;
mod knobs;
mod operation;
mod token;
mod world;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

pub use self::{
    knobs::Settings,
    operation::Service,
    world::{Job, World},
};
use super::{
    clock::ServerClock,
    http::Request,
    stand::{Answer, Fake, Operation, Site, Stand},
};

/// Running token services; dropping them stops them.
pub type Ci = Stand<Office>;

/// The services keep nothing of their own.
pub struct Office;

type State = Site<Office>;

impl Fake for Office {
    type World = World;
    type Service = Service;
    type Settings = Settings;

    fn open(_clock: &ServerClock) -> Self {
        Self
    }

    fn operation(_site: &Site<Self>, request: &Request) -> Option<Operation<Service>> {
        operation::of(request)
    }

    fn answer(site: &Site<Self>, request: &Request, operation: &Operation<Service>) -> Answer {
        match operation.service {
            Service::GithubActions => github_actions::answer(site, request),
            Service::Buildkite => buildkite::answer(site, request),
            Service::AzurePipelines => azure_pipelines::answer(site, request),
        }
    }
}

impl Ci {
    /// What a job of a system has in its variables to ask for tokens with.
    ///
    /// # Panics
    /// When there is no such job.
    #[must_use]
    pub fn environment(&self, service: Service, job: &str) -> BTreeMap<&'static str, String> {
        let job = self.with_world(|world| world.job(job).cloned()).expect("a job of the world");
        let (url, token) = (self.url(), job.request_token.expose().to_owned());
        match service {
            Service::GithubActions => [
                ("GITHUB_ACTIONS", "true".into()),
                ("GITHUB_EVENT_NAME", "push".into()),
                ("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{url}{}?api-version=2.0", github_actions::PATH)),
                ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", token),
            ]
            .into(),
            Service::Buildkite => [
                ("BUILDKITE", "true".into()),
                ("BUILDKITE_AGENT_ENDPOINT", format!("{url}{}", buildkite::ROOT)),
                ("BUILDKITE_JOB_ID", job.id),
                ("BUILDKITE_AGENT_ACCESS_TOKEN", token),
            ]
            .into(),
            Service::AzurePipelines => [
                ("TF_BUILD", "True".into()),
                ("SYSTEM_OIDCREQUESTURI", format!("{url}{}", azure_pipelines::PATH)),
                ("SYSTEM_ACCESSTOKEN", token),
            ]
            .into(),
        }
    }

    /// A token as a system puts it into a job's variable.
    ///
    /// # Panics
    /// When there is no such job.
    #[must_use]
    pub fn token(&self, job: &str, audience: &str, life: Duration) -> String {
        self.with_world(|world| {
            let job = world.job(job).expect("a job of the world");
            world.issuer.token(&job.subject, audience, life)
        })
    }
}
