//! `import --undo`: reads the logins back from the vault and puts them where they were.
//!
//! Nothing is taken out of the vault before it stands elsewhere again; what was copied from another helper, only
//! if that still has the same.

mod report;

use std::{collections::VecDeque, path::Path};

use shorepass_secret::Secret;

use super::{
    Memory, auths,
    keeper::{Keeper, in_words},
    memory::Moved,
    moving::rewrite,
};
use crate::{
    arguments::Import, client_config::put_login, exit::Exit, other_helper::OtherHelpers, output::Screen,
    problem::Problem,
};

/// What stays in the vault and why.
type Left = Vec<(Moved, String)>;

pub(super) fn run(
    import: &Import,
    memory: &mut Memory,
    state: Option<&Path>,
    keeper: &mut dyn Keeper,
    screen: &mut Screen,
) -> Result<Exit, Problem> {
    let others = OtherHelpers::new();
    let (mut ready, mut left) = (VecDeque::new(), Left::new());
    for moved in std::mem::take(&mut memory.moved) {
        let result = if import.dry_run { Ok(()) } else { put_back(&moved, keeper, &others) };
        match result {
            Ok(()) => ready.push_back(moved),
            Err(why) => left.push((moved, why)),
        }
    }
    let back = if import.dry_run {
        ready.into()
    } else {
        // Only once every file has its login again: two files may have had the same one.
        let_go(ready, &mut left, memory, state, keeper)?
    };
    report::print(import, &back, &left, screen);
    Ok(if left.is_empty() { Exit::Ok } else { Exit::Other })
}

fn put_back(moved: &Moved, keeper: &mut dyn Keeper, others: &OtherHelpers) -> Result<(), String> {
    let kept = keeper.get(&moved.login).map_err(|why| format!("the vault does not give it: {why}"))?;
    let Some(path) = &moved.path else {
        return match kept {
            Some(kept) if moved.is_in_vault_by_us => is_still_there(moved, &kept, others),
            _ => Ok(()),
        };
    };
    let (username, secret) = kept.ok_or("the vault does not have it any more")?;
    let login = auths::write(&username, &secret, &moved.shape);
    rewrite(path, |text| put_login(text, &moved.key, &login)).map_err(in_words)
}

/// Whether the other helper's copy is as good as ours.
fn is_still_there(moved: &Moved, kept: &(String, Secret), others: &OtherHelpers) -> Result<(), String> {
    let erase = format!("to take it out all the same, run `shorepass vault erase {}`", moved.login);
    let Some(helper) = &moved.helper else {
        return Err(format!("it is not known which helper has it, too; {erase}"));
    };
    match others.get(helper, &moved.key) {
        Ok(theirs) if theirs == *kept => Ok(()),
        Ok(_) => Err(format!("`docker-credential-{helper}` has another login than the vault; {erase}")),
        Err(why) => Err(format!("the helper that it was copied from does not give it: {why}; {erase}")),
    }
}

/// Takes them out of the vault; what is done is forgotten at once, so that nothing else is when one fails.
fn let_go(
    mut ready: VecDeque<Moved>,
    left: &mut Left,
    memory: &mut Memory,
    state: Option<&Path>,
    keeper: &mut dyn Keeper,
) -> Result<Vec<Moved>, Problem> {
    let mut back = Vec::new();
    while let Some(moved) = ready.pop_front() {
        let heir = left.iter_mut().find(|(other, _)| other.login == moved.login);
        let erased = match heir {
            Some((heir, _)) => {
                heir.is_in_vault_by_us |= moved.is_in_vault_by_us;
                Ok(())
            }
            None if moved.is_in_vault_by_us => keeper.erase(&moved.login),
            None => Ok(()),
        };
        match erased {
            Ok(()) => back.push(moved),
            Err(problem) => left.push((moved, format!("it is not erased: {}", in_words(problem)))),
        }
        memory.moved = left.iter().map(|(moved, _)| moved).chain(&ready).cloned().collect();
        memory.write(state)?;
    }
    Ok(back)
}
