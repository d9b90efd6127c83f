//! What the bus itself is asked: whether there is a Secret Service, and to unlock without a prompt.
//!
//! Only a bus that is not there, or says that it has none, means that there is none. A late or failed answer
//! leaves that open.

use std::time::Duration;

use shorepass_core::exchange::ExchangeError;
use zbus::{
    Address,
    blocking::{Connection, fdo::DBusProxy},
    zvariant::{ObjectPath, OwnedObjectPath},
};

use crate::{
    choose::{Look, WhyNot},
    deadline::{self, Unfinished},
    failure::unreachable,
    secret_service::failure,
};

/// Whether somebody is the Secret Service, or would be started to be it. Nothing is started by this.
pub(crate) fn look() -> Look {
    match deadline::within(PATIENCE, ask) {
        Ok(look) => look,
        Err(Unfinished::Late) => Err(WhyNot::Unclear(deadline::elapsed("the session bus", PATIENCE))),
        Err(Unfinished::Broken) => Err(WhyNot::Unclear(unreachable("the session bus could not be asked"))),
    }
}

fn ask() -> Look {
    // Not understood is not failed: `disabled:` and `/dev/null` are set to switch the bus off.
    Address::session().map_err(|error| WhyNot::Absent(failure::no_bus(&error).message))?;
    let connection = Connection::session().map_err(|error| failure::why_no_bus(&error))?;
    let unclear = |error: zbus::Error| {
        let name = failure::name_of(&error);
        WhyNot::Unclear(unreachable(format!("the session bus cannot be asked: {name}")))
    };
    let bus = DBusProxy::new(&connection).map_err(unclear)?;
    let name = NAME.try_into().map_err(|error: zbus::names::Error| unclear(error.into()))?;
    if bus.name_has_owner(name).map_err(|error| unclear(error.into()))? {
        return Ok("a Secret Service is there".into());
    }
    let can_start = bus.list_activatable_names().map_err(|error| unclear(error.into()))?;
    if can_start.iter().any(|name| name.as_str() == NAME) {
        return Ok("the session bus can start a Secret Service".into());
    }
    Err(WhyNot::Absent(format!("the session bus knows no Secret Service (`{NAME}`)")))
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
