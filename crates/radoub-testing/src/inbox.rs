//! Those who are told of runs: an address that takes posts and a mail server, on the loopback interface, which
//! keep what they get and can be told to refuse it.
//!
//! Slow ones and dead ones are in [`crate::network`].

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::escape::decoded;

/// A post that came in.
#[derive(Debug, Clone)]
pub struct Post {
    /// The method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The headers, names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body, which is JSON; null when it is not.
    pub body: serde_json::Value,
    /// What was answered.
    pub status: u16,
}

/// A message that came in.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// Who it is from, by the envelope.
    pub from: String,
    /// Who it is for, by the envelope.
    pub to: Vec<String>,
    /// What was said to log in, as it came.
    pub login: Option<String>,
    /// Headers and body, decoded from quoted-printable.
    pub text: String,
}

/// Listens on a free port until it is dropped.
#[derive(Debug)]
struct Listening {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Listening {
    #[track_caller]
    fn start(converse: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let over = Arc::new(AtomicBool::new(false));
        let converse = Arc::new(converse);
        let server = thread::spawn({
            let over = Arc::clone(&over);
            move || {
                for stream in listener.incoming().filter_map(Result::ok) {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let converse = Arc::clone(&converse);
                    thread::spawn(move || converse(stream));
                }
            }
        });
        Self { address, over, server: Some(server) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // The server waits for a call; this is the last one.
        let _ = TcpStream::connect(self.address);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

/// An address that takes posts.
#[derive(Debug)]
pub struct Hook {
    listening: Listening,
    posts: Arc<Mutex<Vec<Post>>>,
}

impl Hook {
    /// Answers with these statuses, one after the other; the last one from then on.
    #[track_caller]
    pub fn answering(statuses: &[u16]) -> Self {
        let posts = Arc::new(Mutex::new(Vec::new()));
        let statuses = statuses.to_vec();
        let kept = Arc::clone(&posts);
        let listening = Listening::start(move |stream| {
            let Ok(copy) = stream.try_clone() else { return };
            let (mut reader, mut writer) = (BufReader::new(copy), stream);
            while let Some(mut post) = read_post(&mut reader) {
                {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    let nth = kept.len().min(statuses.len().saturating_sub(1));
                    post.status = statuses.get(nth).copied().unwrap_or(200);
                    kept.push(post.clone());
                }
                let head = format!("HTTP/1.1 {} Said\r\nContent-Length: 2\r\n\r\nok", post.status);
                if writer.write_all(head.as_bytes()).is_err() {
                    return;
                }
            }
        });
        Self { listening, posts }
    }

    /// Its address, with this path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.listening.address)
    }

    /// `127.0.0.1:PORT`.
    pub fn host(&self) -> String {
        self.listening.address.to_string()
    }

    /// What came in so far.
    pub fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn read_post(reader: &mut impl BufRead) -> Option<Post> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Some(Post { method, path, headers, body, status: 0 })
}

/// A mail server, which lets anybody log in.
#[derive(Debug)]
pub struct MailServer {
    listening: Listening,
    messages: Arc<Mutex<Vec<Message>>>,
    authority: Option<String>,
}

/// How a mail server encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    Never,
    /// From `STARTTLS` on; before it, nobody may log in or send.
    StartTls,
    /// From the first byte.
    Always,
}

impl MailServer {
    /// Takes every message, in the clear.
    #[track_caller]
    pub fn start() -> Self {
        Self::with(Encryption::Never, "250 taken")
    }

    /// Answers every message with this line, in the clear.
    #[track_caller]
    pub fn answering(line: &'static str) -> Self {
        Self::with(Encryption::Never, line)
    }

    /// Takes every message, encrypted, as `localhost`, with a certificate of an authority of its own.
    #[track_caller]
    pub fn encrypted(encryption: Encryption) -> Self {
        Self::with(encryption, "250 taken")
    }

    #[track_caller]
    fn with(encryption: Encryption, answer: &'static str) -> Self {
        let messages = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&messages);
        let certified = (encryption != Encryption::Never).then(certified);
        let (config, authority) = certified.unzip();
        let config = config.map(Arc::new);
        let listening = Listening::start(move |stream| {
            // A client that goes in the middle is not waited for.
            let _ = serve(stream, encryption, config.as_ref(), answer, &kept);
        });
        Self { listening, messages, authority }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.listening.address.port()
    }

    /// The certificate of its authority, in PEM form; empty without encryption.
    pub fn authority(&self) -> &str {
        self.authority.as_deref().unwrap_or_default()
    }

    /// What came in so far.
    pub fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A certificate for `localhost`, and the authority that signed it.
#[track_caller]
fn certified() -> (ServerConfig, String) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let own = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(params, own).expect("an authority");
    let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, &*authority).expect("a certificate");
    let secret = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .expect("a certificate and its key");
    (config, authority.pem())
}

fn serve(
    stream: TcpStream,
    encryption: Encryption,
    config: Option<&Arc<ServerConfig>>,
    answer: &str,
    kept: &Mutex<Vec<Message>>,
) -> io::Result<()> {
    let encrypted = |stream: TcpStream| {
        let config = config.ok_or(io::ErrorKind::Unsupported)?;
        let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        Ok::<_, io::Error>(BufReader::new(StreamOwned::new(connection, stream)))
    };
    if encryption == Encryption::Always {
        let mut line = encrypted(stream)?;
        line.get_mut().write_all(b"220 here\r\n")?;
        return converse(&mut line, false, answer, kept).map(drop);
    }
    let mut line = BufReader::new(stream);
    line.get_mut().write_all(b"220 here\r\n")?;
    if converse(&mut line, encryption == Encryption::StartTls, answer, kept)? {
        let mut line = encrypted(line.into_inner())?;
        converse(&mut line, false, answer, kept)?;
    }
    Ok(())
}

/// As much of RFC 5321 and RFC 4954 as a client needs; true when it goes on with TLS, which is asked for before
/// anything else when `only_tls`.
fn converse(
    line: &mut BufReader<impl Read + Write>,
    only_tls: bool,
    answer: &str,
    kept: &Mutex<Vec<Message>>,
) -> io::Result<bool> {
    let mut message = Message::default();
    let mut said = String::new();
    while line.read_line(&mut said)? > 0 {
        let words = std::mem::take(&mut said);
        let words = words.trim_end();
        let verb = words.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let within = || {
            let start = words.find('<').map_or(0, |at| at + 1);
            words[start..].split('>').next().unwrap_or_default().to_owned()
        };
        let reply = match verb.as_str() {
            "EHLO" if only_tls => "250-here\r\n250-8BITMIME\r\n250 STARTTLS\r\n".to_owned(),
            "EHLO" => "250-here\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n".to_owned(),
            "STARTTLS" if only_tls => {
                line.get_mut().write_all(b"220 go on\r\n")?;
                return Ok(true);
            }
            "AUTH" | "MAIL" | "RCPT" | "DATA" if only_tls => "530 not in the clear\r\n".to_owned(),
            "AUTH" => {
                message.login = Some(words.to_owned());
                "235 welcome\r\n".to_owned()
            }
            "MAIL" => {
                message.from = within();
                "250 ok\r\n".to_owned()
            }
            "RCPT" => {
                message.to.push(within());
                "250 ok\r\n".to_owned()
            }
            "DATA" => {
                line.get_mut().write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                loop {
                    let mut part = String::new();
                    if line.read_line(&mut part)? == 0 || part == ".\r\n" {
                        break;
                    }
                    text.push_str(part.strip_prefix('.').unwrap_or(&part));
                }
                message.text = readable(&text);
                let taken = std::mem::take(&mut message);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
                format!("{answer}\r\n")
            }
            "QUIT" => {
                line.get_mut().write_all(b"221 bye\r\n")?;
                return Ok(false);
            }
            _ => "250 ok\r\n".to_owned(),
        };
        line.get_mut().write_all(reply.as_bytes())?;
    }
    Ok(false)
}

/// Headers as they are, and the body out of quoted-printable.
fn readable(text: &str) -> String {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    if !head.to_ascii_lowercase().contains("quoted-printable") {
        return text.to_owned();
    }
    let body = decoded(&body.replace("=\r\n", ""), b'=');
    format!("{head}\r\n\r\n{body}")
}
