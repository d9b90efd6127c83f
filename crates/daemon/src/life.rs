//! The broker's life: it comes up, serves, and leaves when told to or when nobody needs it.

use std::{io::Write, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use shorepass_protocol::{place, start::READY};
use tokio::time::timeout;

use crate::{
    arguments::Arguments, connection, house::House, lifeline::Lifeline, listen::Listening, log, peer::Peer,
    server,
};

/// Lives until it is told to leave.
pub(crate) async fn live(arguments: &Arguments) -> anyhow::Result<()> {
    let socket = socket(arguments)?;
    let lifeline = Lifeline::of(&socket)?;
    // What a background process says before it listens goes to whoever started it, not to the log.
    let Some(listening) = Listening::begin(socket, arguments.is_machine_wide).await? else {
        return if arguments.is_auto { announce(true) } else { anyhow::bail!("a broker is running already") };
    };
    log::start(arguments.is_auto);
    let house = House::new(listening.socket.clone(), arguments.is_machine_wide);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), pid = std::process::id(), "listening");
    announce(arguments.is_auto)?;

    let keeper = tokio::spawn(Arc::clone(&house.broker).keep_fresh());
    let reader = tokio::spawn(Arc::clone(&house.pull_limits).keep_reading());
    let deleter = tokio::spawn(Arc::clone(&house).keep_robots());
    let reason = reason_to_leave(&house, &lifeline, arguments.is_auto);
    server::serve(Arc::clone(&house), listening, reason, &lifeline).await;
    keeper.abort();
    reader.abort();
    deleter.abort();
    house.delete_robots().await;
    tracing::info!("left");
    lifeline.end();
    Ok(())
}

/// Answers one request from standard input.
pub(crate) async fn answer_once() -> anyhow::Result<()> {
    let house = House::new(PathBuf::from("-"), false);
    let stream = tokio::io::join(tokio::io::stdin(), tokio::io::stdout());
    connection::serve(Arc::clone(&house), stream, Peer::own()).await;
    house.hand_over_robots().await;
    Ok(())
}

fn socket(arguments: &Arguments) -> anyhow::Result<PathBuf> {
    if let Some(socket) = &arguments.socket {
        return Ok(std::path::absolute(socket)?);
    }
    #[cfg(unix)]
    if arguments.is_machine_wide {
        return Ok(place::MACHINE_SOCKET.into());
    }
    let socket = place::own_socket().context("no place for the socket is known: set `SHOREPASS_SOCKET`")?;
    Ok(std::path::absolute(socket)?)
}

/// Tells whoever waits that we listen; in the background, lets go of their terminal.
fn announce(is_auto: bool) -> anyhow::Result<()> {
    #[cfg(unix)]
    let _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
    if is_auto {
        // Whoever started us may have been killed; others wait for the socket.
        let _ = writeln!(std::io::stdout(), "{READY}");
        #[cfg(unix)]
        detach().context("cannot detach")?;
    }
    Ok(())
}

#[cfg(unix)]
fn detach() -> std::io::Result<()> {
    let _ = rustix::process::setsid();
    std::env::set_current_dir("/")?;
    let nowhere = std::fs::File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    Ok(rustix::stdio::dup2_stdin(&nowhere)?)
}

#[cfg(unix)]
async fn reason_to_leave(house: &Arc<House>, lifeline: &Lifeline, is_auto: bool) {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()))
    else {
        return tracing::error!("signals cannot be received");
    };
    let mut idle = std::pin::pin!(idle(house, is_auto && !lifeline.is_there()));
    loop {
        tokio::select! {
            _ = terminate.recv() => return tracing::info!("told to terminate"),
            _ = interrupt.recv() => return tracing::info!("interrupted"),
            _ = hangup.recv() => house.reload(),
            () = house.leave.notified() => return,
            () = lifeline.over() => return tracing::info!("the command has ended"),
            () = &mut idle => return tracing::info!("idle"),
        }
    }
}

#[cfg(not(unix))]
async fn reason_to_leave(house: &Arc<House>, lifeline: &Lifeline, is_auto: bool) {
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = lifeline.over() => {}
        () = house.leave.notified() => {}
        () = idle(house, is_auto && !lifeline.is_there()) => {}
    }
}

/// Done when a broker that nobody asked for by name has had nothing to do for long enough.
async fn idle(house: &House, is_auto: bool) {
    if !is_auto {
        return std::future::pending().await;
    }
    loop {
        let limit = house.broker.config().broker.idle_exit;
        let nap = match house.broker.idle_for() {
            Some(idle) if idle >= limit => return,
            Some(idle) => limit - idle,
            None => limit,
        };
        // Another configuration may be less patient.
        let _ = timeout(nap.max(SHORTEST_NAP), house.reconfigured.notified()).await;
    }
}

const SHORTEST_NAP: Duration = Duration::from_millis(100);
