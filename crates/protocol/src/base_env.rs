//! The environment a long-lived process of ours may have: where things are, never who somebody is.
//!
//! A broker started from one shell must not carry that shell's keys for hours; what an exchange needs
//! is forwarded with each request instead.

use std::{env, ffi::OsString};

/// The part of this process's environment that a broker may inherit.
pub fn inherited() -> impl Iterator<Item = (OsString, OsString)> {
    env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_base))
}

/// Whether a variable only says where things are.
#[must_use]
pub fn is_base(name: &str) -> bool {
    BASE.contains(&name) || name.starts_with("XDG_") || name.starts_with("SHOREPASS_")
}

const BASE: &[&str] = &[
    "HOME",
    "USER",
    "LOGNAME",
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "CREDENTIALS_DIRECTORY",
    "APPDATA",
    "COMPUTERNAME",
    "LOCALAPPDATA",
    "ProgramData",
    "SystemRoot",
    "TEMP",
    "TMP",
    "USERDOMAIN",
    "USERNAME",
    "USERPROFILE",
];
