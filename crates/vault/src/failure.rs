//! From what a store reports to what a person can act on.

use std::{io, path::Path};

use shorepass_core::exchange::{ErrorKind, ExchangeError};

/// Why a file cannot be used, as a fragment.
pub(crate) fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is not there".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            "something is there that is no folder".into()
        }
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".into(),
        kind => kind.to_string(),
    }
}

/// A file or folder that cannot be used: `what` is what was tried, such as `written`.
pub(crate) fn io_failure(path: &Path, what: &str, error: &io::Error) -> ExchangeError {
    use io::ErrorKind as Cause;

    let message = format!("`{}` cannot be {what}: {}", path.display(), io_words(error));
    match error.kind() {
        Cause::StorageFull | Cause::QuotaExceeded | Cause::FileTooLarge => full(message),
        Cause::PermissionDenied
        | Cause::ReadOnlyFilesystem
        | Cause::AlreadyExists
        | Cause::NotADirectory
        | Cause::IsADirectory
        | Cause::InvalidFilename => refused(message),
        _ => unreachable(message),
    }
}

/// There is no room; what was there is as it was.
pub(crate) fn full(message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Unavailable, "vault_full", message)
        .with_hint("make room and try again; what was stored before is untouched")
}

/// The store is there and does not let us.
pub(crate) fn refused(message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Denied, "vault_refused", message)
}

/// The store cannot be asked.
pub(crate) fn unreachable(message: impl Into<String>) -> ExchangeError {
    ExchangeError::new(ErrorKind::Unavailable, "vault_unreachable", message)
}

/// More than the store takes.
pub(crate) fn too_long(what: &str, longest: usize) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Misconfigured,
        "vault_too_long",
        format!("{what} is longer than {longest} bytes, the most that this store takes"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_forbidden_folder_are_told_apart() {
        let code = |kind: io::ErrorKind| io_failure(Path::new("/v"), "written", &kind.into()).code;

        assert_eq!(code(io::ErrorKind::StorageFull), "vault_full");
        assert_eq!(code(io::ErrorKind::PermissionDenied), "vault_refused");
        assert_eq!(code(io::ErrorKind::ReadOnlyFilesystem), "vault_refused");
        assert_eq!(code(io::ErrorKind::Other), "vault_unreachable");
    }
}
