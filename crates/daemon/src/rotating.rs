//! A file that is put aside when it has grown too long; one old one is kept.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

/// Appends whole lines.
#[derive(Debug)]
pub(crate) struct RotatingFile {
    path: PathBuf,
    file: File,
    length: u64,
    longest: u64,
    /// The disk was full in the middle of a line.
    is_torn: bool,
}

impl RotatingFile {
    /// Opens the file for its owner only, making its folder.
    pub(crate) fn open(path: PathBuf, longest: u64) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            make_private_folder(folder)?;
        }
        let file = open(&path)?;
        let length = file.metadata()?.len();
        Ok(Self { path, file, length, longest, is_torn: false })
    }

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let mut left = line;
        while !left.is_empty() {
            match self.file.write(left) {
                Ok(count) if count > 0 => left = &left[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => {
                    self.is_torn |= left.len() < line.len();
                    return Err(outcome.err().unwrap_or(io::ErrorKind::WriteZero.into()));
                }
            }
        }
        self.length += line.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        let mut old = self.path.clone().into_os_string();
        old.push(".1");
        fs::rename(&self.path, old)?;
        self.file = open(&self.path)?;
        self.length = 0;
        Ok(())
    }
}

impl Write for RotatingFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.length > 0 && self.length + line.len() as u64 > self.longest {
            self.rotate()?;
        }
        if self.is_torn {
            self.append(b"\n")?;
            self.is_torn = false;
        }
        self.append(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn open(path: &std::path::Path) -> io::Result<File> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_private_folder(folder: &std::path::Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_is_put_aside_once() {
        let folder = std::env::temp_dir().join(format!("shorepass-rotating-{}", std::process::id()));
        let path = folder.join("a.log");
        let mut file = RotatingFile::open(path.clone(), 10).unwrap();

        for line in ["one 4\n", "two 4\n", "three\n"] {
            file.write_all(line.as_bytes()).unwrap();
        }

        assert_eq!(fs::read_to_string(&path).unwrap(), "three\n");
        assert_eq!(fs::read_to_string(folder.join("a.log.1")).unwrap(), "two 4\n");
        fs::remove_dir_all(folder).unwrap();
    }
}
