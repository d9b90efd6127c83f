//! HTTP/2 in clear on a thread of its own, each call's answer written as gRPC has it.

use std::{
    future, io,
    io::Cursor,
    sync::Arc,
    thread::{self, JoinHandle},
};

use h2::{
    RecvStream,
    server::{self, SendResponse},
};
use http::{HeaderMap, HeaderValue, Request, Response};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::oneshot,
};

use super::{
    State,
    answer::{self, Answer},
};

/// Where to accept.
pub(super) enum Listener {
    Socket(std::os::unix::net::UnixListener),
    Port(std::net::TcpListener),
}

/// A thread that serves until this is dropped.
pub(super) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(listener: Listener, state: Arc<State>) -> io::Result<Self> {
        match &listener {
            Listener::Socket(socket) => socket.set_nonblocking(true)?,
            Listener::Port(port) => port.set_nonblocking(true)?,
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("spiffe agent".into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    _ = accept(listener, state) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn accept(listener: Listener, state: Arc<State>) -> io::Result<()> {
    match listener {
        Listener::Socket(listener) => {
            let listener = tokio::net::UnixListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(converse(stream, state.clone()));
            }
        }
        Listener::Port(listener) => {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(converse(stream, state.clone()));
            }
        }
    }
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: S, state: Arc<State>) {
    let Ok(mut connection) = server::Builder::new().handshake::<_, Cursor<Vec<u8>>>(stream).await else {
        return;
    };
    while let Some(Ok((request, responder))) = connection.accept().await {
        let state = state.clone();
        tokio::spawn(async move {
            // A client that has left needs no answer.
            let _ = call(request, responder, &state).await;
        });
    }
}

async fn call(
    request: Request<RecvStream>,
    mut responder: SendResponse<Cursor<Vec<u8>>>,
    state: &State,
) -> Result<(), h2::Error> {
    let (head, mut body) = request.into_parts();
    let mut bytes = Vec::new();
    while let Some(chunk) = body.data().await {
        let chunk = chunk?;
        body.flow_control().release_capacity(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    match answer::to(state, &head, &bytes) {
        Answer::Frame(frame) => {
            let mut stream = responder.send_response(grpc(None), false)?;
            stream.send_data(Cursor::new(frame), false)?;
            stream.send_trailers(status(0))
        }
        Answer::Behind(code) => responder.send_response(grpc(None), false)?.send_trailers(status(code)),
        Answer::AtOnce(code) => responder.send_response(grpc(Some(code)), true).map(drop),
        Answer::Http(code) => {
            let mut head = Response::new(());
            *head.status_mut() = code.try_into().unwrap_or_default();
            head.headers_mut().insert("content-type", HeaderValue::from_static("text/html"));
            let mut stream = responder.send_response(head, false)?;
            stream.send_data(Cursor::new(b"<html>canary</html>".to_vec()), true)
        }
        Answer::Silence => future::pending().await,
    }
}

fn grpc(code: Option<u16>) -> Response<()> {
    let mut head = Response::new(());
    if let Some(code) = code {
        *head.headers_mut() = status(code);
    }
    head.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    head
}

fn status(code: u16) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("grpc-status", code.into());
    headers.insert("grpc-message", HeaderValue::from_static("canary"));
    headers
}
