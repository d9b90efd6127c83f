//! Who exists at the fake Harbor.
//!
//! Plain data with a builder. Robots are here, too: a test looks at them, and disables or forgets them.

mod people;
mod robot;
mod standard;

pub(super) use self::robot::new_secret;
pub use self::{
    people::{Project, User},
    robot::Robot,
};

/// Everything a test can set up.
#[derive(Debug, Clone)]
pub struct World {
    robot_prefix: String,
    is_oidc: bool,
    projects: Vec<Project>,
    users: Vec<User>,
    robots: Vec<Robot>,
    latest_id: u64,
}

impl World {
    /// A Harbor without anybody in it.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            robot_prefix: "robot$".into(),
            is_oidc: false,
            projects: Vec::new(),
            users: Vec::new(),
            robots: Vec::new(),
            latest_id: 0,
        }
    }

    /// With this in front of robots' names instead of `robot$`.
    #[must_use]
    pub fn robot_prefix(mut self, prefix: &str) -> Self {
        self.robot_prefix = prefix.into();
        self
    }

    /// Where people come from an OIDC provider and log in to the registry with a CLI secret.
    #[must_use]
    pub fn oidc(mut self) -> Self {
        self.is_oidc = true;
        self
    }

    /// With a project more.
    #[must_use]
    pub fn project(mut self, project: Project) -> Self {
        self.latest_id += 1;
        self.projects.push(Project { id: self.latest_id, ..project });
        self
    }

    /// With a person more.
    #[must_use]
    pub fn person(mut self, user: User) -> Self {
        self.latest_id += 1;
        self.users.push(user.numbered(self.latest_id));
        self
    }

    /// With a robot more.
    #[must_use]
    pub fn with_robot(mut self, robot: Robot) -> Self {
        self.add(robot);
        self
    }

    /// Every robot, oldest first.
    pub fn robots(&self) -> impl Iterator<Item = &Robot> {
        self.robots.iter()
    }

    /// A robot by full name.
    #[must_use]
    pub fn robot(&self, name: &str) -> Option<&Robot> {
        let stripped = name.strip_prefix(&self.robot_prefix)?;
        self.robots.iter().find(|robot| robot.short_name() == stripped)
    }

    /// A robot by full name, to be changed.
    pub fn robot_mut(&mut self, name: &str) -> Option<&mut Robot> {
        let stripped = name.strip_prefix(&self.robot_prefix)?;
        self.robots.iter_mut().find(|robot| robot.short_name() == stripped)
    }

    /// The name that a robot logs in with.
    #[must_use]
    pub fn name_of(&self, robot: &Robot) -> String {
        format!("{}{}", self.robot_prefix, robot.short_name())
    }

    /// A person by name.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.iter().find(|user| user.name() == name)
    }

    /// A person by name, to be changed.
    pub fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.name() == name)
    }

    /// From now on there is no such project, and nobody can do anything in it.
    pub fn remove_project(&mut self, name: &str) {
        self.projects.retain(|project| project.name != name);
    }

    pub(super) fn find_project(&self, name: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.name == name)
    }

    pub(super) fn project_by_id(&self, id: u64) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    pub(super) fn user_by_id(&mut self, id: u64) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    pub(super) fn robot_by_id(&mut self, id: u64) -> Option<&mut Robot> {
        self.robots.iter_mut().find(|robot| robot.id() == id)
    }

    pub(super) fn remove_robot(&mut self, id: u64) {
        self.robots.retain(|robot| robot.id() != id);
    }

    /// The robot's number.
    pub(super) fn add(&mut self, robot: Robot) -> u64 {
        self.latest_id += 1;
        self.robots.push(robot.numbered(self.latest_id));
        self.latest_id
    }

    pub(super) fn is_oidc(&self) -> bool {
        self.is_oidc
    }
}
