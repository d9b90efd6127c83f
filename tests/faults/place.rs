//! Another user's place on the machine: our programs in a folder of theirs, run with their rights.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use shorepass_tests::cloud::aws::Aws;

use crate::{HELPER, processes};

/// A folder with our programs, and somebody to run them.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    uid: u32,
}

impl Place {
    pub(crate) fn new(uid: u32) -> Self {
        let folder = tempfile::Builder::new().prefix("shorepass-outsider-").tempdir().unwrap();
        assert_eq!(folder.path().metadata().unwrap().uid(), 0, "this test acts as two users: it needs root");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for program in [HELPER, "shorepass", "shorepassd", "shorepass-exchange"] {
            processes::copy_program(program, &folder.path().join(program));
        }
        Self { folder, uid }
    }

    /// A folder that is theirs.
    pub(crate) fn own_folder(&self, name: &str) -> PathBuf {
        let folder = self.path(name);
        fs::create_dir(&folder).unwrap();
        chown(&folder, Some(self.uid), Some(self.uid)).unwrap();
        folder
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// One of the programs, with the cloud's variables and no others.
    pub(crate) fn command(&self, program: &str, cloud: &Aws) -> Command {
        let mut command = self.plain(self.path(program).to_str().unwrap(), &[]);
        command.envs(cloud.environment("alice"));
        command
    }

    pub(crate) fn plain(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).env_clear().env("PATH", "/usr/bin:/bin").current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.uid(self.uid).gid(self.uid);
        command
    }
}

/// Killed when it is ended, or dropped.
pub(crate) struct Killed(pub(crate) Child);

impl Killed {
    pub(crate) fn end(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.end();
    }
}

/// A user that is not root.
pub(crate) const NOBODY: u32 = 65534;
