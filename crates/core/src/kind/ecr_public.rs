//! Amazon ECR Public: `public.ecr.aws`.
//!
//! One registry for the whole world, in the commercial partition; its API answers in `us-east-1`
//! only, whatever the caller's region. Everything in it can be pulled anonymously, so a failure
//! does not stop a pull unless a route says so.

use serde::{Deserialize, Serialize};

use super::{Key, Keys, Shape, endpoint, repositories_not_narrowed};
use crate::{access::Asked, identity::IdentityType, registry::Registry};

/// The public registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Whether the API is called at its dual-stack endpoint.
    pub dual_stack: bool,
    /// An API endpoint given by the configuration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
}

impl Target {
    pub(super) fn key(&self) -> String {
        self.endpoint.clone().unwrap_or_default()
    }

    #[expect(clippy::unused_self, reason = "every kind has it")]
    pub(super) fn wider(&self, asked: &Asked<'_>) -> Vec<String> {
        repositories_not_narrowed("ECR Public", asked).into_iter().collect()
    }
}

pub(super) const IDENTITIES: &[IdentityType] = &[IdentityType::Aws];
pub(super) const ANONYMOUS: bool = true;
pub(super) const SAMPLES: &[&str] = &[];
pub(super) const KEYS: &[Key] = &[
    Key { name: "endpoint", shape: Shape::Text(endpoint) },
    Key { name: "dual_stack", shape: Shape::Switch },
];

pub(super) fn recognise(registry: &Registry) -> Option<Target> {
    let dual_stack = match registry.host() {
        "public.ecr.aws" => false,
        "ecr-public.aws.com" => true,
        _ => return None,
    };
    registry.has_default_port().then_some(Target { dual_stack, endpoint: None })
}

pub(super) fn configure(registry: &Registry, keys: &Keys) -> Result<Target, String> {
    let named = recognise(registry);
    Ok(Target {
        dual_stack: keys.switch("dual_stack").unwrap_or(named.is_some_and(|target| target.dual_stack)),
        endpoint: keys.text("endpoint").map(str::to_owned),
    })
}
