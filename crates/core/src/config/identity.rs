//! `[identity.NAME]`: who we are to a cloud.

use super::reader::Reader;
use crate::identity::{AwsIdentity, Identity, IdentityType};

pub(super) fn read(table: &mut Reader<'_>) -> Option<Identity> {
    let parse = |text: &str| {
        IdentityType::ALL.iter().find(|known| known.name() == text).ok_or("one of the known types: `aws`")
    };
    if !table.has("type") {
        table.fault_here("an identity needs the key `type`, such as `type = \"aws\"`");
    }
    match table.text("type", parse)? {
        IdentityType::Aws => Some(Identity::Aws(aws(table))),
    }
}

fn aws(table: &mut Reader<'_>) -> AwsIdentity {
    use crate::{identity::AwsRole, kind};

    let role = |table: &mut Reader<'_>| {
        let role_arn = table.text("role_arn", role_arn);
        let (external_id, session_name) =
            (table.string("external_id"), table.text("session_name", session_name));
        let duration = table.duration("duration", SHORTEST_SESSION, LONGEST_SESSION);
        role_arn.map(|role_arn| AwsRole { role_arn, external_id, session_name, duration })
    };

    let mut roles = Vec::new();
    let is_alone = table.has("role_arn");
    for key in ["external_id", "session_name", "duration"] {
        if !is_alone && table.has(key) {
            table.fault_here(format!("`{key}` belongs to a role, and `role_arn` is missing"));
        }
    }
    roles.extend(role(table));
    if is_alone && table.has("roles") {
        table.fault_here("`role_arn` and `roles` exclude each other: put the first role into `roles`");
    }
    for mut inner in table.tables("roles") {
        if !inner.has("role_arn") {
            inner.fault_here("a role needs the key `role_arn`");
        }
        roles.extend(role(&mut inner));
        inner.finish();
    }

    AwsIdentity {
        profile: table.string("profile"),
        roles,
        region: table.text("region", kind::aws_region),
        sts_endpoint: table.text("sts_endpoint", kind::checked_endpoint),
        forward: table.strings("forward").unwrap_or_default(),
    }
}

/// `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`
fn role_arn(text: &str) -> Result<String, &'static str> {
    let mut parts = text.splitn(6, ':');
    let is_good = parts.next() == Some("arn")
        && parts.next().is_some_and(|partition| partition.starts_with("aws"))
        && parts.next() == Some("iam")
        && parts.next() == Some("")
        && parts.next().is_some_and(|id| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()))
        && parts.next().is_some_and(|role| role.strip_prefix("role/").is_some_and(|name| !name.is_empty()));
    if is_good { Ok(text.to_owned()) } else { Err("a role such as `arn:aws:iam::123456789012:role/NAME`") }
}

/// `[\w+=,.@-]{2,64}`
fn session_name(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b);
    if (2..=64).contains(&text.len()) && text.bytes().all(good) {
        Ok(text.to_owned())
    } else {
        Err("2 to 64 letters, digits or `_+=,.@-`")
    }
}

/// What STS allows: a session lasts 15 minutes to 12 hours.
const SHORTEST_SESSION: std::time::Duration = std::time::Duration::from_secs(900);
const LONGEST_SESSION: std::time::Duration = std::time::Duration::from_secs(43_200);
