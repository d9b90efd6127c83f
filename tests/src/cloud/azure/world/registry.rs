//! Container registries: their hosts, their switches and who has which role in them.

use crate::cloud::aws::policy::matches;

/// A registry under one or several hosts.
#[derive(Debug, Clone)]
pub struct Registry {
    pub(in crate::cloud::azure) hosts: Vec<String>,
    pub(in crate::cloud::azure) tenant: Option<String>,
    pub(in crate::cloud::azure) accepts_arm_audience: bool,
    pub(in crate::cloud::azure) is_anonymous: bool,
    is_abac: bool,
    assignments: Vec<Assignment>,
}

/// Who has which role, and in which repositories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The application's, identity's or person's name.
    pub principal: String,
    /// What it may do.
    pub role: RegistryRole,
    /// Where; a star stands for anything. Only the repository roles can be narrowed.
    pub repositories: String,
}

/// The built-in roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistryRole {
    /// `AcrPull`
    Pull,
    /// `AcrPush`
    Push,
    /// `AcrDelete`
    Delete,
    /// `Container Registry Repository Reader`
    RepositoryReader,
    /// `Container Registry Repository Writer`
    RepositoryWriter,
    /// `Container Registry Repository Contributor`
    RepositoryContributor,
    /// `Container Registry Repository Catalog Lister`
    CatalogLister,
}

impl Registry {
    /// A registry by login server, such as `shorepass.azurecr.io`, in which nobody has a role.
    #[must_use]
    pub fn new(login_server: &str) -> Self {
        Self {
            hosts: vec![login_server.into()],
            tenant: None,
            accepts_arm_audience: true,
            is_anonymous: false,
            is_abac: false,
            assignments: Vec::new(),
        }
    }

    /// Reached under this name as well; each name has tokens of its own.
    #[must_use]
    pub fn regional_host(mut self, host: &str) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Belongs to another tenant than the principals.
    #[must_use]
    pub fn of_tenant(mut self, tenant: &str) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    /// Refuses tokens for Azure Resource Manager (`azureADAuthenticationAsArmPolicy: disabled`).
    #[must_use]
    pub fn without_arm_audience(mut self) -> Self {
        self.accepts_arm_audience = false;
        self
    }

    /// In the mode "RBAC Registry + ABAC Repository", where only the repository roles count.
    #[must_use]
    pub fn abac(mut self) -> Self {
        self.is_abac = true;
        self
    }

    /// Lets everybody pull.
    #[must_use]
    pub fn anonymous(mut self) -> Self {
        self.is_anonymous = true;
        self
    }

    /// With a role for a principal.
    #[must_use]
    pub fn role(mut self, principal: &str, role: RegistryRole) -> Self {
        self.assign(principal, role, "*");
        self
    }

    /// With a role for a principal in some repositories.
    #[must_use]
    pub fn role_in(mut self, principal: &str, role: RegistryRole, repositories: &str) -> Self {
        self.assign(principal, role, repositories);
        self
    }

    /// From now on the principal has this role, too.
    pub fn assign(&mut self, principal: &str, role: RegistryRole, repositories: &str) {
        let (principal, repositories) = (principal.into(), repositories.into());
        self.assignments.push(Assignment { principal, role, repositories });
    }

    /// From now on the principal has no role.
    pub fn unassign(&mut self, principal: &str) {
        self.assignments.retain(|assignment| assignment.principal != principal);
    }

    /// From now on tokens for Azure Resource Manager are accepted or refused.
    pub fn set_arm_audience(&mut self, is_accepted: bool) {
        self.accepts_arm_audience = is_accepted;
    }

    /// Whether the principal has any role, be it one that gives no rights in this registry's mode.
    pub(in crate::cloud::azure) fn knows(&self, principal: &str) -> bool {
        self.assignments.iter().any(|assignment| assignment.principal == principal)
    }

    pub(in crate::cloud::azure) fn allows(&self, principal: &str, repository: &str, action: &str) -> bool {
        let anybodys = self.is_anonymous && ANYBODYS.contains(&action);
        let of_role = |wanted: &str| {
            self.assignments.iter().any(|assignment| {
                assignment.principal == principal
                    && assignment.role.is_of_abac() == self.is_abac
                    && assignment.role.actions().contains(&wanted)
                    && (!self.is_abac || matches(&assignment.repositories, repository))
            })
        };
        let is_everything = action == "*" && ["pull", "push", "delete"].into_iter().all(of_role);
        anybodys || is_everything || of_role(action)
    }

    pub(in crate::cloud::azure) fn lists_catalog_for(&self, principal: &str) -> bool {
        self.assignments.iter().any(|assignment| {
            let role = assignment.role;
            let lists = if self.is_abac {
                role == RegistryRole::CatalogLister
            } else {
                matches!(role, RegistryRole::Pull | RegistryRole::Push)
            };
            assignment.principal == principal && lists
        })
    }
}

impl RegistryRole {
    /// Each mode ignores the other mode's roles.
    fn is_of_abac(self) -> bool {
        !matches!(self, Self::Pull | Self::Push | Self::Delete)
    }

    fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Pull | Self::RepositoryReader => ANYBODYS,
            Self::Push | Self::RepositoryWriter => &["pull", "push", "metadata_read", "metadata_write"],
            Self::Delete => &["delete"],
            Self::RepositoryContributor => &["pull", "push", "delete", "metadata_read", "metadata_write"],
            Self::CatalogLister => &[],
        }
    }
}

const ANYBODYS: &[&str] = &["pull", "metadata_read"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_ignores_the_other_modes_roles() {
        let classic = Registry::new("shorepass.azurecr.io")
            .role("a", RegistryRole::Push)
            .role("b", RegistryRole::RepositoryWriter);
        let abac = classic.clone().abac();

        assert!(classic.allows("a", "team/app", "push") && !abac.allows("a", "team/app", "push"));
        assert!(!classic.allows("b", "team/app", "pull") && abac.allows("b", "team/app", "pull"));
        assert!(abac.knows("a"), "the exchange still succeeds");
    }

    #[test]
    fn repository_roles_can_be_narrowed() {
        let registry =
            Registry::new("r.azurecr.io").abac().role_in("a", RegistryRole::RepositoryReader, "team/*");

        assert!(registry.allows("a", "team/app", "pull"));
        assert!(!registry.allows("a", "other/app", "pull"));
        assert!(!registry.allows("a", "team/app", "push"));
    }

    #[test]
    fn everything_needs_every_right_and_anybody_may_only_pull() {
        let registry = Registry::new("r.azurecr.io")
            .anonymous()
            .role("a", RegistryRole::Push)
            .role("b", RegistryRole::Push)
            .role("b", RegistryRole::Delete);

        assert!(!registry.allows("a", "x", "*") && registry.allows("b", "x", "*"));
        assert!(registry.allows("", "x", "pull") && !registry.allows("", "x", "push"));
    }
}
