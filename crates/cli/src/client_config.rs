//! The files in which container clients look a credential helper up.
//!
//! Two families read two files with the same shape: docker's `config.json` and the `auth.json` of
//! podman, buildah and skopeo. Edits touch the text of `credHelpers` only; whatever else is in a file,
//! its order and its layout stay as they are.

mod config_file;
mod cred_helpers;
mod creds_store;
mod drop_in;
mod family;
mod json_text;
mod layout;
mod logins;
mod memory;
mod plan;
mod replace;
mod server;

pub(crate) use config_file::ConfigFile;
pub(crate) use creds_store::STORE;
pub(crate) use drop_in::{HelpersInForce, LIST, MACHINE, drop_in_file, drop_in_text, helpers_in_force};
pub(crate) use family::{Family, containers_files, docker_file};
pub(crate) use logins::{put_login, take_login};
pub(crate) use memory::{FileMemory, Lines, Memory, lock};
pub(crate) use plan::{Action, Change, Plan};
pub(crate) use replace::{Written, back_up, put_in_place, remove_backup_if_same, write as write_file};
pub(crate) use server::Server;

/// The helper's name in `credHelpers`: clients run `docker-credential-` and this.
pub(crate) const HELPER: &str = "shorepass";
