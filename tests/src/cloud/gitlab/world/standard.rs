//! The world that a test gets when it does not ask for another.

use super::{AccessToken, DeployToken, Job, Project, World};
use crate::cloud::stand::Standard;

impl Standard for World {
    /// At GitLab's own names: the private projects `shore/app` and `shore/tools` and the public `shore/base`,
    /// all of `alice`; a job in `shore/app`; the deploy tokens 1 (may read in `shore/app`) and 2 (may write in
    /// the group `shore`); `alice`'s token to read and write, and `bob`'s, who is nowhere a member, to read.
    fn standard() -> Self {
        Self::empty("gitlab.com", "registry.gitlab.com")
            .project(Project::private("shore/app", &["alice"]))
            .project(Project::private("shore/tools", &["alice"]))
            .project(Project::public("shore/base", &["alice"]))
            .job(Job::new("shore/app"))
            .deploy_token(DeployToken::new(1, "shore/app", &["read_registry"]))
            .deploy_token(DeployToken::new(2, "shore", &["read_registry", "write_registry"]))
            .access_token(AccessToken::new("alice", &["read_registry", "write_registry"]))
            .access_token(AccessToken::new("bob", &["read_registry"]))
    }
}
