//! What a `get` costs that finds its answer ready, beside doing nothing at all and beside Amazon's helper.

use std::{fs, io};

use super::{
    ECR, Plan,
    figures::{ms, ratio},
    stopwatch::{Runner, median_peak_kb, take_turns},
    table::Table,
};
use crate::{bed::Bed, cloud::aws::Aws, programs};

pub(super) fn measure(plan: &Plan, table: &mut Table) -> io::Result<()> {
    let cloud = Aws::start()?;
    let bed = Bed::of(&cloud, "alice");
    let input = bed.write("server", ECR);
    let runner = |program: &str| {
        let mut command = bed.command(program, &[]);
        command.arg("get");
        Runner::new(command, &input)
    };
    let mut nothing = runner("/bin/true");
    let mut ours = runner(HELPER);
    let mut theirs = runner(&plan.ecr_login.to_string_lossy());

    // Both fill their caches, and a few more runs bring the programs' files into memory.
    take_turns(5, &mut [&mut nothing, &mut ours, &mut theirs], |_| Ok(()))?;
    [&mut nothing, &mut ours, &mut theirs].into_iter().for_each(Runner::forget);
    let asked = cloud.count(TOKEN);
    take_turns(ROUNDS, &mut [&mut nothing, &mut ours, &mut theirs], |_| Ok(()))?;
    if cloud.count(TOKEN) != asked {
        return Err(io::Error::other("a cache that was to be warm has asked the cloud"));
    }

    let [floor, own, other] = [&mut nothing, &mut ours, &mut theirs].map(|runner| runner.times.median());
    let beside = format!("{} beside {}", ms(own), ms(floor));
    table.at_most("warm `get` / `/bin/true`", ratio(own, floor), 1.25, "×", beside);
    let beside = format!("{} beside {}", ms(own), ms(other));
    table.at_most("warm `get` / ecr-login's warm cache", ratio(own, other), 1.0 / 6.0, "×", beside);

    let (own, other) = (ours.instructions()?, theirs.instructions()?);
    let beside = format!("ecr-login: {} k", other / 1000);
    table.at_most("instructions of a warm `get`", own as f64 / 1e3, 250.0, "k", beside);
    let (own, other) = (median_peak_kb(&mut ours)?, median_peak_kb(&mut theirs)?);
    let beside = format!("{own} kB beside {other} kB");
    table.at_most("the helper's peak memory / ecr-login's", own as f64 / other as f64, 0.25, "×", beside);

    let file = fs::read(programs::program(HELPER))?;
    // A dynamic program names its loader.
    let is_static = !file.windows(LOADER.len()).any(|window| window == LOADER);
    let linkage = if is_static { "static" } else { "linked dynamically" };
    let theirs = fs::metadata(&plan.ecr_login)?.len() as f64 / 1e6;
    let beside = format!("{linkage}; ecr-login: {theirs:.2} MB");
    table.at_most("the helper's file", file.len() as f64 / 1e6, 1.5, "MB", beside);
    Ok(())
}

const HELPER: &str = "docker-credential-shorepass";
const TOKEN: &str = "ecr:GetAuthorizationToken";
const ROUNDS: usize = 500;
const LOADER: &[u8] = b"/ld-linux-";
