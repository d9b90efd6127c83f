//! The way on which a family's clients come to a credential for one registry.

use std::path::PathBuf;

use super::super::{Finding, Level};
use crate::client_config::{ConfigFile, Family, HELPER, Server};

/// Who answers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Our helper, named in this file.
    Ours(PathBuf),
    /// Another helper, named in `credHelpers` of this file.
    Other { path: PathBuf, helper: String },
    /// Docker's helper for everything.
    Store { path: PathBuf, helper: String },
    /// A login that is kept in this file.
    Login { path: PathBuf, key: String },
    /// Nobody.
    Nobody,
}

pub(super) fn of_docker(files: &[ConfigFile], server: &Server) -> Way {
    let Some(file) = files.first() else { return Way::Nobody };
    let path = file.path.clone();
    match (file.helper(server.key(Family::Docker)), file.creds_store(), file.static_login(server)) {
        (Some(HELPER), _, _) | (None, Some(HELPER), _) => Way::Ours(path),
        (Some(helper), _, _) => Way::Other { path, helper: helper.into() },
        (None, Some(helper), _) => Way::Store { path, helper: helper.into() },
        (None, None, Some(key)) => Way::Login { path, key: key.into() },
        (None, None, None) => Way::Nobody,
    }
}

pub(super) fn of_containers(files: &[ConfigFile], server: &Server) -> Way {
    for file in files {
        let path = file.path.clone();
        match (file.helper(server.key(Family::Containers)), file.static_login(server)) {
            (Some(HELPER), _) => return Way::Ours(path),
            (Some(helper), _) => return Way::Other { path, helper: helper.into() },
            (None, Some(key)) => return Way::Login { path, key: key.into() },
            (None, None) => {}
        }
    }
    Way::Nobody
}

impl Way {
    pub(super) fn finding(self, family: Family, server: &Server, other_family_is_ours: bool) -> Finding {
        let host = server.name();
        let setup = format!("to change that, run `shorepass setup {} {host}`", flag(family));
        match self {
            Self::Ours(path) => {
                Finding::ok("client", format!("{family}: `{host}` goes to the helper ({})", path.display()))
            }
            Self::Other { path, helper } => Finding::error(
                "other_helper",
                format!("{family}: `{host}` goes to `docker-credential-{helper}`"),
            )
            .why(format!("`credHelpers` in `{}` says so", path.display()))
            .fix(setup),
            Self::Store { path, helper } => Finding {
                level: unless_used_elsewhere(other_family_is_ours),
                ..Finding::error(
                    "creds_store",
                    format!("{family}: `{host}` goes to `docker-credential-{helper}`"),
                )
                .why(format!(
                    "`credsStore` in `{}` takes every registry that `credHelpers` does not name",
                    path.display()
                ))
                .fix(setup)
            },
            Self::Login { path, key } => Finding::error(
                "static_login",
                format!("{family}: `{host}` uses a login that is kept in `{}`", path.display()),
            )
            .why("it is used until it expires, and the helper is not asked")
            .fix(format!(
                "to let the helper answer, run `{}` and then `shorepass setup {} {host}`",
                logout(family, &key),
                flag(family)
            )),
            Self::Nobody => Finding {
                level: unless_used_elsewhere(other_family_is_ours),
                ..Finding::error("not_set_up", format!("{family}: `{host}` is not set up"))
                    .why("clients run the helper only for hosts that `credHelpers` names, letter by letter")
                    .fix(setup)
            },
        }
    }
}

/// The command that removes a login from a family's file.
pub(super) fn logout(family: Family, key: &str) -> String {
    match family {
        Family::Docker => format!("docker logout {key}"),
        Family::Containers => format!("podman logout {key}"),
    }
}

fn flag(family: Family) -> &'static str {
    match family {
        Family::Docker => "--docker",
        Family::Containers => "--containers",
    }
}

fn unless_used_elsewhere(other_family_is_ours: bool) -> Level {
    if other_family_is_ours { Level::Warning } else { Level::Error }
}
