//! Many clients at once, each in a thread of its own, as helpers are processes of their own.

use std::{io, thread, time::Duration};

use super::{
    conversation::Conversation,
    figures::{self, Times},
};

/// What came of it.
pub(super) struct Outcome {
    pub(super) per_second: f64,
    pub(super) times: Times,
}

/// Each client begins the next conversation when the last one is over.
pub(super) fn for_a_while(
    conversation: &Conversation,
    clients: usize,
    length: Duration,
) -> io::Result<Outcome> {
    let begun = figures::now();
    let times = in_threads(clients, |_| {
        let mut times = Times::default();
        while begun.elapsed() < length {
            let asked = figures::now();
            conversation.hold()?;
            times.push(asked.elapsed());
        }
        Ok(times)
    })?;
    Ok(Outcome { per_second: times.count() as f64 / begun.elapsed().as_secs_f64(), times })
}

/// So many conversations in all, by eight clients; each is told its number.
pub(super) fn so_many(count: usize, conversation: impl Fn(usize) -> io::Result<()> + Sync) -> io::Result<()> {
    in_threads(CLIENTS, |client| {
        (client..count).step_by(CLIENTS).try_for_each(&conversation)?;
        Ok(Times::default())
    })?;
    Ok(())
}

fn in_threads(count: usize, work: impl Fn(usize) -> io::Result<Times> + Sync) -> io::Result<Times> {
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = (0..count).map(|number| scope.spawn(move || work(number))).collect();
        let mut all = Times::default();
        for thread in threads {
            all.append(thread.join().map_err(|_| io::Error::other("a client panicked"))??);
        }
        Ok(all)
    })
}

const CLIENTS: usize = 8;
