//! A GitHub App: its key signs for it, and an installation of it is what a token is for.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::login_name;
use crate::{config::reader::Reader, token::absolute};

/// Which app, and where it is installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Its id or its client id: who the signed request says it is.
    pub id: String,
    /// What signs.
    pub key: AppKey,
    /// Whose token it is to be.
    pub installation: Installation,
}

/// Where an app's RSA key is, PEM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppKey {
    /// In a file.
    File(PathBuf),
    /// In the vault, under that name.
    Login(String),
}

/// One installation of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Installation {
    /// By its number.
    Id(String),
    /// In the organisation or of the person of that name.
    Owner(String),
    /// Where it reaches this repository, `OWNER/NAME`.
    Repository(String),
}

impl App {
    /// `None` when no app is meant, or when what is said of it is faulty, which has been recorded then.
    pub(super) fn read(table: &mut Reader<'_>) -> Option<Self> {
        let id = table.text("app_id", id);
        let file = table.text("private_key_file", absolute).map(AppKey::File);
        let login = table.text("private_key_login", login_name).map(AppKey::Login);
        let by_id = table.text("installation_id", number).map(Installation::Id);
        let by_owner = table.text("owner", owner).map(Installation::Owner);
        let by_repository = table.text("repository", repository).map(Installation::Repository);
        if !table.has("app_id") {
            if let Some(alone) = KEYS.iter().flat_map(|keys| keys.iter()).find(|key| table.has(key)) {
                table.fault_here(format!("`{alone}` needs `app_id`"));
            }
            return None;
        }
        for keys in KEYS {
            if keys.iter().filter(|key| table.has(key)).count() != 1 {
                table.fault_here(format!("an app needs one of `{}`", keys.join("`, `")));
            }
        }
        Some(Self { id: id?, key: file.or(login)?, installation: by_id.or(by_repository).or(by_owner)? })
    }
}

fn id(text: &str) -> Result<String, &'static str> {
    let is_good = |b: u8| b.is_ascii_alphanumeric() || b == b'.';
    match (1..=64).contains(&text.len()) && text.bytes().all(is_good) {
        true => Ok(text.to_owned()),
        false => Err("an app's id or client id"),
    }
}

fn number(text: &str) -> Result<String, &'static str> {
    match (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(text.to_owned()),
        false => Err("a number in quotes, as in the address of the installation's page"),
    }
}

fn owner(text: &str) -> Result<String, &'static str> {
    match is_name(text) {
        true => Ok(text.to_owned()),
        false => Err("the name of an organisation or a person"),
    }
}

fn repository(text: &str) -> Result<String, &'static str> {
    match text.split_once('/') {
        Some((owner, name)) if is_name(owner) && is_name(name) => Ok(text.to_owned()),
        _ => Err("a repository such as `OWNER/NAME`"),
    }
}

/// It becomes a part of a URL's path.
fn is_name(text: &str) -> bool {
    let is_good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=100).contains(&text.len()) && text.bytes().all(is_good) && !matches!(text, "." | "..")
}

/// Of each line exactly one.
const KEYS: [&[&str]; 2] =
    [&["private_key_file", "private_key_login"], &["installation_id", "repository", "owner"]];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{config::Config, identity::Identity};

    #[test]
    fn an_app_is_read_with_its_key_and_its_installation() {
        let app = |keys: &str| {
            let config = load(keys).unwrap();
            let Identity::Github(identity) = &config.identities["app"] else { panic!("another type") };
            identity.app.clone().unwrap()
        };

        assert_eq!(
            app("app_id = \"1\"\nprivate_key_file = \"/k.pem\"\ninstallation_id = \"7\""),
            App {
                id: "1".into(),
                key: AppKey::File("/k.pem".into()),
                installation: Installation::Id("7".into())
            }
        );
        assert_eq!(
            app("app_id = \"Iv23li\"\nprivate_key_login = \"key\"\nrepository = \"shoreteam/images\""),
            App {
                id: "Iv23li".into(),
                key: AppKey::Login("key".into()),
                installation: Installation::Repository("shoreteam/images".into())
            }
        );
    }

    #[test]
    fn half_an_app_is_a_fault() {
        for (keys, said) in [
            ("app_id = \"1\"\nowner = \"o\"", "one of `private_key_file`, `private_key_login`"),
            ("app_id = \"1\"\nprivate_key_file = \"/k\"", "one of `installation_id`, `repository`, `owner`"),
            (
                "app_id = \"1\"\nprivate_key_file = \"/k\"\nowner = \"o\"\ninstallation_id = \"1\"",
                "one of `inst",
            ),
            ("owner = \"o\"", "`owner` needs `app_id`"),
            ("source = \"app\"", "the source `app` needs `app_id`"),
            ("source = \"gh\"\nlogin = \"x\"", "`login` is for the source `stored` only"),
            ("app_id = 1\nprivate_key_file = \"/k\"\nowner = \"o\"", "`app_id` must be a string"),
            ("app_id = \"../x\"\nprivate_key_file = \"/k\"\nowner = \"o\"", "an app's id or client id"),
            ("app_id = \"1\"\nprivate_key_file = \"/k\"\nowner = \"../x\"", "the name of an organisation"),
            ("app_id = \"1\"\nprivate_key_file = \"/k\"\nrepository = \"o/..\"", "such as `OWNER/NAME`"),
        ] {
            let faults = load(keys).unwrap_err();

            assert_eq!(faults.len(), 1, "{keys}: {faults:?}");
            assert!(faults[0].contains(said), "{keys}: {faults:?}");
        }
    }

    fn load(keys: &str) -> Result<Config, Vec<String>> {
        let text = format!("[identity.app]\ntype = \"github\"\n{keys}\n");
        Config::parse(Path::new("config.toml"), &text)
            .map_err(|faults| faults.iter().map(ToString::to_string).collect())
    }
}
