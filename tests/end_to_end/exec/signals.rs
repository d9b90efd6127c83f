//! Signals reach the command once, and we wait for what it makes of them.

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use shorepass_tests::{
    bed::{Bed, finish, wait_until},
    programs,
};

use super::{Running, assert_nothing_is_left, tree, words};
use crate::broker_life::processes::{read, signal};

#[test]
fn what_is_sent_to_us_is_passed_on_and_the_command_decides() {
    for name in ["TERM", "HUP", "INT", "QUIT"] {
        let bed = Bed::new();
        let before = tree(&bed);
        let program = programs::program("shorepass");
        let script = Running::script("exit 1");
        let words = [&["env", DEFAULTS, program.to_str().unwrap()], &words(&[], &script)[..]].concat();
        // Without a terminal, whoever runs the tests, so that an interruption can only be meant for the command.
        let mut running = Running::of(&mut by_another(&bed, "setsid", &words));
        let input = running.exec.stdin.take();

        signal(running.exec.id(), name);
        let said = finish(running.exec, Vec::new(), "shorepass exec");
        drop(input);

        let number = match name {
            "HUP" => 1,
            "INT" => 2,
            "QUIT" => 3,
            _ => 15,
        };
        assert_eq!(said.code, 128 + number, "{name}: {said:?}");
        assert_nothing_is_left(&bed, &before);
    }
}

#[test]
fn a_command_that_handles_its_signal_is_waited_for() {
    let bed = Bed::new();
    let script = "trap 'exit 9' TERM; kill -TERM $PPID; while :; do sleep 0.05; done";

    let said = bed.run("shorepass", &words(&[], script), "", &[]);

    assert_eq!(said.code, 9, "{said:?}");
}

#[test]
fn before_the_command_has_begun_a_signal_keeps_it_from_beginning() {
    let mut bed = Bed::new();
    // Bounded, so that it ends with a test that has failed.
    let slow = "#!/bin/sh\nmark=$XDG_RUNTIME_DIR/../begun\n: >$mark\nleft=100\n\
                while [ -e $mark ] && [ $left -gt 0 ]; do sleep 0.05; left=$((left - 1)); done\n";
    let broker = bed.write("slow", slow);
    fs::set_permissions(&broker, fs::Permissions::from_mode(0o755)).unwrap();
    bed.set("SHOREPASS_BROKER", broker.to_str().unwrap());
    let before = tree(&bed);
    let (begun, ran) = (bed.path("begun"), bed.path("ran"));
    let script = format!(": >{}", ran.display());
    let exec = bed.start("shorepass", &words(&[], &script), &[]);
    assert!(wait_until(|| begun.exists()));

    signal(exec.id(), "TERM");
    assert!(wait_until(|| is_noted(exec.id())));
    fs::remove_file(begun).unwrap();
    let said = finish(exec, Vec::new(), "shorepass exec");

    assert_eq!((said.code, ran.exists(), said.stderr.as_str()), (143, false, ""));
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn what_nohup_has_switched_off_stays_off() {
    let bed = Bed::new();
    let script = "kill -HUP $PPID; kill -HUP $$; echo still here";

    let program = programs::program("shorepass");
    let words = [&[program.to_str().unwrap()], &words(&[], script)[..]].concat();
    let said = finish(by_another(&bed, "nohup", &words).spawn().unwrap(), Vec::new(), "nohup");

    assert_eq!((said.code, said.stdout.trim()), (0, "still here"), "{said:?}");
}

#[test]
fn an_interruption_at_the_terminal_reaches_the_command() {
    let bed = Bed::new();
    let before = tree(&bed);
    let script = "trap \"echo interrupted\" INT; echo $PPID >\"$MARK\"; while [ -e \"$MARK\" ]; do sleep 0.05; done; exit 4";
    let mut terminal = Terminal::with(&bed, &format!("sh -c '{script}'"));

    terminal.keyboard.write_all(&[INTERRUPT]).unwrap();
    terminal.read_until("interrupted");
    fs::remove_file(&terminal.mark).unwrap();

    assert_eq!(terminal.end(), 4);
    assert_nothing_is_left(&bed, &before);
}

#[test]
fn an_interruption_at_the_terminal_is_not_sent_a_second_time_by_us() {
    let bed = Bed::new();
    let script =
        "trap \"exit 6\" INT; trap \"exit 5\" TERM; echo $PPID >\"$MARK\"; while :; do sleep 0.05; done";
    // Away from the terminal, it gets only what we send.
    let mut terminal = Terminal::with(&bed, &format!("setsid sh -c '{script}'"));

    terminal.keyboard.write_all(&[INTERRUPT]).unwrap();
    terminal.read_until("^C");
    signal(terminal.exec, "TERM");

    assert_eq!(terminal.end(), 5);
}

/// A terminal on which `shorepass exec` runs a command that has written its parent's number to `$MARK`.
struct Terminal {
    script: Child,
    keyboard: ChildStdin,
    screen: Receiver<Vec<u8>>,
    mark: PathBuf,
    exec: u32,
}

impl Terminal {
    fn with(bed: &Bed, words: &str) -> Self {
        let program = programs::program("shorepass");
        let exec = format!("exec env {DEFAULTS} {} exec -- {words}", program.display());
        let mark = bed.path("mark");
        let mut command = by_another(bed, "script", &["-q", "-e", "-c", &exec, "/dev/null"]);
        let mut script = command.env("MARK", &mark).spawn().unwrap();
        let keyboard = script.stdin.take().unwrap();
        let screen = pieces(script.stdout.take().unwrap());
        let number = || fs::read_to_string(&mark).ok()?.trim().parse().ok();
        assert!(wait_until(|| number().is_some()), "the command has not begun");
        let exec = number().unwrap();
        Self { script, keyboard, screen, mark, exec }
    }

    fn read_until(&mut self, text: &str) {
        let mut seen = String::new();
        while !seen.contains(text) {
            let Ok(piece) = self.screen.recv_timeout(LONGEST) else {
                let _ = self.script.kill();
                panic!("`script` did not show `{text}`: {seen}");
            };
            seen.push_str(&String::from_utf8_lossy(&piece));
        }
    }

    fn end(self) -> i32 {
        let code = finish(self.script, Vec::new(), "script").code;
        drop(self.keyboard);
        code
    }
}

/// What it says, as it comes.
fn pieces(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = [0; 256];
        while let Ok(count @ 1..) = stream.read(&mut bytes) {
            let _ = sender.send(bytes[..count].to_vec());
        }
    });
    receiver
}

/// Whether no signal to it is on its way any more.
fn is_noted(process: u32) -> bool {
    let status = read(process, "status");
    let pending =
        status.lines().filter_map(|line| line.strip_prefix("SigPnd:").or(line.strip_prefix("ShdPnd:")));
    pending.map(str::trim).all(|mask| mask.trim_start_matches('0').is_empty())
}

/// Another program in the bed's environment, its streams piped.
fn by_another(bed: &Bed, program: &str, words: &[&str]) -> Command {
    let ours = bed.command("shorepass", &[]);
    let mut command = Command::new(program);
    command.args(words).env_clear();
    command.envs(ours.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A shell that runs the tests in the background has switched some off, which would be inherited.
const DEFAULTS: &str = "--default-signal=HUP,INT,QUIT,TERM";
const LONGEST: Duration = Duration::from_secs(60);
/// What a terminal makes an interruption of.
const INTERRUPT: u8 = 3;
