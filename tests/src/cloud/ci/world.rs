//! Which jobs run, and as whom their tokens are signed.

use shorepass_secret::Secret;

use crate::cloud::{Issuer, stand::Standard};

/// Everything a test can set up.
#[derive(Debug, Clone)]
pub struct World {
    pub(super) issuer: Issuer,
    jobs: Vec<Job>,
}

/// A job that runs.
#[derive(Debug, Clone)]
pub struct Job {
    name: String,
    pub(super) id: String,
    pub(super) request_token: Secret,
    pub(super) subject: String,
}

impl Job {
    /// A job, what it asks with and whom its tokens are about.
    #[must_use]
    pub fn new(name: &str, request_token: &str, subject: &str) -> Self {
        Self {
            name: name.into(),
            id: format!("018f-{name}"),
            request_token: Secret::new(request_token),
            subject: subject.into(),
        }
    }
}

impl World {
    /// Without jobs, signing as this issuer.
    #[must_use]
    pub fn of(issuer: Issuer) -> Self {
        Self { issuer, jobs: Vec::new() }
    }

    /// The same with a job more.
    #[must_use]
    pub fn with_job(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }

    /// With the standard world's jobs: `app` and `other`, about `repo:shore/app` and `repo:shore/other`.
    #[must_use]
    pub fn with_standard_jobs(self) -> Self {
        self.with_job(Job::new("app", "canary-of-app", "repo:shore/app")).with_job(Job::new(
            "other",
            "canary-of-other",
            "repo:shore/other",
        ))
    }

    /// A job has ended: what it has asked with counts no more.
    pub fn end_job(&mut self, name: &str) {
        self.jobs.retain(|job| job.name != name);
    }

    pub(super) fn job(&self, name: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.name == name)
    }

    pub(super) fn asking(&self, request_token: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.request_token.expose() == request_token)
    }
}

impl Standard for World {
    /// Signing as `https://ci.example`.
    fn standard() -> Self {
        Self::of(Issuer::es256("https://ci.example")).with_standard_jobs()
    }
}
