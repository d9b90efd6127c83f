//! Processes seen from outside: whose child one is, what it was started with, how to end it.

use std::{fs, path::Path, process::Command};

use shorepass_tests::{bed::Bed, programs};

/// Copies a program, by a process of its own: while this one had the copy open for writing, a process that
/// another thread starts would inherit that, and the copy would be too busy to be run.
pub(crate) fn copy_program(name: &str, to: &Path) {
    let status = Command::new("cp").arg(programs::program(name)).arg(to).status().unwrap();
    assert!(status.success(), "`{name}` is not copied to {}", to.display());
}

/// Sends a signal, by its name without `SIG`.
pub(crate) fn signal(pid: u32, name: &str) {
    let status = Command::new("sh").args(["-c", &format!("kill -s {name} {pid}")]).status().unwrap();
    assert!(status.success(), "no signal {name} to {pid}");
}

/// Whether it runs; one that only waits to be reaped does not.
pub(crate) fn is_alive(pid: u32) -> bool {
    parent_and_state(pid).is_some_and(|(_, state)| state != 'Z')
}

/// The processes that one has started and not reaped, dead or alive.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    all().into_iter().filter(|child| parent_and_state(*child).is_some_and(|(of, _)| of == pid)).collect()
}

/// The running processes whose environment names the bed's folder.
pub(crate) fn in_bed(bed: &Bed) -> Vec<u32> {
    let folder = bed.path("").display().to_string();
    all().into_iter().filter(|pid| is_alive(*pid) && read(*pid, "environ").contains(&folder)).collect()
}

/// `cmdline` or `environ`, with lines for its zeros; empty when it has gone.
pub(crate) fn read(pid: u32, what: &str) -> String {
    let bytes = fs::read(format!("/proc/{pid}/{what}")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace('\0', "\n")
}

/// Every process of the machine.
pub(crate) fn all() -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap();
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect()
}

fn parent_and_state(pid: u32) -> Option<(u32, char)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((fields.next()?.parse().ok()?, state))
}
