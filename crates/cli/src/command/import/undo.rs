//! `import --undo`: reads the logins back from the vault and puts them where they were.

use std::path::Path;

use serde_json::json;

use super::{
    Memory, auths,
    memory::Moved,
    moving::{Keeper, rewrite},
};
use crate::{arguments::Import, client_config::put_login, exit::Exit, output::Screen, problem::Problem};

pub(super) fn run(
    import: &Import,
    memory: &mut Memory,
    state: Option<&Path>,
    keeper: &mut dyn Keeper,
    screen: &mut Screen,
) -> Result<Exit, Problem> {
    let (mut back, mut left) = (Vec::new(), Vec::new());
    for moved in std::mem::take(&mut memory.moved) {
        let result = if import.dry_run { Ok(()) } else { put_back(&moved, keeper) };
        match result {
            Ok(()) => back.push(moved),
            Err(why) => left.push((moved, why)),
        }
    }
    if !import.dry_run {
        memory.moved = left.iter().map(|(moved, _)| moved.clone()).collect();
        memory.write(state)?;
        for moved in back.iter().filter(|moved| moved.is_in_vault_by_us) {
            // Only once every file has its login again: two files may have had the same one.
            if memory.moved.iter().all(|left| left.login != moved.login) {
                keeper.erase(&moved.login)?;
            }
        }
    }
    print(import, &back, &left, screen);
    Ok(if left.is_empty() { Exit::Ok } else { Exit::Other })
}

fn put_back(moved: &Moved, keeper: &mut dyn Keeper) -> Result<(), String> {
    let Some(path) = &moved.path else { return Ok(()) };
    let (username, secret) =
        keeper.get(&moved.login).map_err(|why| format!("the vault does not give it: {why}"))?;
    let login = auths::write(&username, &secret, &moved.shape);
    rewrite(path, |text| put_login(text, &moved.key, &login)).map_err(|problem| problem.what)
}

fn print(import: &Import, back: &[Moved], left: &[(Moved, String)], screen: &mut Screen) {
    let place = |moved: &Moved| {
        moved.path.as_ref().map_or("another helper".into(), |path| path.display().to_string())
    };
    if import.report.json {
        let entry = |moved: &Moved| json!({ "to": place(moved), "key": moved.key, "login": moved.login });
        let back: Vec<_> = back.iter().map(entry).collect();
        let left: Vec<_> =
            left.iter().map(|(moved, why)| json!({ "entry": entry(moved), "why": why })).collect();
        screen.json(&json!({ "dry_run": import.dry_run, "put_back": back, "left": left }));
        return;
    }
    let would = if import.dry_run { "would be " } else { "" };
    for moved in back {
        let done = if moved.path.is_some() { "put back" } else { "taken out of the vault" };
        screen.answer(format!("{}: {would}{done} ({})", moved.key, place(moved)));
    }
    for (moved, why) in left {
        screen.answer(format!("{}: left in the vault, {why}", moved.key));
    }
    if back.is_empty() && left.is_empty() {
        screen.answer("nothing to undo: import has moved nothing");
    }
}
