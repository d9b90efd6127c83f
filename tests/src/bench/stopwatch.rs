//! Times programs from start to end, taking turns.
//!
//! The standard library starts them by `posix_spawn`, so the size of this process does not count. Peak
//! memory is what the kernel says of the program's own address space at its last write; the maximum in its
//! resource usage would include this process's, whose memory it shares until it has become a program.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::figures::{self, Times};
use crate::bed;

/// A program with its arguments, environment and input.
pub(super) struct Runner {
    command: Command,
    input: PathBuf,
    pub(super) times: Times,
}

impl Runner {
    pub(super) fn new(command: Command, input: &Path) -> Self {
        Self { command, input: input.to_owned(), times: Times::default() }
    }

    /// Runs it once and notes how long it took.
    pub(super) fn run(&mut self) -> io::Result<()> {
        self.command.stdin(File::open(&self.input)?).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = figures::now();
        let status = self.command.status()?;
        self.times.push(begun.elapsed());
        if status.success() {
            return Ok(());
        }
        let said = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).output()?;
        Err(io::Error::other(format!(
            "{} failed: {}",
            self.command.get_program().display(),
            String::from_utf8_lossy(&said.stderr)
        )))
    }

    /// Begins anew.
    pub(super) fn forget(&mut self) {
        self.times = Times::default();
    }

    /// The largest it ever was, in kB: it is looked at while it waits for room for its answer.
    pub(super) fn peak_kb(&mut self) -> io::Result<u64> {
        let (mut reader, mut writer) = io::pipe()?;
        writer.write_all(&vec![b'.'; rustix::pipe::fcntl_getpipe_size(&writer)?])?;
        self.command.stdin(File::open(&self.input)?).stdout(writer).stderr(Stdio::null());
        let mut child = self.command.spawn()?;
        self.command.stdout(Stdio::null());
        bed::wait_until(|| writes_to_stdout(child.id()));
        let peak = field(child.id(), "VmHWM:");
        reader.read_to_end(&mut Vec::new())?;
        child.wait()?;
        Ok(peak)
    }

    /// How many instructions it takes from start to end, under valgrind.
    pub(super) fn instructions(&self) -> io::Result<u64> {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .env_clear()
            .envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))))
            // Go interrupts its own threads by signals, at which valgrind stumbles now and then.
            .env("GODEBUG", "asyncpreemptoff=1")
            .stdin(File::open(&self.input)?);
        let said = String::from_utf8_lossy(&valgrind.output()?.stderr).into_owned();
        said.lines()
            .find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
            .ok_or_else(|| io::Error::other(format!("valgrind counted nothing: {said}")))
    }
}

/// Lets all of them run in turn, so often; what `before` does is not timed.
pub(super) fn take_turns(
    rounds: usize,
    runners: &mut [&mut Runner],
    mut before: impl FnMut(usize) -> io::Result<()>,
) -> io::Result<()> {
    for _ in 0..rounds {
        for (number, runner) in runners.iter_mut().enumerate() {
            before(number)?;
            runner.run()?;
        }
    }
    Ok(())
}

/// The peak of several runs is their median.
pub(super) fn median_peak_kb(runner: &mut Runner) -> io::Result<u64> {
    let mut peaks = (0..5).map(|_| runner.peak_kb()).collect::<io::Result<Vec<_>>>()?;
    peaks.sort_unstable();
    Ok(peaks[peaks.len() / 2])
}

/// A number from a process's status.
pub(super) fn field(pid: u32, name: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Whether one of its threads is in `write(1, …)`.
fn writes_to_stdout(pid: u32) -> bool {
    let write = if cfg!(target_arch = "x86_64") { "1 0x1 " } else { "64 0x1 " };
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| fs::read_to_string(thread.path().join("syscall")).ok())
        .any(|syscall| syscall.starts_with(write))
}
