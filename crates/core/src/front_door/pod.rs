//! What a pod may have of its node: where a cloud is and how it is reached, and nothing that says who the node is.
//!
//! Pure functions of names and settings. Who has asked, and whether it is a pod, is for the protocol to say.

use crate::{identity::Identity, token::TokenSource};

/// Whether a variable of the kubelet's process may be asked for on behalf of a pod: what says where a cloud is and
/// how it is reached, and nothing that says who the node is.
#[must_use]
pub fn is_for_pods(variable: &str) -> bool {
    let is_clouds = CLOUDS.iter().any(|cloud| variable.starts_with(cloud));
    !is_clouds || variable.starts_with("AWS_ENDPOINT_URL") || PLACES.contains(&variable)
}

/// Whether an identity is proven by the pod's token, and by nothing else that its settings or the node have.
#[must_use]
pub fn is_proven_by_pods(identity: &Identity) -> bool {
    match (identity.token(), identity) {
        (Some(token), _) => matches!(token, TokenSource::Kubelet(_)),
        (None, Identity::Aws(aws)) => aws.profile.is_none(),
        (None, Identity::Azure(azure)) => azure.source.is_none() && azure.certificate_file.is_none(),
        (None, Identity::Google(google)) => google.source.is_none() && google.credentials_file.is_none(),
        (None, _) => false,
    }
}

/// How the variables begin that say who a process is to a cloud or a CI system.
const CLOUDS: [&str; 14] = [
    "AWS_",
    "AZURE",
    "AZD_",
    "ARM_",
    "MSI_",
    "IMDS_",
    "IDENTITY_",
    "SYSTEM_",
    "GOOGLE_",
    "CLOUDSDK_",
    "GITHUB_",
    "GH_",
    "GITLAB_",
    "CI_",
];

const PLACES: [&str; 14] = [
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CA_BUNDLE",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_MAX_ATTEMPTS",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_V1_DISABLED",
    "AZURE_AUTHORITY_HOST",
    "AZURE_CORE_COLLECT_TELEMETRY",
    "GOOGLE_CLOUD_UNIVERSE_DOMAIN",
    "CLOUDSDK_PYTHON",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_the_node_is_to_a_cloud_is_not_for_its_pods() {
        for name in [
            "AWS_ACCESS_KEY_ID",
            "AWS_PROFILE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONFIG_FILE",
            "AZURE_CLIENT_SECRET",
            "AZURE_FEDERATED_TOKEN_FILE",
            "IDENTITY_HEADER",
            "SYSTEM_ACCESSTOKEN",
            "AZURESUBSCRIPTION_CLIENT_ID",
            "GOOGLE_APPLICATION_CREDENTIALS",
            "CLOUDSDK_AUTH_ACCESS_TOKEN",
            "GITHUB_TOKEN",
            "CI_JOB_TOKEN",
        ] {
            assert!(!is_for_pods(name), "{name}");
        }
        for name in
            ["HOME", "HTTPS_PROXY", "AWS_REGION", "AWS_ENDPOINT_URL_STS", "AZURE_AUTHORITY_HOST", "PATH"]
        {
            assert!(is_for_pods(name), "{name}");
        }
    }

    #[test]
    fn settings_that_say_who_the_node_is_are_not_for_pods() {
        let tables = |keys: &str| {
            let pod = "[token.pod]\nfrom = \"kubelet\"\n[token.ci]\nfrom = \"env\"\nvariable = \"T\"\n";
            let config =
                Config::parse("config.toml".as_ref(), &format!("{pod}[identity.x]\n{keys}")).unwrap();
            is_proven_by_pods(&config.identities["x"])
        };

        for keys in [
            "type = \"aws\"",
            "type = \"azure\"",
            "type = \"google\"",
            "type = \"aws\"\ntoken = \"pod\"",
            "type = \"oidc\"\ntoken = \"pod\"",
        ] {
            assert!(tables(keys), "{keys}");
        }
        for keys in [
            "type = \"aws\"\nprofile = \"node\"",
            "type = \"aws\"\ntoken = \"ci\"",
            "type = \"azure\"\nsource = \"managed-identity\"",
            "type = \"google\"\nsource = \"metadata\"",
            "type = \"google\"\ncredentials_file = \"/node.json\"",
            "type = \"oidc\"\ntoken = \"ci\"",
            "type = \"stored\"",
            "type = \"github\"",
        ] {
            assert!(!tables(keys), "{keys}");
        }
    }
}
