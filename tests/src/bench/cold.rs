//! What a `get` costs that has to ask the cloud, beside Amazon's helper without its cache.

use std::io;

use super::{
    ECR, Plan,
    conversation::Conversation,
    figures::{ms, ratio},
    stopwatch::{Runner, take_turns},
    table::Table,
};
use crate::{
    bed::{Bed, wait_until},
    cloud::aws::Aws,
};

pub(super) fn measure(plan: &Plan, table: &mut Table) -> io::Result<()> {
    let cloud = Aws::start()?;
    let bed = Bed::of(&cloud, "alice");
    let conversation = Conversation::new(&bed)?;
    let input = bed.write("server", ECR);
    let runner = |program: &str| {
        let mut command = bed.command(program, &[("AWS_ECR_DISABLE_CACHE", "1")]);
        command.arg("get");
        Runner::new(command, &input)
    };
    let helper = "docker-credential-shorepass";
    let ecr_login = plan.ecr_login.to_string_lossy();

    let (mut ours, mut theirs) = (runner(helper), runner(&ecr_login));
    take_turns(ROUNDS, &mut [&mut ours, &mut theirs], |number| {
        if number == 0 { conversation.forget() } else { Ok(()) }
    })?;
    let (own, other) = (ours.times.median(), theirs.times.median());
    let beside = format!("{} beside {}", ms(own), ms(other));
    table.at_most("cold `get`, broker running / ecr-login uncached", ratio(own, other), 1.5, "×", beside);

    let (mut ours, mut theirs) = (runner(helper), runner(&ecr_login));
    take_turns(
        ROUNDS,
        &mut [&mut ours, &mut theirs],
        |number| {
            if number == 0 { stop(&bed) } else { Ok(()) }
        },
    )?;
    let (own, other) = (ours.times.median(), theirs.times.median());
    let beside = format!("{} beside {}", ms(own), ms(other));
    table.at_most(
        "cold `get`, broker to be started / ecr-login uncached",
        ratio(own, other),
        2.5,
        "×",
        beside,
    );
    Ok(())
}

/// Returns when nobody listens any more and the process is gone.
pub(super) fn stop(bed: &Bed) -> io::Result<()> {
    let Some(broker) = bed.broker() else { return Err(io::Error::other("no broker runs")) };
    let _ = bed.shorepass(&["broker", "stop"]);
    let is_gone = || !std::path::Path::new(&format!("/proc/{broker}")).exists();
    if wait_until(is_gone) { Ok(()) } else { Err(io::Error::other("the broker does not stop")) }
}

const ROUNDS: usize = 60;
