//! A small HTTP/1.1 server on a thread of its own, with or without TLS.
//!
//! Hyper is used bare because a fault may close a connection without an answer, which no router offers.
//! The handshake runs in the connection's task, so a client that connects and says nothing holds up nobody.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::oneshot,
};
use tokio_rustls::TlsAcceptor;

use super::{Reply, Request, Service};

/// A running server; dropping it stops it and closes every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    tls: bool,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Binds and serves.
    ///
    /// # Errors
    /// When the address cannot be bound or no thread can be started.
    pub fn start(
        address: SocketAddr,
        tls: Option<Arc<ServerConfig>>,
        service: Arc<dyn Service>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let (address, is_tls) = (listener.local_addr()?, tls.is_some());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();

        let thread = thread::Builder::new().name(format!("server {address}")).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, tls, service) => {}
                    _ = stopped => {}
                }
            });
        })?;

        Ok(Self { address, tls: is_tls, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of its root, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address)
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

async fn accept(listener: TcpListener, tls: Option<Arc<ServerConfig>>, service: Arc<dyn Service>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let acceptor = tls.map(TlsAcceptor::from);
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
            tokio::time::sleep(AFTER_A_FAILED_ACCEPT).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (acceptor, service) = (acceptor.clone(), service.clone());
        tokio::spawn(async move {
            match acceptor {
                None => converse(stream, peer, service).await,
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        converse(stream, peer, service).await;
                    }
                }
            }
        });
    }
}

async fn converse<S>(stream: S, peer: SocketAddr, service: Arc<dyn Service>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let service = service.clone();
        async move {
            let reply = match read(request, peer).await {
                Some(request) => service.answer(&request),
                None => Reply::text(413, "the request is too large"),
            };
            if !reply.after.is_zero() {
                tokio::time::sleep(reply.after).await;
            }
            if reply.status == 0 { Err(HungUp) } else { Ok::<_, HungUp>(respond(reply)) }
        }
    });
    // A client that leaves early, and a fault that hangs up, end the conversation with an error nobody needs.
    let _ =
        http1::Builder::new().max_buf_size(LARGEST_HEAD).serve_connection(TokioIo::new(stream), answer).await;
}

async fn read(request: hyper::Request<Incoming>, peer: SocketAddr) -> Option<Request> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await.ok()?.to_bytes().to_vec();
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    Some(Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
        peer,
    })
}

fn respond(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response.body(Full::new(Bytes::from(reply.body))).unwrap_or_else(|_| {
        let mut broken = Response::new(Full::new(Bytes::from_static(b"the answer's head is malformed")));
        *broken.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}

#[derive(Debug)]
struct HungUp;

impl std::fmt::Display for HungUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("hung up on purpose")
    }
}

impl std::error::Error for HungUp {}

/// A registry password of tens of kilobytes travels in one header.
const LARGEST_HEAD: usize = 1024 * 1024;
const LARGEST_BODY: usize = 4 * 1024 * 1024;
/// Long enough not to spin while the process is out of descriptors.
const AFTER_A_FAILED_ACCEPT: Duration = Duration::from_millis(20);
