//! Handing a registry on to the credential helper that was there before Shorepass.
//!
//! Only for a registry of which nobody has said who we are to it and for which no login is stored here: its
//! logins may be where they always were. Never to ourselves, under whatever name.

use serde::{Deserialize, Serialize};

use crate::registry::Registry;

/// Whom to ask for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOn {
    /// What follows `docker-credential-` in the program's name.
    pub helper: String,
    /// The names under which it may know the registry; the first that it knows counts.
    pub servers: Vec<String>,
}

impl HandOn {
    /// As the client spells the registry, then as docker does.
    #[must_use]
    pub fn new(helper: &str, spelled: &str, registry: &Registry) -> Self {
        let mut servers = vec![spelled.trim().to_owned()];
        if registry.path().is_none() {
            let by_docker = match registry.authority() {
                hub if hub == HUB => HUB_URL.to_owned(),
                authority => authority,
            };
            servers.push(by_docker);
        }
        servers.dedup();
        Self { helper: helper.to_owned(), servers }
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> String {
        format!("docker-credential-{}", self.helper)
    }
}

/// The check of a helper's name.
pub(crate) fn helper(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let is_name = (1..=64).contains(&text.len()) && !text.starts_with('.') && text.bytes().all(good);
    if is_name && text != OURS {
        Ok(text.to_owned())
    } else {
        Err("what follows `docker-credential-` in the name of another helper")
    }
}

/// Set for the other helper and for all that it starts: whoever asks with it is not handed on again.
pub const HANDED_ON: &str = "SHOREPASS_HANDED_ON";

/// The caller's variables that another helper may need.
pub const HAND_ON_VARIABLES: &[&str] = &[
    HANDED_ON,
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "SystemRoot",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "GNUPGHOME",
    "GPG_TTY",
    "PASSWORD_STORE_DIR",
    "DOCKER_CONFIG",
];

const OURS: &str = "shorepass";
const HUB: &str = "docker.io";
const HUB_URL: &str = "https://index.docker.io/v1/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_asked_for_as_the_client_and_as_docker_spell_it() {
        let servers = |text: &str| HandOn::new("desktop", text, &Registry::parse(text).unwrap()).servers;

        assert_eq!(servers("r.example"), ["r.example"]);
        assert_eq!(servers("https://R.example/v2/"), ["https://R.example/v2/", "r.example"]);
        assert_eq!(servers("docker.io"), ["docker.io", "https://index.docker.io/v1/"]);
        assert_eq!(servers("https://index.docker.io/v1/"), ["https://index.docker.io/v1/"]);
        assert_eq!(servers("r.example/team"), ["r.example/team"]);
        let token = "https://index.docker.io/v1/access-token";
        assert_eq!(servers(token), [token]);
    }

    #[test]
    fn a_helper_is_named_by_its_plain_suffix_and_never_ours() {
        for name in ["desktop", "osxkeychain", "ecr-login", "gcr_2.1"] {
            assert_eq!(helper(name).as_deref(), Ok(name));
        }
        for name in ["shorepass", "", "a/b", "../x", ".x", "a b", "a\nb", &"x".repeat(65)] {
            assert!(helper(name).is_err(), "{name}");
        }
    }
}
