//! From what the bus and the service report to what a person can act on.

use std::io;

use secret_service::Error;
use shorepass_core::exchange::{ErrorKind, ExchangeError};

use crate::{
    choose::WhyNot,
    failure::{refused, unreachable},
};

/// An error of the service.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(super) fn explain(error: Error) -> ExchangeError {
    match &error {
        Error::Locked | Error::Prompt | Error::PromptDisconnected => locked(),
        Error::Unavailable => unreachable("there is no session bus"),
        Error::NoResult => no_keyring(),
        Error::Zbus(error) => explain_bus(error),
        Error::ZbusFdo(zbus::fdo::Error::ZBus(error)) => explain_bus(error),
        Error::ZbusFdo(error) => by_name(&zbus::DBusError::name(error)),
        _ => garbled(),
    }
}

/// Whether there is no session bus at all, or perhaps one that failed to answer.
pub(super) fn why_no_bus(error: &zbus::Error) -> WhyNot {
    let described = no_bus(error);
    // `su` and `sudo` leave the variables of another user's bus, which lets nobody else in.
    let is_anothers = matches!(error, zbus::Error::Handshake(_));
    match io_kind(error) {
        Some(
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused | io::ErrorKind::PermissionDenied,
        ) => WhyNot::Absent(described.message),
        _ if is_anothers => WhyNot::Absent(described.message),
        _ => WhyNot::Unclear(described),
    }
}

/// There is no way to the session bus.
pub(super) fn no_bus(error: &zbus::Error) -> ExchangeError {
    let message = match io_kind(error) {
        Some(io::ErrorKind::NotFound) => "there is no session bus: its socket is not there".to_owned(),
        Some(io::ErrorKind::ConnectionRefused) => {
            "there is no session bus: nobody listens at its socket".to_owned()
        }
        _ => format!("the session bus cannot be reached: {}", name_of(error)),
    };
    unreachable(message)
        .with_hint("start the session with `dbus-run-session`, or set `store = \"file\"` in `[vault]`")
}

/// Nobody may be asked, so it stays locked.
pub(super) fn locked() -> ExchangeError {
    ExchangeError::new(ErrorKind::Denied, "vault_locked", "the keyring is locked").with_hint(
        "to open it, sign in at the desktop, or without one type its password to \
         `gnome-keyring-daemon --replace --unlock`",
    )
}

/// Making one would ask for a new password.
pub(super) fn no_keyring() -> ExchangeError {
    ExchangeError::new(ErrorKind::Denied, "vault_locked", "there is no default keyring yet").with_hint(
        "to make one, sign in at the desktop, or without one type a new password to \
         `gnome-keyring-daemon --replace --unlock`",
    )
}

/// Somebody else's item.
pub(super) fn no_text(key: &str) -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Unexpected,
        "vault_garbled",
        format!("what the keyring keeps for `{key}` is no text"),
    )
    .with_hint(format!("take it away and log in again: `shorepass vault erase {key}`"))
}

/// The kind of an error: its text could hold what was asked.
pub(super) fn name_of(error: &zbus::Error) -> String {
    match error {
        zbus::Error::MethodError(name, ..) => name.to_string(),
        zbus::Error::FDO(error) => zbus::DBusError::name(error.as_ref()).to_string(),
        zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _) => error.kind().to_string(),
        zbus::Error::Address(_) => "its address is not understood".into(),
        zbus::Error::Handshake(_) => "it does not let us in".into(),
        _ => "its answer makes no sense".into(),
    }
}

fn io_kind(error: &zbus::Error) -> Option<io::ErrorKind> {
    match error {
        zbus::Error::InputOutput(error) | zbus::Error::Connection(error, _) => Some(error.kind()),
        _ => None,
    }
}

fn explain_bus(error: &zbus::Error) -> ExchangeError {
    match error {
        zbus::Error::MethodError(name, ..) => by_name(name),
        zbus::Error::FDO(error) => by_name(&zbus::DBusError::name(error.as_ref())),
        zbus::Error::InputOutput(_) | zbus::Error::Connection(..) => {
            unreachable(format!("the session bus hung up: {}", name_of(error)))
        }
        _ => garbled(),
    }
}

fn by_name(name: &str) -> ExchangeError {
    match name.rsplit('.').next().unwrap_or_default() {
        "IsLocked" => locked(),
        "AccessDenied" | "AuthFailed" => refused(format!("the Secret Service refuses: `{name}`")),
        "ServiceUnknown" | "NameHasNoOwner" => unreachable(
            "there is no Secret Service on the session bus, or it has just ended",
        )
        .with_hint("start one, such as `gnome-keyring-daemon`, or set `store = \"file\"` in `[vault]`"),
        "NoSuchObject" | "UnknownObject" => unreachable("the item went away while it was asked for"),
        _ => unreachable(format!("the Secret Service failed: `{name}`")),
    }
}

fn garbled() -> ExchangeError {
    ExchangeError::new(
        ErrorKind::Unexpected,
        "vault_garbled",
        "the answer of the Secret Service makes no sense",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_service_are_told_apart_by_their_names() {
        let code = |name: &str| by_name(name).code;

        assert_eq!(code("org.freedesktop.Secret.Error.IsLocked"), "vault_locked");
        assert_eq!(code("org.freedesktop.DBus.Error.ServiceUnknown"), "vault_unreachable");
        assert_eq!(code("org.freedesktop.DBus.Error.AccessDenied"), "vault_refused");
        assert_eq!(code("com.example.Strange"), "vault_unreachable");
        assert_eq!(explain(Error::Crypto("canary")).code, "vault_garbled");
        assert_eq!(explain(Error::Prompt).code, "vault_locked");
    }

    #[test]
    fn a_bus_whose_socket_is_not_there_is_no_bus() {
        let absent = zbus::Error::from(io::Error::from(io::ErrorKind::NotFound));

        let error = no_bus(&absent);

        assert_eq!((error.code.as_str(), error.kind), ("vault_unreachable", ErrorKind::Unavailable));
        assert!(error.message.starts_with("there is no session bus"));
    }

    #[test]
    fn a_bus_that_is_not_there_is_told_from_one_that_fails() {
        let why = |kind: io::ErrorKind| why_no_bus(&io::Error::from(kind).into());
        let is_absent = |kind| matches!(why(kind), WhyNot::Absent(_));

        assert!(is_absent(io::ErrorKind::NotFound));
        assert!(is_absent(io::ErrorKind::ConnectionRefused));
        assert!(is_absent(io::ErrorKind::PermissionDenied));
        assert!(!is_absent(io::ErrorKind::ConnectionReset));
        let WhyNot::Absent(why) = why_no_bus(&zbus::Error::Handshake("canary".into())) else {
            panic!("another user's session is none of ours")
        };
        assert_eq!(why, "the session bus cannot be reached: it does not let us in");
    }
}
