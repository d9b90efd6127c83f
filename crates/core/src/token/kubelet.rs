//! The service account's token that a kubelet hands to its credential provider with an image's name.

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::config::reader::Reader;

/// The token of the pod whose image is pulled.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Source {}

impl Settings for Source {
    fn read(_table: &mut Reader<'_>) -> Option<Self> {
        Some(Self {})
    }

    fn deciding_variables(&self) -> Vec<&str> {
        vec![SERVICE_ACCOUNT_TOKEN]
    }
}

/// No real variable: the credential provider sends the token under this name.
pub const SERVICE_ACCOUNT_TOKEN: &str = "SHOREPASS_SERVICE_ACCOUNT_TOKEN";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::IdentityType;

    #[test]
    fn a_pods_token_decides_who_a_clouds_own_chain_is() {
        for cloud in [IdentityType::Aws, IdentityType::Azure, IdentityType::Google] {
            let identity = cloud.default_identity();

            assert!(identity.deciding_variables().contains(&SERVICE_ACCOUNT_TOKEN), "{cloud:?}");
        }
    }
}
