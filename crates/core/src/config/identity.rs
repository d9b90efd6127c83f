//! `[identity.NAME]`: who we are to a cloud.

use super::reader::Reader;
use crate::{
    identity::{Identity, IdentityType},
    token::Tokens,
};

pub(super) fn read(table: &mut Reader<'_>, tokens: &Tokens) -> Option<Identity> {
    let parse = |text: &str| {
        let found = IdentityType::ALL.iter().find(|known| known.name() == text);
        found.ok_or("one of the known types: `aws`, `google`, `azure`, `github`, `gitlab`, `oidc`, `stored`")
    };
    if !table.has("type") {
        table.fault_here("an identity needs the key `type`, such as `type = \"aws\"`");
    }
    Some(table.text("type", parse)?.read(table, tokens))
}
