//! What a broker carries that has every answer ready, beside a server that only reads and writes.

use std::{io, time::Duration};

use super::{
    Plan,
    conversation::Conversation,
    echo::Echo,
    figures::{median, ratio, us},
    load::for_a_while,
    table::Table,
};
use crate::{bed::Bed, cloud::aws::Aws};

pub(super) fn measure(plan: &Plan, table: &mut Table) -> io::Result<()> {
    let cloud = Aws::start()?;
    let bed = Bed::of(&cloud, "alice");
    let with_broker = Conversation::new(&bed)?;
    let echo = Echo::start(&plan.myself, bed.path("echo.sock"), with_broker.check()?)?;
    let with_echo = with_broker.at(&echo.socket);

    for clients in [8, 64] {
        let (mut rates, mut tails, mut besides) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let mut bare = for_a_while(&with_echo, clients, CELL)?;
            let mut ours = for_a_while(&with_broker, clients, CELL)?;
            let (bare_tail, our_tail) = (bare.times.at(0.99), ours.times.at(0.99));
            rates.push(ours.per_second / bare.per_second);
            tails.push(ratio(our_tail, bare_tail));
            besides.push((
                format!("{:.0}/s beside {:.0}/s", ours.per_second, bare.per_second),
                format!("{} beside {}", us(our_tail), us(bare_tail)),
            ));
        }
        let (rate, tail) = (median(rates.clone()), median(tails.clone()));
        let beside = |all: &[f64], one: f64| all.iter().position(|other| *other == one).unwrap_or_default();
        table.at_least(
            &format!("hits/s / bare server's, {clients} clients"),
            rate,
            0.75,
            "×",
            besides[beside(&rates, rate)].0.clone(),
        );
        table.at_most(
            &format!("p99 of a hit / bare server's, {clients} clients"),
            tail,
            2.0,
            "×",
            besides[beside(&tails, tail)].1.clone(),
        );
    }
    Ok(())
}

const ROUNDS: usize = 5;
const CELL: Duration = Duration::from_secs(2);
