//! A file system in memory with as little room as a test wants; taken away when dropped.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Mounted over a folder.
pub(super) struct SmallDisk(PathBuf);

impl SmallDisk {
    pub(super) fn mount(folder: &Path, options: &str) -> Self {
        fs::create_dir_all(folder).unwrap();
        let disk = Self(folder.to_owned());
        disk.run("mount", &["-t", "tmpfs", "-o", &format!("mode=0700,{options}"), "tmpfs"]);
        disk
    }

    pub(super) fn remount(&self, options: &str) {
        self.run("mount", &["-o", &format!("remount,{options}")]);
    }

    /// Leaves no room.
    pub(super) fn fill(&self) {
        let _ = fs::write(self.0.join(FILLER), vec![b'x'; 1 << 20]);
    }

    pub(super) fn make_room(&self) {
        fs::remove_file(self.0.join(FILLER)).unwrap();
    }

    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    fn run(&self, program: &str, words: &[&str]) {
        let status = Command::new(program).args(words).arg(&self.0).status().unwrap();
        assert!(status.success(), "`{program} {}` fails: this test needs root", words.join(" "));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A broker may still have a file open there.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

const FILLER: &str = "filler";
