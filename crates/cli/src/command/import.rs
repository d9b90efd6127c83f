//! `import`: moves logins that clients keep in plain text, and those of another helper, into the vault.
//!
//! Each is stored, read back from the vault, and only then taken out of its file. What cannot be moved is listed
//! and left alone. Another helper's own copies stay where they are.

mod auths;
mod keeper;
mod login_key;
mod memory;
mod moving;
mod report;
mod sources;
mod undo;

use shorepass_secret::Secret;

use crate::{
    arguments::Import,
    client_config::{Memory as SetupMemory, lock},
    exit::Exit,
    output::Screen,
    problem::Problem,
    prompt::Prompt,
    surroundings::Surroundings,
};

use super::setup::Route;
use auths::Shape;
pub(super) use keeper::{Broker, Keeper};
use memory::Memory;
use sources::Source;

/// A login that may be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    source: Source,
    /// As it is called there.
    key: String,
    /// As the vault calls it.
    login: String,
    username: String,
    secret: Secret,
    shape: Shape,
}

/// A login that stays where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Left {
    source: Source,
    key: String,
    why: String,
}

pub(super) fn run(
    import: &Import,
    around: &Surroundings,
    keeper: &mut dyn Keeper,
    prompt: &mut dyn Prompt,
    screen: &mut Screen,
    route: Route<'_>,
) -> Result<Exit, Problem> {
    let state = around.state_folder.as_deref();
    let _lock = if import.dry_run { None } else { lock(state, super::setup::LOOKS_AT_THE_LOCK)? };
    let mut memory = Memory::read(state)?;
    if import.undo {
        return undo::run(import, &mut memory, state, keeper, screen);
    }
    let (found, mut left) = sources::read(import, around, &SetupMemory::read(state)?)?;
    let stored = if found.is_empty() { Default::default() } else { keeper.stored()? };
    let (found, brokered) = moving::sort(found, route);
    left.extend(brokered);
    if import.dry_run || found.is_empty() {
        report::print(import, &found, &left, screen);
        return Ok(Exit::Ok);
    }
    if !import.yes {
        agree(&found, &left, prompt, screen)?;
    }
    let (moved, not_moved) = moving::all(found, &stored, keeper, &mut memory, state)?;
    let has_failed = !not_moved.is_empty();
    left.extend(not_moved);
    report::print(import, &moved, &left, screen);
    report::copies(&moved, screen);
    Ok(if has_failed { Exit::Other } else { Exit::Ok })
}

fn agree(
    found: &[Found],
    left: &[Left],
    prompt: &mut dyn Prompt,
    screen: &mut Screen,
) -> Result<(), Problem> {
    report::plan(found, left, screen);
    let answer = prompt.shown("move them into the vault? [y/N] ");
    match answer.as_deref().map(str::trim) {
        Some("y" | "Y" | "yes") => Ok(()),
        Some(_) => Err(Problem::new(Exit::Other, "nothing was moved").because("it was not agreed to")),
        None => Err(Problem::new(Exit::Usage, "nothing was moved")
            .because("there is nobody to agree to it")
            .hint("to move them without being asked, run `shorepass import --yes`")),
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
