//! Who exists at GitHub, and what belongs to whom.
//!
//! Plain data with a builder: a test states the world it needs, or changes the standard one while it runs.

mod app;
mod package;
mod person;
mod standard;

pub use self::{
    app::{App, Installation, permissions},
    package::{Job, Package},
    person::{Organisation, Person, PersonalToken, TokenKind},
};

/// Everything a test can set up.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub(super) apps: Vec<App>,
    pub(super) installations: Vec<Installation>,
    pub(super) repositories: Vec<String>,
    pub(super) packages: Vec<Package>,
    pub(super) people: Vec<Person>,
    pub(super) organisations: Vec<Organisation>,
    pub(super) jobs: Vec<Job>,
    pub(super) clients: Vec<Client>,
}

/// A program that may sign people in.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its client id.
    pub id: String,
    /// Whether its owner has switched the device flow on.
    pub has_device_flow: bool,
}

impl World {
    /// With an app more.
    #[must_use]
    pub fn app(mut self, app: App) -> Self {
        self.apps.push(app);
        self
    }

    /// With an app installed in an account.
    #[must_use]
    pub fn installation(mut self, installation: Installation) -> Self {
        self.installations.push(installation);
        self
    }

    /// With a repository more, as `OWNER/NAME`; its place in the list, from 1, is its id.
    #[must_use]
    pub fn repository(mut self, name: &str) -> Self {
        self.repositories.push(name.into());
        self
    }

    /// With a container package more.
    #[must_use]
    pub fn package(mut self, package: Package) -> Self {
        self.packages.push(package);
        self
    }

    /// With a person more.
    #[must_use]
    pub fn person(mut self, person: Person) -> Self {
        self.people.push(person);
        self
    }

    /// With an organisation more.
    #[must_use]
    pub fn organisation(mut self, organisation: Organisation) -> Self {
        self.organisations.push(organisation);
        self
    }

    /// With a running job more.
    #[must_use]
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }

    /// With a program that may sign people in by device code.
    #[must_use]
    pub fn client(mut self, id: &str) -> Self {
        self.clients.push(Client { id: id.into(), has_device_flow: true });
        self
    }

    /// An app by its name.
    #[must_use]
    pub fn find_app(&self, name: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// An app by its name, to be changed.
    pub fn app_mut(&mut self, name: &str) -> Option<&mut App> {
        self.apps.iter_mut().find(|app| app.name == name)
    }

    /// An installation by its id.
    #[must_use]
    pub fn find_installation(&self, id: u64) -> Option<&Installation> {
        self.installations.iter().find(|installation| installation.id == id)
    }

    /// An installation by its id, to be changed.
    pub fn installation_mut(&mut self, id: u64) -> Option<&mut Installation> {
        self.installations.iter_mut().find(|installation| installation.id == id)
    }

    /// A person by login.
    #[must_use]
    pub fn find_person(&self, login: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.login == login)
    }

    /// A person by login, to be changed.
    pub fn person_mut(&mut self, login: &str) -> Option<&mut Person> {
        self.people.iter_mut().find(|person| person.login == login)
    }

    /// An organisation by login, to be changed.
    pub fn organisation_mut(&mut self, login: &str) -> Option<&mut Organisation> {
        self.organisations.iter_mut().find(|organisation| organisation.login == login)
    }

    /// A package by name, to be changed.
    pub fn package_mut(&mut self, name: &str) -> Option<&mut Package> {
        self.packages.iter_mut().find(|package| package.name == name)
    }

    /// The first job of a repository.
    #[must_use]
    pub fn find_job(&self, repository: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.repository == repository)
    }

    /// The first job of a repository, to be changed.
    pub fn job_mut(&mut self, repository: &str) -> Option<&mut Job> {
        self.jobs.iter_mut().find(|job| job.repository == repository)
    }

    /// A program by its client id, to be changed.
    pub fn client_mut(&mut self, id: &str) -> Option<&mut Client> {
        self.clients.iter_mut().find(|client| client.id == id)
    }
}
