//! Where our own programs are.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Finds one of our programs: the variable's value, else beside this program, else in
/// `../libexec/shorepass/` or `../bin/` from here, else on `PATH`.
#[must_use]
pub fn find(name: &str, variable: &str) -> Option<PathBuf> {
    if let Some(path) = env::var_os(variable).filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    installed(name)
}

/// The same without a variable.
#[must_use]
pub fn installed(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    beside(&file).or_else(|| on_path(&file))
}

fn beside(file: &str) -> Option<PathBuf> {
    let here = env::current_exe().ok()?.canonicalize().ok()?;
    let folder = here.parent()?;
    let prefix = folder.parent().unwrap_or(folder);
    [folder.join(file), prefix.join("libexec/shorepass").join(file), prefix.join("bin").join(file)]
        .into_iter()
        .find(|path| path.is_file())
}

fn on_path(file: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH")?;
    env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder: PathBuf| Path::join(&folder, file))
        .find(|path| path.is_file())
}
