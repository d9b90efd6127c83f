//! Where the programs under test are.

use std::path::{Path, PathBuf};

/// The path of one of the five programs, as `packaging/build.sh` placed it.
///
/// # Panics
/// When it was not built: a missing program fails a test by its name.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let path = folder().join(name);
    assert!(path.is_file(), "{} is missing; to build it, run `sh tests/run.sh`", path.display());
    path
}

/// The folder with all of them.
#[must_use]
pub fn folder() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/programs");
    std::env::var_os("SHOREPASS_PROGRAMS").map_or(built, PathBuf::from)
}
