//! One connection is one request: a line up, perhaps a second one with environment, a line down.

use std::{io, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shorepass_protocol::{
    frame,
    message::{self, Environment, Failure, FailureKind, Question, QuestionStatus, Reply, Request},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    time::timeout,
};
use zeroize::Zeroizing;

use crate::{answer, house::House, peer::Peer, words};

/// Both ends of a conversation with one client.
pub(crate) struct Wire<S> {
    stream: BufReader<S>,
    /// Every line that comes or goes. It may have held secrets, so its bytes are cleared when it is dropped.
    line: Zeroizing<Vec<u8>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream: BufReader::with_capacity(1024, stream),
            line: Zeroizing::new(Vec::with_capacity(4 * 1024)),
        }
    }

    /// Asks the client for the values of variables; it sends those it has.
    pub(crate) async fn environment(&mut self, names: Vec<&str>) -> io::Result<Environment> {
        let question = Question { status: QuestionStatus::NeedEnv, names };
        self.send(&question).await?;
        let mut environment: Environment = parse(self.line().await?)?;
        environment.env.retain(|name, _| question.names.contains(&name.as_str()));
        Ok(environment)
    }

    pub(crate) async fn send(&mut self, reply: &impl Serialize) -> io::Result<()> {
        self.write(reply)?;
        if self.line.len() > frame::LONGEST {
            let hint = "to see what it is about, run `shorepass broker logs --audit`";
            let failure =
                words::failed(FailureKind::Unexpected, "garbled", "the answer is longer than 256 KiB", hint);
            self.write(&Reply::<()>::Error(failure))?;
        }
        self.stream.get_mut().write_all(&self.line).await?;
        self.stream.get_mut().flush().await
    }

    fn write(&mut self, message: &impl Serialize) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut *self.line, message)?;
        self.line.push(b'\n');
        Ok(())
    }

    /// A client that has a line to send sends it at once; one that trickles would keep others from its seat.
    async fn line(&mut self) -> io::Result<&[u8]> {
        self.line.clear();
        let bounded = &mut (&mut self.stream).take(frame::LONGEST as u64);
        timeout(LINE_WITHIN, bounded.read_until(b'\n', &mut self.line)).await??;
        match self.line.last() {
            Some(b'\n') => Ok(&self.line),
            Some(_) if self.line.len() == frame::LONGEST => Err(bad("the line is longer than 256 KiB")),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Answers one request within the time that a request may take.
pub(crate) async fn serve<S>(house: Arc<House>, stream: S, peer: Peer)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut wire = Wire::new(stream);
    let limit = house.request_timeout();
    let result = match timeout(limit, converse(&house, &mut wire, peer)).await {
        Ok(result) => result,
        Err(_) => {
            let message = format!("no answer within {} s", limit.as_secs());
            let hint = "try again; the exchange goes on meanwhile: `shorepass status`";
            send_failure(&mut wire, words::failed(FailureKind::Unavailable, "timeout", message, hint)).await
        }
    };
    if let Err(error) = result {
        // A client that has gone is everyday life; what it sent is never quoted.
        tracing::debug!(%error, pid = peer.pid, "conversation broke off");
    }
}

async fn converse<S>(house: &Arc<House>, wire: &mut Wire<S>, peer: Peer) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if !peer.is_served(house.is_machine_wide) {
        tracing::warn!(uid = peer.uid, pid = peer.pid, "turned away another user's process");
        let message = "this broker belongs to another user";
        let hint = "use your own: unset `SHOREPASS_SOCKET`";
        // A client that is hung up on while it still writes does not get to read why.
        let _ = timeout(UNSERVED_WITHIN, wire.line()).await;
        return send_failure(wire, words::failed(FailureKind::Denied, "foreign_user", message, hint)).await;
    }
    let understood = match wire.line().await {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(bad_request(&error.to_string())),
        line => understand(line?),
    };
    match understood {
        Ok(request) => answer::answer(house, wire, peer, request.operation).await,
        Err(failure) => send_failure(wire, failure).await,
    }
}

/// The version is looked at first: a request of another version need not make sense otherwise.
fn understand(line: &[u8]) -> Result<Request, Failure> {
    #[derive(Deserialize)]
    struct Head {
        v: u32,
    }
    match serde_json::from_slice::<Request>(line) {
        Ok(request) if request.v == message::VERSION => Ok(request),
        _ => match serde_json::from_slice::<Head>(line) {
            Ok(Head { v }) if v != message::VERSION => Err(words::misconfigured(
                "version",
                format!(
                    "the broker speaks version {} of the protocol, the client version {v}",
                    message::VERSION
                ),
                "to run the broker that came with the client, run `shorepass broker restart`",
            )),
            Ok(_) => Err(bad_request("the request is not one that this broker knows")),
            Err(_) => Err(bad_request("the line is not a request")),
        },
    }
}

async fn send_failure<S>(wire: &mut Wire<S>, failure: Failure) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    wire.send(&Reply::<()>::Error(failure)).await
}

fn bad_request(message: &str) -> Failure {
    let hint = "to run the broker that came with the client, run `shorepass broker restart`";
    words::failed(FailureKind::Unexpected, "bad_request", message, hint)
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> io::Result<T> {
    serde_json::from_slice(line).map_err(|_| bad("the line is not the expected message"))
}

fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// From the first byte that is waited for to the line's end. A client that is cut off asks again.
const LINE_WITHIN: Duration = Duration::from_secs(5);
/// How long a client that is not served may take to say what it wants.
const UNSERVED_WITHIN: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_request_is_answered_in_words() {
        let code = |line: &str| understand(line.as_bytes()).unwrap_err().code;

        assert_eq!(code("GET / HTTP/1.1"), "bad_request");
        assert_eq!(code(r#"{"v":1,"op":"fly"}"#), "bad_request");
        assert_eq!(code(r#"{"v":2,"op":"fly"}"#), "version");
        assert!(understand(br#"{"v":1,"op":"get","server":"x","new":true}"#).is_ok());
    }
}
