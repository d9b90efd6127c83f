//! Another credential helper, asked by hand: what it has and each login, within a bound of time and size.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde::Deserialize;
use shorepass_secret::Secret;
use zeroize::Zeroizing;

/// The keys that it has, with user names.
pub(crate) fn list(helper: &str) -> Result<BTreeMap<String, String>, String> {
    let output = ask(helper, "list", "unused")?;
    serde_json::from_slice(&output).map_err(|_| "its `list` is no list".into())
}

/// One login.
pub(crate) fn get(helper: &str, server: &str) -> Result<(String, Secret), String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Answer {
        username: String,
        secret: String,
    }
    let output = ask(helper, "get", server)?;
    // The parser's own words could quote the secret.
    let answer: Answer = serde_json::from_slice(&output).map_err(|_| "its answer is no login".to_owned())?;
    if answer.username.is_empty() || answer.secret.is_empty() {
        return Err("its login is empty".into());
    }
    Ok((answer.username, Secret::new(answer.secret)))
}

/// Whether it can be one: the end of a program's name.
pub(crate) fn is_name(text: &str) -> bool {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    !text.is_empty() && !text.starts_with('.') && text.bytes().all(good)
}

fn ask(helper: &str, verb: &str, input: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let program = format!("docker-credential-{helper}");
    let mut child = Command::new(&program)
        .arg(verb)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| format!("`{program}` cannot be run"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not read has its own way of saying so.
        let _ = stdin.write_all(input.as_bytes());
    }
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take();
    thread::spawn(move || {
        let mut output = Zeroizing::new(Vec::new());
        let read = stdout.map(|stdout| stdout.take(LONGEST + 1).read_to_end(&mut output));
        let _ = sender.send((output, matches!(read, Some(Ok(_)))));
    });
    let Ok((output, true)) = receiver.recv_timeout(PATIENCE) else {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("`{program}` did not answer within {} s", PATIENCE.as_secs()));
    };
    if output.len() as u64 > LONGEST {
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("`{program}` wrote too much"));
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(output),
        _ => Err(format!("`{program} {verb}` failed")),
    }
}

/// A keyring may ask a person.
const PATIENCE: Duration = Duration::from_secs(60);
const LONGEST: u64 = 1024 * 1024;
