//! Waits until the machine has little else to do.

use std::{fs, thread, time::Duration};

/// Waits for a quiet moment, for half a minute at most; says what it found.
pub(super) fn wait() -> &'static str {
    for _ in 0..TRIES {
        let before = busy();
        thread::sleep(GLANCE);
        if busy().saturating_sub(before) <= QUIET {
            return "the machine is quiet";
        }
    }
    "others are busy on this machine: figures may be disturbed"
}

/// Ticks of a hundredth of a second that all processors together have worked.
fn busy() -> u64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let fields: Vec<u64> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system; then idle and waiting for disks; then interrupts and what a host has taken away.
    fields.iter().enumerate().filter(|(place, _)| !matches!(place, 3 | 4)).map(|(_, ticks)| ticks).sum()
}

const TRIES: u32 = 30;
const GLANCE: Duration = Duration::from_secs(1);
/// A twentieth of one processor.
const QUIET: u64 = 5;
