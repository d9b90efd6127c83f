//! What the bus itself is asked: whether there is a Secret Service, and to unlock without a prompt.

use std::time::Duration;

use shorepass_core::exchange::ExchangeError;
use zbus::{
    blocking::{Connection, fdo::DBusProxy},
    zvariant::{ObjectPath, OwnedObjectPath},
};

use crate::{
    choose::Look,
    deadline::{self, Unfinished},
    secret_service::failure,
};

/// Whether somebody is the Secret Service, or would be started to be it. Nothing is started by this.
pub(crate) fn look() -> Look {
    match deadline::within(PATIENCE, ask) {
        Ok(look) => look,
        Err(Unfinished::Late) => {
            Err(format!("the session bus did not answer within {} s", PATIENCE.as_secs()))
        }
        Err(Unfinished::Broken) => Err("the session bus could not be asked".into()),
    }
}

fn ask() -> Look {
    let connection = Connection::session().map_err(|error| failure::no_bus(&error).message)?;
    let unclear =
        |error: zbus::Error| format!("the session bus cannot be asked: {}", failure::name_of(&error));
    let bus = DBusProxy::new(&connection).map_err(unclear)?;
    let owned = bus.name_has_owner(NAME.try_into().map_err(|_| NAME)?);
    if owned.map_err(|error| unclear(error.into()))? {
        return Ok("a Secret Service is there".into());
    }
    let can_start = bus.list_activatable_names().map_err(|error| unclear(error.into()))?;
    if can_start.iter().any(|name| name.as_str() == NAME) {
        return Ok("the session bus can start a Secret Service".into());
    }
    Err(format!("the session bus knows no Secret Service (`{NAME}`)"))
}

/// Unlocks an item or a collection if nobody has to be asked for that.
pub(super) fn unlock(connection: &Connection, path: &ObjectPath<'_>) -> Result<(), ExchangeError> {
    let failed = |error: zbus::Error| failure::explain(error.into());
    let service = (Some(NAME), "/org/freedesktop/secrets", Some("org.freedesktop.Secret.Service"));
    let reply =
        connection.call_method(service.0, service.1, service.2, "Unlock", &(vec![path],)).map_err(failed)?;
    let (unlocked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        reply.body().deserialize().map_err(failed)?;
    if prompt.as_str() == NO_PROMPT && unlocked.iter().any(|one| one.as_str() == path.as_str()) {
        return Ok(());
    }
    if prompt.as_str() != NO_PROMPT {
        let prompt_interface = Some("org.freedesktop.Secret.Prompt");
        let _ = connection.call_method(Some(NAME), &prompt, prompt_interface, "Dismiss", &());
    }
    Err(failure::locked())
}

/// The Secret Service's name on the bus.
pub(super) const NAME: &str = "org.freedesktop.secrets";
const NO_PROMPT: &str = "/";
const PATIENCE: Duration = Duration::from_secs(2);
