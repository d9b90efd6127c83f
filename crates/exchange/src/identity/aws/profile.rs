//! What a profile says about getting credentials, as a plan: one base and the roles on top.
//!
//! Follows the AWS CLI where SDKs differ: a role first, then a web identity, a sign-in, keys, a command.
//! A `source_profile` that has keys of its own is used for them, even when it names a role too.

use std::{fmt, time::Duration};

use aws_config::profile::{Profile, ProfileSet};
use aws_credential_types::Credentials;
use shorepass_core::exchange::ExchangeError;

use super::{
    misconfigured,
    roles::Assume,
    sso::Sso,
    web_identity::{TokenPlace, WebIdentity},
};

/// How a profile's credentials are made.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) base: Base,
    /// In the order in which they are assumed.
    pub(super) roles: Vec<Assume>,
}

/// Where the first credentials come from.
pub(super) enum Base {
    Keys(Credentials),
    Environment,
    Container,
    Instance,
    WebIdentity(WebIdentity),
    Sso(Sso),
    Process { command: String, profile: String },
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys(_) => f.write_str("Keys"),
            Self::Environment => f.write_str("Environment"),
            Self::Container => f.write_str("Container"),
            Self::Instance => f.write_str("Instance"),
            Self::WebIdentity(identity) => identity.fmt(f),
            Self::Sso(sso) => sso.fmt(f),
            // The command's arguments may be secret.
            Self::Process { profile, .. } => write!(f, "Process({profile})"),
        }
    }
}

/// The plan of the selected profile; none if there is no such profile, or nothing in it.
///
/// # Errors
/// It contradicts itself or refers to what is not there.
pub(super) fn plan(profiles: &ProfileSet) -> Result<Option<Plan>, ExchangeError> {
    let mut name = profiles.selected_profile();
    let mut visited: Vec<&str> = Vec::new();
    let mut roles = Vec::new();
    let base = loop {
        let Some(profile) = profiles.get_profile(name) else {
            match visited.last() {
                None => return Ok(None),
                Some(by) => return Err(not_found(name, Some(by))),
            }
        };
        if visited.contains(&name) {
            return Err(broken(name, "is its own `source_profile` in the end"));
        }
        let is_first = visited.is_empty();
        visited.push(name);
        if !is_first && let Some(keys) = keys(profile)? {
            break Base::Keys(keys);
        }
        let Some(role) = role(profile) else {
            match base(profiles, profile)? {
                Some(base) => break base,
                None if is_first => return Ok(None),
                None => return Err(broken(name, "holds no credentials")),
            }
        };
        roles.push(role);
        match (profile.get("source_profile"), profile.get("credential_source")) {
            (Some(_), Some(_)) => {
                return Err(broken(name, "has both `source_profile` and `credential_source`"));
            }
            (None, None) => {
                return Err(broken(
                    name,
                    "has a `role_arn` but neither `source_profile` nor `credential_source`",
                ));
            }
            (None, Some(source)) => break named(name, source)?,
            (Some(source), None) if source == name => {
                break base(profiles, profile)?.ok_or_else(|| broken(name, "holds no credentials"))?;
            }
            (Some(source), None) => name = source,
        }
    };
    roles.reverse();
    Ok(Some(Plan { base, roles }))
}

/// Whether the selected profile is a role to assume with the credentials of another.
pub(super) fn is_role(profiles: &ProfileSet) -> bool {
    profiles.get_profile(profiles.selected_profile()).is_some_and(|profile| role(profile).is_some())
}

/// There is no such profile; `by` is the one that refers to it.
pub(super) fn not_found(name: &str, by: Option<&str>) -> ExchangeError {
    let whence = by.map(|by| format!(", which profile `{by}` names as its source,")).unwrap_or_default();
    misconfigured(
        "profile_not_found",
        format!("the profile `{name}`{whence} is neither in `~/.aws/config` nor in `~/.aws/credentials`"),
    )
    .with_hint(format!("to see the profiles there are, run `aws configure list-profiles`, or make this one with `aws configure --profile {name}`"))
}

pub(super) fn broken(name: &str, why: &str) -> ExchangeError {
    misconfigured("profile_broken", format!("the profile `{name}` {why}"))
        .with_hint(format!("correct it in `~/.aws/config`, or run `aws configure --profile {name}`"))
}

fn role(profile: &Profile) -> Option<Assume> {
    if profile.get("web_identity_token_file").is_some() {
        return None;
    }
    Some(Assume {
        role_arn: profile.get("role_arn")?.to_owned(),
        external_id: profile.get("external_id").map(str::to_owned),
        session_name: profile.get("role_session_name").map(str::to_owned),
        duration: duration(profile),
        needs_mfa: profile.get("mfa_serial").is_some(),
    })
}

fn base(profiles: &ProfileSet, profile: &Profile) -> Result<Option<Base>, ExchangeError> {
    let name = profile.name();
    if let Some(file) = profile.get("web_identity_token_file") {
        let Some(role_arn) = profile.get("role_arn") else {
            return Err(broken(name, "has a `web_identity_token_file` but no `role_arn`"));
        };
        return Ok(Some(Base::WebIdentity(WebIdentity {
            token: TokenPlace::File(file.into()),
            role_arn: role_arn.to_owned(),
            session_name: profile.get("role_session_name").map(str::to_owned),
            duration: duration(profile),
        })));
    }
    if let Some(sso) = Sso::of(profiles, profile)? {
        return Ok(Some(Base::Sso(sso)));
    }
    if let Some(keys) = keys(profile)? {
        return Ok(Some(Base::Keys(keys)));
    }
    if let Some(command) = profile.get("credential_process") {
        return Ok(Some(Base::Process { command: command.to_owned(), profile: name.to_owned() }));
    }
    if profile.get("login_session").is_some() {
        return Err(misconfigured(
            "profile_broken",
            format!("the profile `{name}` is a console sign-in, which only the AWS CLI can use"),
        )
        .with_hint(format!(
            "make a second profile with `credential_process = aws configure export-credentials --profile {name} --format process`"
        )));
    }
    match profile.get("credential_source") {
        Some(source) => named(name, source).map(Some),
        None => Ok(None),
    }
}

fn keys(profile: &Profile) -> Result<Option<Credentials>, ExchangeError> {
    match (profile.get("aws_access_key_id"), profile.get("aws_secret_access_key")) {
        (None, None) => Ok(None),
        (Some(id), Some(secret)) => {
            let token = profile.get("aws_session_token").filter(|token| !token.is_empty());
            Ok(Some(Credentials::new(id, secret, token.map(str::to_owned), None, "profile")))
        }
        (Some(_), None) => Err(broken(profile.name(), "has an access key but no `aws_secret_access_key`")),
        (None, Some(_)) => Err(broken(profile.name(), "has a secret key but no `aws_access_key_id`")),
    }
}

fn named(profile: &str, source: &str) -> Result<Base, ExchangeError> {
    match source.to_ascii_lowercase().as_str() {
        "environment" => Ok(Base::Environment),
        "ecscontainer" => Ok(Base::Container),
        "ec2instancemetadata" => Ok(Base::Instance),
        _ => Err(broken(
            profile,
            "has a `credential_source` other than `Environment`, `EcsContainer` and `Ec2InstanceMetadata`",
        )),
    }
}

fn duration(profile: &Profile) -> Option<Duration> {
    profile.get("duration_seconds")?.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use aws_runtime::env_config::file::EnvConfigFiles;
    use aws_types::os_shim_internal::{Env, Fs};

    use super::*;

    #[tokio::test]
    async fn roles_are_assumed_from_the_innermost_source_outwards() {
        let plan = plan_of(
            "[profile x]\nrole_arn=outer\nsource_profile=y\nduration_seconds=900\nexternal_id=e\n\
             [profile y]\nrole_arn=inner\nsource_profile=z\n\
             [profile z]\naws_access_key_id=AKIA\naws_secret_access_key=canary\n",
        )
        .await
        .unwrap()
        .unwrap();

        assert!(matches!(&plan.base, Base::Keys(keys) if keys.access_key_id() == "AKIA"));
        let roles: Vec<&str> = plan.roles.iter().map(|role| role.role_arn.as_str()).collect();
        assert_eq!(roles, ["inner", "outer"]);
        assert_eq!(plan.roles[1].duration, Some(Duration::from_secs(900)));
        assert_eq!(plan.roles[1].external_id.as_deref(), Some("e"));
        assert!(!format!("{plan:?}").contains("canary"));
    }

    #[tokio::test]
    async fn a_source_with_keys_of_its_own_is_used_for_them() {
        let keys = "aws_access_key_id=AKIA\naws_secret_access_key=s\n";
        let by_itself = format!("[profile x]\nrole_arn=a\nsource_profile=x\n{keys}");
        let with_a_role = format!(
            "[profile x]\nrole_arn=a\nsource_profile=y\n[profile y]\nrole_arn=b\nsource_profile=z\n{keys}"
        );

        for config in [by_itself, with_a_role] {
            let plan = plan_of(&config).await.unwrap().unwrap();
            assert!(matches!(plan.base, Base::Keys(_)), "{config}");
            assert_eq!(plan.roles.len(), 1, "{config}");
        }
    }

    #[tokio::test]
    async fn what_a_profile_names_first_decides() {
        for (config, base) in [
            ("credential_source=Ec2InstanceMetadata\nrole_arn=a", "Instance"),
            ("credential_source=ecscontainer\nrole_arn=a", "Container"),
            ("credential_source=Environment\nrole_arn=a", "Environment"),
            ("web_identity_token_file=/t\nrole_arn=a\ncredential_process=p", "WebIdentity"),
            ("sso_account_id=1\nsso_role_name=r\nsso_start_url=u\nsso_region=e\ncredential_process=p", "Sso"),
            ("credential_process=p canary", "Process"),
        ] {
            let plan = plan_of(&format!("[profile x]\n{config}\n")).await.unwrap().unwrap();
            assert!(format!("{:?}", plan.base).starts_with(base), "{config}: {:?}", plan.base);
        }
    }

    #[tokio::test]
    async fn contradictions_name_the_profile() {
        for config in [
            "role_arn=a",
            "role_arn=a\nsource_profile=y\ncredential_source=Environment",
            "role_arn=a\ncredential_source=Elsewhere",
            "role_arn=a\nsource_profile=x",
            "aws_access_key_id=a",
            "sso_account_id=1\nsso_start_url=u\nsso_region=e",
            "sso_account_id=1\nsso_role_name=r\nsso_session=gone",
            "sso_account_id=1\nsso_role_name=r\nsso_start_url=u",
            "web_identity_token_file=/t",
            "login_session=arn",
        ] {
            let error = plan_of(&format!("[profile x]\n{config}\n")).await.unwrap_err();
            assert_eq!(error.code, "profile_broken", "{config}");
            assert!(error.message.contains("`x`"), "{config}: {}", error.message);
        }
    }

    #[tokio::test]
    async fn a_circle_and_a_gap_are_found() {
        let circle = "[profile x]\nrole_arn=a\nsource_profile=y\n[profile y]\nrole_arn=b\nsource_profile=x\n";
        let gap = "[profile x]\nrole_arn=a\nsource_profile=gone\n";

        assert_eq!(plan_of(circle).await.unwrap_err().code, "profile_broken");
        let error = plan_of(gap).await.unwrap_err();
        assert_eq!(error.code, "profile_not_found");
        assert!(error.message.contains("`gone`") && error.message.contains("`x`"), "{}", error.message);
        assert!(plan_of("[profile other]\nregion=r\n").await.unwrap().is_none());
    }

    async fn plan_of(config: &str) -> Result<Option<Plan>, ExchangeError> {
        let fs = Fs::from_slice(&[("/home/.aws/config", config)]);
        let env = Env::from_slice(&[("HOME", "/home")]);
        let profiles =
            aws_config::profile::load(&fs, &env, &EnvConfigFiles::default(), Some("x".into())).await;
        plan(&profiles.expect("the configuration can be read"))
    }
}
