//! The broker's life: how it comes up, takes up changes, looks after its workers and leaves.

mod activation;
mod leaving;
pub(crate) mod processes;
mod reloading;
mod starting;
mod workers;

use std::{
    io::{BufRead, BufReader},
    process::Child,
};

use shorepass_tests::bed::{Bed, read_from, wait_until};

/// A broker in the foreground, up and listening.
fn in_foreground(bed: &Bed) -> Foreground {
    let child = bed.start("shorepassd", &[], &[]);
    let broker = Foreground(child);
    assert!(wait_until(|| bed.broker() == Some(broker.0.id())), "the broker does not come up");
    broker
}

/// Killed when dropped.
struct Foreground(Child);

impl Drop for Foreground {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first line on a program's standard output, without its end.
pub(crate) fn first_line(child: &mut Child) -> String {
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let read = move || {
        let mut line = String::new();
        stdout.read_line(&mut line).map(|_| line)
    };
    read_from(child, "the program", read).unwrap().trim_end().to_owned()
}
