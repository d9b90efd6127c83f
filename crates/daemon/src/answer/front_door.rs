//! What the front doors of other protocols have in common: a text that goes through the helper as it is, and an end
//! without a login where the rule wants none to be told.

use std::io;

use shorepass_core::{exchange::ExchangeError, route::Route};
use shorepass_protocol::message::{Granted, Reply};
use shorepass_secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::{audit::Record, connection::Wire, words};

/// The text for standard output.
pub(super) async fn give<S>(wire: &mut Wire<S>, text: Secret) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    wire.send(&Reply::Ok(Granted { username: String::new(), secret: text, expires_at: None })).await
}

/// The error, or `nothing` where the rule is anonymous on failure.
pub(super) async fn fail<S>(
    wire: &mut Wire<S>,
    record: &mut Record<'_>,
    route: &Route,
    error: ExchangeError,
    nothing: Secret,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    record.fails(&error.code);
    if route.is_anonymous_on_failure {
        record.outcome("anonymous");
        return give(wire, nothing).await;
    }
    record.outcome("error");
    wire.send(&Reply::<Granted>::Error(words::failure_at(&route.registry, error))).await
}
