//! `[vault]`: where logins are kept.

use super::reader::Reader;
use crate::{
    hand_on,
    token::absolute,
    vault::{VaultKind, VaultSettings},
};

pub(super) fn read(table: &mut Reader<'_>, settings: &mut VaultSettings) {
    let store = table.text("store", |text| match text {
        "auto" => Ok(None),
        text => VaultKind::ALL.into_iter().find(|kind| kind.name() == text).map(Some).ok_or(
            "`auto`, `secret-service`, `keychain`, `credential-manager`, `keyutils`, `file` or `none`",
        ),
    });
    if let Some(store) = store {
        settings.store = store;
    }
    if let Some(file) = table.text("file", absolute) {
        settings.file = Some(file);
    }
    if let Some(helper) = table.text("hand_on", hand_on::helper) {
        settings.hand_on = Some(helper);
    }
    if table.has("key_file") && table.has("key_credential") {
        table.fault_here("`key_file` and `key_credential` exclude each other");
    }
    if let Some(key_file) = table.text("key_file", absolute) {
        (settings.key_file, settings.key_credential) = (Some(key_file), None);
    }
    if let Some(name) = table.text("key_credential", credential) {
        (settings.key_credential, settings.key_file) = (Some(name), None);
    }
}

/// A file's name, so that nothing outside of the credentials' folder can be meant.
fn credential(text: &str) -> Result<String, &'static str> {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if !text.is_empty() && text.len() <= 255 && !text.starts_with('.') && text.bytes().all(good) {
        Ok(text.to_owned())
    } else {
        Err("the name of a systemd credential")
    }
}
