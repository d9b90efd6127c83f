//! The world that most tests can do with.

use super::{Project, Robot, User, World};
use crate::cloud::{harbor::permission::Permission, stand::Standard};

impl Standard for World {
    /// The projects `library` (public), `team` and `other`; the administrator `admin`; `lead`, who
    /// administers `team`; and the robot `maker`, which may make robots that pull and push in `team`.
    fn standard() -> Self {
        let team = [
            "repository:pull",
            "repository:push",
            "robot:create",
            "robot:list",
            "robot:delete",
            "robot:read",
        ];
        let system = ["robot:create", "robot:list", "robot:delete", "robot:read"];
        Self::empty()
            .project(Project::public("library"))
            .project(Project::private("team"))
            .project(Project::private("other"))
            .person(User::admin("admin", "Harbor12345-of-the-test"))
            .person(User::project_admin("lead", "Leads-team-only-1", &["team"]))
            .with_robot(
                Robot::system("maker")
                    .permission(Permission::system(&system))
                    .permission(Permission::project("team", &team)),
            )
    }
}
