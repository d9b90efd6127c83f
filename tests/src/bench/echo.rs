//! A server that does nothing but read two lines and write two: what the sockets and the runtime cost.
//!
//! Reading and writing are those of the broker, the lines as long as the broker's.

use std::{
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
};

use super::conversation::Lengths;

/// It runs as a process of its own, like the broker.
pub(super) struct Echo {
    child: Child,
    pub(super) socket: PathBuf,
}

impl Echo {
    pub(super) fn start(myself: &Path, socket: PathBuf, lengths: Lengths) -> io::Result<Self> {
        let mut child = Command::new(myself)
            .arg("echo")
            .arg(&socket)
            .args([lengths.question, lengths.answer].map(|length| length.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut ready = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut ready)?;
        }
        Ok(Self { child, socket })
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until standard input closes.
///
/// # Errors
/// When it cannot listen.
pub fn serve(socket: &Path, question: usize, answer: usize) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let listener = UnixListener::bind(socket)?;
        println!("ready");
        let (mut input, mut ignored) = (tokio::io::stdin(), [0; 1]);
        let end = input.read(&mut ignored);
        let mut end = std::pin::pin!(end);
        loop {
            let accepted = tokio::select! {
                _ = &mut end => return Ok(()),
                accepted = listener.accept() => accepted,
            };
            if let Ok((stream, _)) = accepted {
                tokio::spawn(converse(stream, line(question), line(answer)));
            }
        }
    });
    runtime.shutdown_background();
    served
}

async fn converse(stream: UnixStream, question: Vec<u8>, answer: Vec<u8>) -> io::Result<()> {
    let mut stream = tokio::io::BufReader::with_capacity(1024, stream);
    for reply in [question, answer] {
        let mut line = Vec::with_capacity(4 * 1024);
        (&mut stream).take(256 * 1024).read_until(b'\n', &mut line).await?;
        stream.get_mut().write_all(&reply).await?;
    }
    Ok(())
}

fn line(length: usize) -> Vec<u8> {
    let mut line = vec![b'x'; length.max(1)];
    line[length.max(1) - 1] = b'\n';
    line
}
