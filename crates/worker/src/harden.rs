//! Keeps the process to itself and to its broker.
//!
//! Not dumpable: no core file, no `ptrace` by another process of the user. Killed with the broker,
//! so that no work, and no secret, outlives the one who asked. The kernel means the *thread* that
//! started this process, so a broker must not do that on a thread that ends.

/// Does it; whether somebody is still there to take the answer.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn harden() -> bool {
    use rustix::process::{
        DumpableBehavior, Signal, getppid, set_dumpable_behavior, set_parent_process_death_signal,
    };

    // Refused in some sandboxes, which is no reason not to answer.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    let _ = set_parent_process_death_signal(Some(Signal::KILL));
    // A broker that went before the signal was asked for has been replaced by a reaper.
    let broker = std::env::var("SHOREPASS_BROKER_PID").ok().and_then(|id| id.parse().ok());
    broker.is_none_or(|id: i32| getppid().is_some_and(|parent| parent.as_raw_nonzero().get() == id))
}

/// Does it; whether somebody is still there to take the answer.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn harden() -> bool {
    true
}
