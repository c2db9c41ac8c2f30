//! Opening sockets: name look-up, TCP or unix socket, TLS, log-in, all within one deadline.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use secrecy::ExposeSecret;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_postgres::{CancelToken, Client, Config, NoTls, config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::ConnectSettings;
use super::refusal::{self, ConnectReason};
use crate::tls;
use crate::url::{self, DatabaseUrl};

/// A silent network is noticed after this long, and then asked every few seconds: a dead server
/// must not keep us for the two hours that are usual (fault 13).
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(5);

/// A fresh connection.
pub(super) struct Opened {
    pub(super) client: Client,
    pub(super) driver: JoinSet<()>,
    pub(super) version: String,
    pub(super) encrypted: bool,
}

/// When connecting must have ended; `None` for never.
fn deadline(url: &DatabaseUrl, settings: &ConnectSettings) -> Option<Duration> {
    match (url.connect_timeout(), settings.deadline) {
        (Some(url), Some(ours)) => Some(url.min(ours)),
        (url, ours) => url.or(ours),
    }
}

/// Connects and logs in.
pub(super) async fn open(
    url: &DatabaseUrl,
    settings: &ConnectSettings,
) -> Result<Opened, ConnectReason> {
    let patience = deadline(url, settings);
    // Far enough to be never, near enough for every clock.
    let end = Instant::now() + patience.unwrap_or(Duration::from_hours(24 * 365));
    let config = config(url, settings);
    let silent = || ConnectReason::Silent { after: patience.unwrap_or_default() };
    let opened = match reach(url, end, patience).await? {
        Stream::Tcp(stream) => {
            let tls = tls::prepare(url, settings.certificates.as_deref())
                .map_err(ConnectReason::TlsFiles)?;
            timeout_at(end, log_in(stream, Some(tls), &config, url)).await
        }
        #[cfg(unix)]
        Stream::Unix(stream) => timeout_at(end, log_in(stream, None, &config, url)).await,
    };
    opened.map_err(|_| silent())?
}

enum Stream {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

/// Reaches the server, without a word yet.
async fn reach(
    url: &DatabaseUrl,
    end: Instant,
    patience: Option<Duration>,
) -> Result<Stream, ConnectReason> {
    let unreached = || ConnectReason::Unreached { after: patience.unwrap_or_default() };
    if url.is_socket() {
        #[cfg(unix)]
        return match timeout_at(end, tokio::net::UnixStream::connect(url.server())).await {
            Err(_) => Err(unreached()),
            Ok(Err(source)) if source.kind() == io::ErrorKind::NotFound => {
                Err(ConnectReason::NoSocket { source })
            }
            Ok(Err(source)) => Err(refusal::of_reaching(source)),
            Ok(Ok(stream)) => Ok(Stream::Unix(stream)),
        };
        #[cfg(not(unix))]
        return Err(ConnectReason::NoSocket {
            source: io::Error::from(io::ErrorKind::Unsupported),
        });
    }
    let look_up = tokio::net::lookup_host((url.host(), url.port()));
    let addresses = match timeout_at(end, look_up).await {
        Err(_) => return Err(unreached()),
        Ok(Err(source)) => return Err(ConnectReason::UnknownHost { source }),
        Ok(Ok(addresses)) => addresses,
    };
    let mut last = ConnectReason::UnknownHost { source: io::Error::from(io::ErrorKind::NotFound) };
    for address in addresses {
        last = match timeout_at(end, TcpStream::connect(address)).await {
            Err(_) => return Err(unreached()),
            Ok(Err(source)) => refusal::of_reaching(source),
            Ok(Ok(stream)) => {
                prepare(&stream).map_err(refusal::of_reaching)?;
                return Ok(Stream::Tcp(stream));
            }
        };
    }
    Err(last)
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE_INTERVAL);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

/// What the driver is told about role, database and session.
fn config(url: &DatabaseUrl, settings: &ConnectSettings) -> Config {
    let mut config = Config::new();
    config.user(url.user()).dbname(url.database());
    if let Some(password) = url.password() {
        config.password(password.expose_secret());
    }
    if let Some(options) = url.parameter("options").filter(|it| !it.is_empty()) {
        config.options(options);
    }
    let name = match (url.parameter("application_name"), &settings.application_suffix) {
        (Some(name), _) if !name.is_empty() => name.to_owned(),
        (_, Some(suffix)) => format!("radoub {suffix}"),
        (_, None) => "radoub".to_owned(),
    };
    config.application_name(name);
    // Unix sockets are never encrypted, as in libpq.
    config.ssl_mode(match url.ssl_mode() {
        _ if url.is_socket() => config::SslMode::Disable,
        url::SslMode::Disable => config::SslMode::Disable,
        url::SslMode::Prefer => config::SslMode::Prefer,
        url::SslMode::Require => config::SslMode::Require,
    });
    config.channel_binding(match url.channel_binding() {
        url::ChannelBinding::Disable => config::ChannelBinding::Disable,
        url::ChannelBinding::Prefer => config::ChannelBinding::Prefer,
        url::ChannelBinding::Require => config::ChannelBinding::Require,
    });
    config
}

/// TLS and log-in over a stream that is connected.
async fn log_in<S>(
    stream: S,
    tls: Option<MakeRustlsConnect>,
    config: &Config,
    url: &DatabaseUrl,
) -> Result<Opened, ConnectReason>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Some(mut tls) = tls else {
        let (client, connection) =
            config.connect_raw(stream, NoTls).await.map_err(|error| refusal::of(error, false))?;
        let version = connection.parameter("server_version").unwrap_or_default().to_owned();
        return Ok(Opened { client, driver: drive(connection), version, encrypted: false });
    };
    // Infallible by its type; the match would not compile otherwise.
    let tls = match MakeTlsConnect::<S>::make_tls_connect(&mut tls, url.host()) {
        Ok(tls) => tls,
        Err(never) => match never {},
    };
    let encrypted = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let witness = Witnessed { tls, encrypted: encrypted.clone() };
    let answer = config.connect_raw(stream, witness).await;
    let encrypted = encrypted.load(std::sync::atomic::Ordering::Relaxed);
    let (client, connection) = answer.map_err(|error| refusal::of(error, encrypted))?;
    let version = connection.parameter("server_version").unwrap_or_default().to_owned();
    Ok(Opened { client, driver: drive(connection), version, encrypted })
}

/// Puts the driver's side of a connection to work; it ends with the connection, or is aborted with
/// the set.
fn drive(
    connection: impl Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static,
) -> JoinSet<()> {
    let mut driver = JoinSet::new();
    driver.spawn(async move {
        // What ended the connection reaches whoever waits for an answer; without anybody waiting
        // there is nobody to tell, and the next query says that the connection is closed.
        let _ = connection.await;
    });
    driver
}

/// Remembers that the server agreed to encrypt, which the driver does not tell: a refusal means
/// another thing on a plain connection.
struct Witnessed<T> {
    tls: T,
    encrypted: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl<S, T: TlsConnect<S>> TlsConnect<S> for Witnessed<T> {
    type Stream = T::Stream;
    type Error = T::Error;
    type Future = T::Future;

    fn connect(self, stream: S) -> Self::Future {
        self.encrypted.store(true, std::sync::atomic::Ordering::Relaxed);
        self.tls.connect(stream)
    }
}

/// Asks the server to cancel what a session does.
pub(super) async fn cancel(
    token: &CancelToken,
    url: &DatabaseUrl,
    settings: &ConnectSettings,
) -> Result<(), ConnectReason> {
    let patience = deadline(url, settings);
    let end = Instant::now() + patience.unwrap_or(Duration::from_secs(30));
    let sent = match reach(url, end, patience).await? {
        Stream::Tcp(stream) => {
            let mut tls = tls::prepare(url, settings.certificates.as_deref())
                .map_err(ConnectReason::TlsFiles)?;
            let tls = match MakeTlsConnect::<TcpStream>::make_tls_connect(&mut tls, url.host()) {
                Ok(tls) => tls,
                Err(never) => match never {},
            };
            timeout_at(end, token.cancel_query_raw(stream, tls)).await
        }
        #[cfg(unix)]
        Stream::Unix(stream) => timeout_at(end, token.cancel_query_raw(stream, NoTls)).await,
    };
    match sent {
        Err(_) => Err(ConnectReason::Silent { after: patience.unwrap_or_default() }),
        Ok(sent) => sent.map_err(|error| refusal::of(error, false)),
    }
}

/// Reads the process id out of a cancel token, by listening to the request that it would send.
///
/// The driver keeps the id that the server announced at log-in to itself. `None` when the request
/// does not look as expected.
pub(super) async fn announced_pid(token: CancelToken) -> Option<i32> {
    let (ours, mut theirs) = tokio::io::duplex(64);
    let send = token.cancel_query_raw(ours, Plain);
    let listen = async move {
        let mut request = [0; 16];
        theirs.read_exact(&mut request[..8]).await.ok()?;
        // With TLS wanted the driver first asks for it: eight bytes with this code (manual, 55.7).
        if request[4..8] == 80_877_103_u32.to_be_bytes() {
            theirs.write_all(b"S").await.ok()?;
            theirs.read_exact(&mut request[..8]).await.ok()?;
        }
        theirs.read_exact(&mut request[8..]).await.ok()?;
        Some(i32::from_be_bytes(request[8..12].try_into().ok()?))
    };
    let (_, pid) = tokio::join!(send, listen);
    pid
}

/// TLS that leaves the stream as it is, for [`announced_pid`].
struct Plain;

impl<S: AsyncRead + AsyncWrite + Unpin + Send> TlsConnect<S> for Plain {
    type Stream = PlainStream<S>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<PlainStream<S>>>;

    fn connect(self, stream: S) -> Self::Future {
        std::future::ready(Ok(PlainStream(stream)))
    }
}

struct PlainStream<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for PlainStream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PlainStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PlainStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
