//! What a broker costs that is just there: its memory before and after work, and how often it wakes up.

use std::{fs, io, thread};

use super::{Plan, conversation::Conversation, load::so_many, stopwatch::field, table::Table};
use crate::{bed::Bed, cloud::aws::Aws};

pub(super) fn measure(plan: &Plan, table: &mut Table) -> io::Result<()> {
    let cloud = Aws::start()?;
    let bed = Bed::of(&cloud, "alice");
    let conversation = Conversation::new(&bed)?;
    let broker = bed.broker().ok_or_else(|| io::Error::other("no broker runs"))?;
    let memory = || field(broker, "VmRSS:") as f64 / 1024.0;

    table.at_most("broker's memory, idle", memory(), 8.0, "MB", "one credential".into());
    so_many(REQUESTS, |_| conversation.check().map(drop))?;
    table.at_most("broker's memory after 100,000 requests", memory(), 10.0, "MB", "one credential".into());

    // What the last requests have left to do is done.
    thread::sleep(plan.watch / 10);
    let before = wake_ups(broker);
    thread::sleep(plan.watch);
    let count = wake_ups(broker) - before;
    let beside = format!("in {} s", plan.watch.as_secs());
    table.at_most("wake-ups of an idle broker", count as f64, 0.0, "", beside);
    Ok(())
}

/// How often its threads have gone to sleep so far.
fn wake_ups(pid: u32) -> u64 {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| thread.file_name().to_str()?.parse().ok())
        .map(|thread| field(thread, "voluntary_ctxt_switches:"))
        .sum()
}

const REQUESTS: usize = 100_000;
