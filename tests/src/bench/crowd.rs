//! Whether ten thousand credentials are dearer to ask for than ten, and what they weigh.
//!
//! A script that answers at once stands in for the exchange: what fills the cache does not matter here.

use std::{io, os::unix::fs::PermissionsExt};

use super::{
    Plan,
    conversation::Conversation,
    figures::{self, Times, ratio, us},
    load::so_many,
    stopwatch::field,
    table::Table,
};
use crate::bed::Bed;

pub(super) fn measure(_plan: &Plan, table: &mut Table) -> io::Result<()> {
    let few = Crowd::new(10)?;
    let many = Crowd::new(10_000)?;

    let (mut with_few, mut with_many) = (Times::default(), Times::default());
    for round in 0..REQUESTS {
        few.ask(round, &mut with_few)?;
        many.ask(round, &mut with_many)?;
    }

    let (few_time, many_time) = (with_few.median(), with_many.median());
    table.at_most(
        "a hit among 10,000 credentials / among 10",
        ratio(many_time, few_time),
        1.10,
        "×",
        format!("{} beside {}", us(many_time), us(few_time)),
    );
    let [few_kb, many_kb] = [&few, &many].map(|crowd| field(crowd.broker, "VmRSS:"));
    table.at_most(
        "broker's memory with 10,000 credentials",
        many_kb as f64 / 1024.0,
        64.0,
        "MB",
        format!("{few_kb} kB with 10"),
    );
    Ok(())
}

/// A broker with so many credentials.
struct Crowd {
    count: usize,
    conversation: Conversation,
    broker: u32,
    _bed: Bed,
}

impl Crowd {
    fn new(count: usize) -> io::Result<Self> {
        let mut bed = Bed::new();
        let exchange = bed.write("exchange.sh", &exchange());
        std::fs::set_permissions(&exchange, PermissionsExt::from_mode(0o755))?;
        bed.set("SHOREPASS_EXCHANGE", &exchange.to_string_lossy());
        let conversation = Conversation::new(&bed)?;
        let broker = bed.broker().ok_or_else(|| io::Error::other("no broker runs"))?;
        so_many(count, |account| conversation.about(account).check().map(drop))?;
        Ok(Self { count, conversation, broker, _bed: bed })
    }

    /// One after another, with a stride that visits them all.
    fn ask(&self, round: usize, times: &mut Times) -> io::Result<()> {
        let conversation = self.conversation.about(round * STRIDE % self.count);
        let asked = figures::now();
        conversation.check()?;
        times.push(asked.elapsed());
        Ok(())
    }
}

fn exchange() -> String {
    let secret = "x".repeat(PASSWORD);
    let answer =
        format!(r#"{{"status":"credential","username":"AWS","secret":"{secret}","life_ms":43200000}}"#);
    format!("#!/bin/sh\nread -r request\necho '{answer}'\n")
}

const REQUESTS: usize = 10_000;
const STRIDE: usize = 7_919;
/// As long as ECR's passwords are.
const PASSWORD: usize = 2_400;
