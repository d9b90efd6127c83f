//! Reads a file of the user's that holds a secret: bounded, and never a pipe.

use std::{fs::File, io::Read, path::Path};

use zeroize::Zeroizing;

use crate::failure::io_words;

/// A file's bytes.
///
/// # Errors
/// Why not, as a fragment: it cannot be read, is no file, is longer than that, or is not named in full.
pub(crate) fn bytes(path: &Path, longest: u64) -> Result<Zeroizing<Vec<u8>>, String> {
    if path.is_relative() {
        // This process runs in the root folder, whatever folder the client ran in.
        return Err("its path is relative, and must be absolute".into());
    }
    let words = |error: std::io::Error| io_words(&error);
    // A pipe or a device would make us wait, or never end.
    if !std::fs::metadata(path).map_err(words)?.is_file() {
        return Err("it is no file".into());
    }
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path).map_err(words)?.take(longest + 1).read_to_end(&mut bytes).map_err(words)?;
    if bytes.len() as u64 > longest {
        Err(format!("it is longer than {} KiB", longest / 1024))
    } else {
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_is_named_in_full_and_not_too_long_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, [b'x'; 2048]).unwrap();
        let why = |path: &Path, longest| bytes(path, longest).unwrap_err();

        assert_eq!(bytes(&path, 2048).unwrap().len(), 2048);
        assert_eq!(why(&path, 2047), "it is longer than 1 KiB");
        assert_eq!(why(folder.path(), 2048), "it is no file");
        assert_eq!(why(&folder.path().join("none"), 2048), "it is not there");
        assert_eq!(why(Path::new("token"), 2048), "its path is relative, and must be absolute");
    }
}
