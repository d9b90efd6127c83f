//! The settings around AWS calls: from a variable, else from the profile in use.
//!
//! A custom endpoint is taken as it is; the SDK would refuse it together with FIPS or dual-stack. STS is
//! always asked in a region, whatever `AWS_STS_REGIONAL_ENDPOINTS` says, and the instance metadata
//! service is not asked for the region: the registry's name has one.

use std::{path::PathBuf, time::Duration};

use aws_config::{
    AppName, BehaviorVersion, Region, SdkConfig,
    identity::IdentityCache,
    profile::{ProfileFileLoadError, ProfileParseError, ProfileSet},
    retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_runtime::env_config::{EnvConfigValue, file::EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};
use shorepass_core::exchange::ExchangeError;

use super::misconfigured;
use crate::{failure::PATIENCE, http};

/// A service of AWS that is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Ecr,
    EcrPublic,
    Sts,
    Sso,
    SsoOidc,
}

impl Service {
    /// The name under which the SDKs look for an endpoint: `AWS_ENDPOINT_URL_ECR_PUBLIC`.
    fn id(self) -> &'static str {
        match self {
            Self::Ecr => "ECR",
            Self::EcrPublic => "ECR PUBLIC",
            Self::Sts => "STS",
            Self::Sso => "SSO",
            Self::SsoOidc => "SSO OIDC",
        }
    }
}

/// The caller's variables and profiles.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) profiles: ProfileSet,
    /// Whether somebody chose the profile, rather than it being the default one.
    pub(super) is_profile_named: bool,
    /// Whether the configuration named the profile, so that variables with keys do not count.
    pub(super) is_profile_forced: bool,
    pub(super) outward: http::Client,
    pub(super) direct: http::Client,
    env: Env,
}

impl Settings {
    pub(super) async fn load(env: Env, forced_profile: Option<&str>) -> Result<Self, ExchangeError> {
        let from_variable = variable(&env, "AWS_PROFILE").or_else(|| variable(&env, "AWS_DEFAULT_PROFILE"));
        let chosen = forced_profile.map(str::to_owned).or(from_variable);
        let is_profile_named = chosen.is_some();
        let selected = chosen.unwrap_or_else(|| "default".into());
        let profiles =
            aws_config::profile::load(&Fs::real(), &env, &EnvConfigFiles::default(), Some(selected.into()))
                .await
                .map_err(|error| unreadable(&error))?;

        let mut settings = Self {
            is_profile_named,
            is_profile_forced: forced_profile.is_some(),
            outward: http::Client::outward(http::trust(None)?),
            direct: http::Client::direct(http::trust(None)?),
            profiles,
            env,
        };
        if let Some((setting, path)) = settings.ca_bundle() {
            let trusted = http::trust(Some((setting, &path)))?;
            settings.outward = http::Client::outward(trusted.clone());
            settings.direct = http::Client::direct(trusted);
        } else if let Some(path) = settings.variable("SSL_CERT_FILE") {
            http::check(("SSL_CERT_FILE", path.as_ref()))?;
        }
        Ok(settings)
    }

    /// A variable that is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        variable(&self.env, name)
    }

    /// The variable, else the profile's key.
    pub(super) fn value(&self, variable: &str, key: &str) -> Option<String> {
        self.variable(variable).or_else(|| self.profiles.get(key).map(str::to_owned))
    }

    pub(super) fn is_on(&self, variable: &str, key: &str) -> bool {
        self.value(variable, key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(super) fn region(&self) -> Option<String> {
        self.variable("AWS_REGION")
            .or_else(|| self.variable("AWS_DEFAULT_REGION"))
            .or_else(|| self.profiles.get("region").map(str::to_owned))
    }

    /// The caller's home folder.
    pub(super) fn home(&self) -> Option<PathBuf> {
        self.variable("HOME").or_else(|| self.variable("USERPROFILE")).map(PathBuf::from)
    }

    pub(super) fn client(
        &self,
        service: Service,
        region: &str,
        credentials: Option<&Credentials>,
    ) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(self.outward.clone())
            .region(Region::new(region.to_owned()))
            .use_fips(self.is_on("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"))
            .use_dual_stack(self.is_on("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"))
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(patience())
            .retry_config(RetryConfig::standard().with_max_attempts(self.attempts()));
        config.set_app_name(AppName::new("shorepass").ok());
        config.set_credentials_provider(credentials.cloned().map(SharedCredentialsProvider::new));
        let config = config.build();
        match self.endpoint(service) {
            Some(endpoint) => at_endpoint(&config, &endpoint),
            None => config,
        }
    }

    fn endpoint(&self, service: Service) -> Option<String> {
        if self.is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
            return None;
        }
        EnvConfigValue::new()
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .service_id(service.id())
            .load(&self.env, Some(&self.profiles))
            .map(|(endpoint, _)| endpoint.trim().to_owned())
            .filter(|endpoint| !endpoint.is_empty())
    }

    fn attempts(&self) -> u32 {
        let wanted = self.value("AWS_MAX_ATTEMPTS", "max_attempts").and_then(|text| text.parse().ok());
        wanted.unwrap_or(MOST_ATTEMPTS).clamp(1, MOST_ATTEMPTS)
    }

    fn ca_bundle(&self) -> Option<(&'static str, PathBuf)> {
        let from_variable = self.variable("AWS_CA_BUNDLE").map(|path| ("AWS_CA_BUNDLE", path));
        let found =
            from_variable.or_else(|| self.profiles.get("ca_bundle").map(|p| ("ca_bundle", p.to_owned())));
        found.map(|(setting, path)| (setting, self.expand(&path)))
    }

    fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.home()) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }
}

/// The same client at another place.
pub(crate) fn at_endpoint(config: &SdkConfig, endpoint: &str) -> SdkConfig {
    config.to_builder().endpoint_url(endpoint).use_fips(false).use_dual_stack(false).build()
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn patience() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_millis(2500))
        .operation_attempt_timeout(Duration::from_secs(6))
        .operation_timeout(PATIENCE)
        .build()
}

fn unreadable(error: &ProfileFileLoadError) -> ExchangeError {
    // Neither form repeats the line that it is about.
    let words = std::error::Error::source(error)
        .filter(|cause| cause.is::<ProfileParseError>())
        .map_or_else(|| error.to_string(), |parse| parse.to_string().replace("\n ", ""));
    misconfigured("profile_broken", format!("the AWS configuration cannot be used: {words}"))
        .with_hint("correct the file, then check it with `aws configure list`")
}

const MOST_ATTEMPTS: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_profile_is_the_configurations_then_the_variables_then_the_default() {
        let both = [("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "b")];

        assert_eq!(selected(&both, Some("c")).await, ("c".into(), true, true));
        assert_eq!(selected(&both, None).await, ("a".into(), true, false));
        assert_eq!(selected(&both[1..], None).await, ("b".into(), true, false));
        assert_eq!(selected(&[("AWS_PROFILE", "")], None).await, ("default".into(), false, false));
    }

    #[tokio::test]
    async fn an_endpoint_of_ones_own_is_neither_fips_nor_dual_stack() {
        let fips = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "TRUE")];
        let own = [fips[0], fips[1], ("AWS_ENDPOINT_URL_ECR", "http://localhost:1")];
        let ignored = [own[0], own[1], own[2], ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];

        assert_eq!(ecr(&fips).await, (Some(true), Some(true), None));
        assert_eq!(ecr(&own).await, (Some(false), Some(false), Some("http://localhost:1".into())));
        assert_eq!(ecr(&ignored).await, (Some(true), Some(true), None));
    }

    #[tokio::test]
    async fn the_callers_region_is_either_variables_or_the_profiles() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        std::fs::write(&config, "[default]\nregion = eu-north-1\nmax_attempts = 99\n").unwrap();
        let file = ("AWS_CONFIG_FILE", config.to_str().unwrap());

        let profile = load(&[file], None).await;
        let variable = load(&[file, ("AWS_DEFAULT_REGION", "eu-west-3")], None).await;

        assert_eq!(profile.region().as_deref(), Some("eu-north-1"));
        assert_eq!(profile.attempts(), MOST_ATTEMPTS);
        assert_eq!(variable.region().as_deref(), Some("eu-west-3"));
        assert_eq!(load(&[], None).await.region(), None);
    }

    async fn selected(variables: &[(&str, &str)], forced: Option<&str>) -> (String, bool, bool) {
        let settings = load(variables, forced).await;
        let name = settings.profiles.selected_profile().to_owned();
        (name, settings.is_profile_named, settings.is_profile_forced)
    }

    async fn ecr(variables: &[(&str, &str)]) -> (Option<bool>, Option<bool>, Option<String>) {
        let config = load(variables, None).await.client(Service::Ecr, "eu-west-1", None);
        (config.use_fips(), config.use_dual_stack(), config.endpoint_url().map(str::to_owned))
    }

    async fn load(variables: &[(&str, &str)], forced: Option<&str>) -> Settings {
        Settings::load(Env::from_slice(variables), forced).await.expect("the settings can be read")
    }
}
