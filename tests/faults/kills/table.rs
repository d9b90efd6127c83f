//! The processes of one bed by the name of their program, looked up quickly and often.

use std::{collections::HashMap, fs};

use shorepass_tests::bed::Bed;

use crate::processes;

/// Remembers which processes are the bed's: that takes reading their environment.
pub(super) struct Table {
    folder: String,
    is_ours: HashMap<(u32, String), bool>,
}

impl Table {
    pub(super) fn of(bed: &Bed) -> Self {
        Self { folder: bed.path("").display().to_string(), is_ours: HashMap::new() }
    }

    /// The bed's processes with this name, of which the system keeps 15 letters.
    pub(super) fn running(&mut self, name: &str) -> Vec<u32> {
        let all = processes::all().into_iter();
        all.filter(|pid| self.is_ours(*pid, name) && Self::is_running(*pid)).collect()
    }

    /// Neither gone nor waiting to be reaped.
    pub(super) fn is_running(pid: u32) -> bool {
        processes::is_alive(pid)
    }

    fn is_ours(&mut self, pid: u32, name: &str) -> bool {
        if !fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim_end() == name) {
            return false;
        }
        let Some(began) = began(pid) else { return false };
        let read = || processes::read(pid, "environ").contains(&self.folder);
        *self.is_ours.entry((pid, began)).or_insert_with(read)
    }
}

/// Tells a process from another one that had its number before.
fn began(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(19).map(str::to_owned)
}
