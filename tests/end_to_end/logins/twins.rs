//! The same bytes to Debian's own credential helpers and to ours: where both can, both say the same.
//!
//! What differs on purpose is not here: erasing what is not there is no error of ours, and the list of
//! Docker Hub's name is podman's.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use shorepass_tests::{
    bed::{Said, finish},
    keyring::Keyring,
};
use tempfile::TempDir;

use super::{login, not_found, somebody};

#[test]
fn the_helper_of_pass_says_the_same() {
    let pass = Pass::new();
    let bed = somebody();

    // Its version 0.6 answers with an empty login, which every client takes for "not found".
    let theirs = transcript(|verb, input| match pass.say(verb, input) {
        said if said.stdout.contains(r#""Username":"","Secret":"""#) => not_found(),
        said => said,
    });
    let ours = transcript(|verb, input| bed.helper(verb, input));

    assert_eq!(ours, theirs);
}

#[test]
fn the_helper_of_the_secret_service_says_the_same() {
    let keyring = Keyring::start("twin");
    let bed = somebody();

    let theirs = transcript(|verb, input| {
        let mut command = keyring.command("docker-credential-secretservice");
        let child = piped(command.arg(verb)).spawn().expect("`docker-credential-secretservice` is installed");
        finish(child, input.as_bytes().to_vec(), "docker-credential-secretservice")
    });
    let ours = transcript(|verb, input| bed.helper(verb, input));

    assert_eq!(ours, theirs);
}

/// What a client says to a helper, and what it hears.
fn transcript(say: impl Fn(&str, &str) -> Said) -> Vec<(String, Said)> {
    let whole = login("r.example:5000", "alice", "p<w>&\\u00e4");
    [
        ("get", "r.example:5000"),
        ("get", ""),
        ("get", "\n"),
        ("store", r#"{"Username":"alice","Secret":"s"}"#),
        ("store", r#"{"ServerURL":"r.example:5000","Secret":"s"}"#),
        ("store", &whole),
        ("store", whole.trim_end()),
        ("get", "r.example:5000"),
        ("get", "r.example:5000\n"),
        ("list", "unused"),
        ("list", ""),
        ("get", "r.example"),
        ("erase", ""),
        ("erase", "r.example:5000"),
        ("get", "r.example:5000"),
        ("list", "unused"),
    ]
    .iter()
    .map(|(verb, input)| {
        let said = say(verb, input);
        let text = said.stdout.clone();
        // Which of two spellings of one character JSON has is the writer's choice.
        let stdout = serde_json::from_str::<serde_json::Value>(&text).map_or(text, |json| json.to_string());
        (format!("{verb} {input:?}"), Said { stdout, ..said })
    })
    .collect()
}

/// A password store of its own, whose key has no passphrase.
struct Pass {
    home: TempDir,
}

impl Pass {
    fn new() -> Self {
        let home = tempfile::Builder::new().prefix("sp-pass-").tempdir().unwrap();
        let pass = Self { home };
        let gnupg = pass.home.path().join(".gnupg");
        fs::create_dir(&gnupg).unwrap();
        fs::set_permissions(&gnupg, fs::Permissions::from_mode(0o700)).unwrap();
        let key =
            ["--batch", "--passphrase", "", "--quick-gen-key", "twin@example", "default", "default", "never"];
        pass.succeed("gpg", &key, "");
        pass.succeed("pass", &["init", "twin@example"], "");
        pass
    }

    fn say(&self, verb: &str, input: &str) -> Said {
        let name = "docker-credential-pass";
        let child = piped(self.command(name).arg(verb)).spawn();
        finish(child.unwrap_or_else(|_| panic!("`{name}` is installed")), input.as_bytes().to_vec(), name)
    }

    fn succeed(&self, program: &str, words: &[&str], input: &str) {
        let child = piped(self.command(program).args(words)).spawn();
        let mut child = child.unwrap_or_else(|_| panic!("`{program}` is installed"));
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", self.home.path());
        command
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let _ = self.command("gpgconf").args(["--kill", "all"]).output();
    }
}

fn piped(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped())
}
