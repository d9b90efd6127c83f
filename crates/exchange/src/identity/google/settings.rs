//! The caller's variables and folders, and the clients that every call goes by.

use std::path::PathBuf;

use aws_types::os_shim_internal::Env;
use shorepass_core::exchange::ExchangeError;

use super::misconfigured;
use crate::http;

/// The caller's surroundings.
#[derive(Debug)]
pub(super) struct Settings {
    /// The domain of the identity's settings or of the caller; Google's own by default.
    pub(super) universe: String,
    pub(super) outward: http::Client,
    pub(super) direct: http::Client,
    env: Env,
}

impl Settings {
    pub(super) fn load(env: Env, configured_universe: Option<&str>) -> Result<Self, ExchangeError> {
        let universe = match (configured_universe, variable(&env, "GOOGLE_CLOUD_UNIVERSE_DOMAIN")) {
            (Some(configured), _) => configured.to_owned(),
            (None, Some(domain)) if is_domain(&domain) => domain,
            (None, Some(_)) => {
                return Err(misconfigured(
                    "request_invalid",
                    "`GOOGLE_CLOUD_UNIVERSE_DOMAIN` holds no domain",
                )
                .with_hint("unset it, or name a domain such as `googleapis.com`"));
            }
            (None, None) => GOOGLE.to_owned(),
        };
        let trusted = http::trust(None)?;
        if let Some(path) = variable(&env, "SSL_CERT_FILE") {
            http::check(("SSL_CERT_FILE", path.as_ref()))?;
        }
        Ok(Self {
            universe,
            outward: http::Client::outward(trusted.clone()),
            direct: http::Client::direct(trusted),
            env,
        })
    }

    /// A variable that is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        variable(&self.env, name)
    }

    /// The gcloud CLI's folder, as that finds it.
    pub(super) fn gcloud_folder(&self) -> Option<PathBuf> {
        let set = |name| self.variable(name).map(PathBuf::from);
        set("CLOUDSDK_CONFIG")
            .or_else(|| Some(set("APPDATA")?.join("gcloud")))
            .or_else(|| Some(set("HOME").or_else(|| set("USERPROFILE"))?.join(".config/gcloud")))
    }
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.get(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// Two labels at least: one alone would make half the world Google's.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// The universe that is meant where none is named.
pub(super) const GOOGLE: &str = "googleapis.com";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_universe_is_the_configurations_then_the_callers_then_googles() {
        let named = [("GOOGLE_CLOUD_UNIVERSE_DOMAIN", "shore.example")];

        assert_eq!(universe(&named, Some("other.example")).unwrap(), "other.example");
        assert_eq!(universe(&named, None).unwrap(), "shore.example");
        assert_eq!(universe(&[], None).unwrap(), GOOGLE);
        for bad in ["example", ".example", "a b.example", "https://x.example"] {
            let error = universe(&[("GOOGLE_CLOUD_UNIVERSE_DOMAIN", bad)], None).unwrap_err();

            assert_eq!(error.code, "request_invalid", "{bad}");
        }
    }

    #[test]
    fn the_folder_of_gcloud_is_found_as_gcloud_finds_it() {
        let folder = |variables: &[(&str, &str)]| {
            Settings::load(Env::from_slice(variables), None).unwrap().gcloud_folder()
        };
        let all = [("CLOUDSDK_CONFIG", "/c"), ("APPDATA", "/a"), ("HOME", "/h")];

        assert_eq!(folder(&all), Some("/c".into()));
        assert_eq!(folder(&all[1..]), Some("/a/gcloud".into()));
        assert_eq!(folder(&all[2..]), Some("/h/.config/gcloud".into()));
        assert_eq!(folder(&[]), None);
    }

    fn universe(variables: &[(&str, &str)], configured: Option<&str>) -> Result<String, ExchangeError> {
        Settings::load(Env::from_slice(variables), configured).map(|settings| settings.universe)
    }
}
