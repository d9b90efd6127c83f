//! Keeps the process's memory out of other processes' and files' reach, as far as the system lets it.

/// No core dumps, and no reading of our memory by processes of the same user without privilege.
#[cfg(unix)]
pub(crate) fn keep_memory_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Windows keeps other users out by itself; crash dumps are an administrator's choice.
#[cfg(not(unix))]
pub(crate) fn keep_memory_private() {}
