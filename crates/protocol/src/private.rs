//! The folder of one `shorepass exec`, in which a broker listens that is for one command only.
//!
//! `shorepass exec` holds a lock on [`LIFELINE`], each broker there one on [`PRESENCE`]: the system lets go of them however
//! their holders end, so that neither side has to trust a process number. Whoever is left last removes the folder.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use crate::place;

/// The private folder that a socket is in; it is known by its name.
#[must_use]
pub fn folder(socket: &Path) -> Option<&Path> {
    let folder = place::folder(socket);
    let is_private = folder.is_absolute() && folder.file_name()?.to_str()?.starts_with(PREFIX);
    is_private.then_some(folder)
}

/// Whether a socket was a private one whose folder has gone: nothing may be started there any more.
#[must_use]
pub fn is_over(socket: &Path) -> bool {
    folder(socket).is_some_and(|folder| !folder.join(LIFELINE).exists())
}

/// Opens one of the two lock files that is there already.
///
/// # Errors
/// What opening says.
pub fn open(folder: &Path, name: &str) -> io::Result<File> {
    File::options().read(true).write(true).open(folder.join(name))
}

/// Removes what `shorepass exec` and its brokers have made, and the folder if nothing else is in it; links are removed,
/// what they point to is not.
///
/// For whoever holds the lifeline or has seen it go: the name alone makes no folder ours.
pub fn clear_away(folder: &Path) {
    for _ in 0..TRIES {
        // The lifeline goes first: from then on nobody starts anything there.
        for name in FILES {
            let _ = fs::remove_file(folder.join(name));
        }
        for name in FOLDERS {
            let _ = fs::remove_dir_all(folder.join(name));
        }
        match fs::remove_dir(folder) {
            // A command that goes on without us may have added something meanwhile.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            _ => return,
        }
    }
}

/// How the folder's name begins.
pub const PREFIX: &str = "shorepass-exec-";
/// Locked for as long as `shorepass exec` lives.
pub const LIFELINE: &str = "lifeline";
/// The lifeline before it is locked.
pub const DRAFT: &str = ".lifeline";
/// Locked together by the brokers that are not quite gone.
pub const PRESENCE: &str = "presence";

/// All that stands in such a folder, the clients' own folders aside.
const FILES: [&str; 12] = [
    LIFELINE,
    DRAFT,
    PRESENCE,
    "broker.sock",
    "broker.lock",
    "start.lock",
    "shorepassd.log",
    "shorepassd.log.1",
    "audit.log",
    "audit.log.1",
    "auth.json",
    "registries.conf",
];
const FOLDERS: [&str; 2] = ["bin", "docker"];
const TRIES: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_goes_and_what_a_stranger_has_put_there_keeps_the_folder() {
        let place = std::env::temp_dir().join(format!("shorepass-private-{}", std::process::id()));
        let (ours, strangers) = (place.join("a"), place.join("b"));
        for folder in [&ours, &strangers] {
            fs::create_dir_all(folder.join("docker/contexts")).unwrap();
            fs::create_dir_all(folder.join("bin")).unwrap();
            for name in FILES {
                fs::write(folder.join(name), "").unwrap();
            }
        }
        fs::create_dir(strangers.join("data")).unwrap();
        fs::write(strangers.join("data/kept"), "").unwrap();

        clear_away(&ours);
        clear_away(&strangers);

        let left: Vec<_> =
            fs::read_dir(&strangers).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!ours.exists() && strangers.join("data/kept").exists());
        assert_eq!(left, ["data"]);
        fs::remove_dir_all(place).unwrap();
    }

    #[test]
    fn only_the_name_makes_a_folder_private() {
        let private = Path::new("/run/user/1/shorepass-exec-0a/broker.sock");

        assert_eq!(folder(private), Some(Path::new("/run/user/1/shorepass-exec-0a")));
        assert!(is_over(private));
        for usual in ["/run/user/1/shorepass/broker.sock", "shorepass-exec-0a/broker.sock", "/broker.sock"] {
            assert_eq!(folder(Path::new(usual)), None, "{usual}");
            assert!(!is_over(Path::new(usual)), "{usual}");
        }
    }
}
