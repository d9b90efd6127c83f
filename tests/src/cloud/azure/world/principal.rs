//! Managed identities and people, and what a token says about whoever it speaks for.

use crate::cloud::random;

/// An identity that Azure gives to a machine or an app.
#[derive(Debug, Clone)]
pub struct Identity {
    pub(in crate::cloud::azure) name: String,
    pub(in crate::cloud::azure) client_id: String,
    pub(in crate::cloud::azure) object_id: String,
    pub(in crate::cloud::azure) resource_id: String,
    pub(in crate::cloud::azure) is_system_assigned: bool,
}

/// A person.
#[derive(Debug, Clone)]
pub struct User {
    pub(in crate::cloud::azure) name: String,
    pub(in crate::cloud::azure) object_id: String,
}

/// What a token says about whoever it speaks for.
#[derive(Debug, Clone)]
pub(in crate::cloud::azure) struct Principal {
    pub(in crate::cloud::azure) name: String,
    pub(in crate::cloud::azure) client_id: String,
    pub(in crate::cloud::azure) object_id: String,
    /// `appidacr`: 0 for public clients, 1 for a secret, 2 for a certificate.
    pub(in crate::cloud::azure) proof: &'static str,
    pub(in crate::cloud::azure) resource_id: Option<String>,
    pub(in crate::cloud::azure) user_name: Option<String>,
}

impl Identity {
    /// The one that comes and goes with its machine.
    #[must_use]
    pub fn system_assigned(name: &str) -> Self {
        let resource_id = format!("{GROUP}/Microsoft.Compute/virtualMachines/{name}");
        Self { is_system_assigned: true, ..Self::with(name, resource_id) }
    }

    /// One with a life of its own.
    #[must_use]
    pub fn user_assigned(name: &str) -> Self {
        let resource_id = format!("{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/{name}");
        Self::with(name, resource_id)
    }

    fn with(name: &str, resource_id: String) -> Self {
        Self {
            name: name.into(),
            client_id: random::request_id(),
            object_id: random::request_id(),
            resource_id,
            is_system_assigned: false,
        }
    }

    /// The client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The object id of its service principal.
    #[must_use]
    pub fn object_id(&self) -> &str {
        &self.object_id
    }

    /// The id of the Azure resource.
    #[must_use]
    pub fn resource_id(&self) -> &str {
        &self.resource_id
    }

    pub(in crate::cloud::azure) fn principal(&self) -> Principal {
        Principal {
            name: self.name.clone(),
            client_id: self.client_id.clone(),
            object_id: self.object_id.clone(),
            proof: "2",
            resource_id: Some(self.resource_id.clone()),
            user_name: None,
        }
    }
}

impl User {
    /// A person by principal name, such as `alice@shorepass.example`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), object_id: random::request_id() }
    }

    pub(in crate::cloud::azure) fn principal(&self) -> Principal {
        Principal {
            name: self.name.clone(),
            client_id: AZURE_CLI.into(),
            object_id: self.object_id.clone(),
            proof: "0",
            resource_id: None,
            user_name: Some(self.name.clone()),
        }
    }
}

const GROUP: &str = "/subscriptions/5f6d1c9a-6d6b-4a5e-9f0e-0b1d2c3e4f50/resourcegroups/shorepass/providers";
/// The client id of the Azure CLI.
pub(super) const AZURE_CLI: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
