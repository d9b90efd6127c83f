//! Which Entra is asked: the one that somebody names, else the cloud's own.

use std::fmt;

use aws_types::os_shim_internal::Env;
use shorepass_core::{exchange::ExchangeError, identity::AzureIdentity, kind::AcrCloud};

use super::{misconfigured, variable};
use crate::http::may_have_secrets;

/// A URL without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authority(String);

impl Authority {
    /// The identity's, the caller's or the cloud's.
    pub(super) fn choose(
        identity: &AzureIdentity,
        env: &Env,
        cloud: AcrCloud,
    ) -> Result<Self, ExchangeError> {
        if let Some(url) = &identity.authority_host {
            return Self::named(url, "authority_host");
        }
        if let Some(url) = variable(env, "AZURE_AUTHORITY_HOST") {
            return Self::named(&url, "AZURE_AUTHORITY_HOST");
        }
        let host = match cloud {
            AcrCloud::Public => "https://login.microsoftonline.com",
            AcrCloud::China => "https://login.chinacloudapi.cn",
            AcrCloud::UsGovernment => "https://login.microsoftonline.us",
        };
        Ok(Self(host.into()))
    }

    /// Where a tenant gives tokens.
    pub(super) fn token_endpoint(&self, tenant: &str) -> String {
        format!("{self}/{tenant}/oauth2/v2.0/token")
    }

    fn named(text: &str, setting: &str) -> Result<Self, ExchangeError> {
        // Some SDKs take a bare host.
        let url = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        if !may_have_secrets(&url) {
            return Err(misconfigured(
                "azure_authority_unsafe",
                format!("`{setting}` is no `https://` URL, so no secret is sent there"),
            )
            .with_hint(format!("set `{setting}` to a URL such as `https://login.microsoftonline.com`")));
        }
        Ok(Self(url.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_goes_before_the_caller_and_the_caller_before_the_cloud() {
        let caller = Env::from_slice(&[("AZURE_AUTHORITY_HOST", "login.example/")]);
        let named =
            AzureIdentity { authority_host: Some("https://entra.example".into()), ..Default::default() };
        let chosen = |identity: &AzureIdentity, env: &Env, cloud| {
            Authority::choose(identity, env, cloud).unwrap().token_endpoint("t")
        };
        let unnamed = AzureIdentity::default();
        let nobody = Env::from_slice(&[]);

        assert_eq!(chosen(&named, &caller, AcrCloud::Public), "https://entra.example/t/oauth2/v2.0/token");
        assert_eq!(chosen(&unnamed, &caller, AcrCloud::China), "https://login.example/t/oauth2/v2.0/token");
        for (cloud, host) in [
            (AcrCloud::Public, "login.microsoftonline.com"),
            (AcrCloud::China, "login.chinacloudapi.cn"),
            (AcrCloud::UsGovernment, "login.microsoftonline.us"),
        ] {
            let wanted = format!("https://{host}/t/oauth2/v2.0/token");
            assert_eq!(chosen(&unnamed, &nobody, cloud), wanted);
        }
    }

    #[test]
    fn secrets_go_by_https_or_stay_on_this_machine() {
        for url in ["https://login.example", "http://127.0.0.1:80/x", "http://localhost", "http://[::1]:8080"]
        {
            assert!(may_have_secrets(url), "{url}");
        }
        for url in [
            "http://login.example",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example:80",
            "https://user:canary@login.example",
            "http://127.0.0.1@evil.example",
            "ftp://127.0.0.1",
            "https://",
            "https://two words",
        ] {
            assert!(!may_have_secrets(url), "{url}");
        }
        let env = Env::from_slice(&[("AZURE_AUTHORITY_HOST", "http://login.example")]);
        let refused = Authority::choose(&AzureIdentity::default(), &env, AcrCloud::Public).unwrap_err();
        assert_eq!(refused.code, "azure_authority_unsafe");
    }
}
