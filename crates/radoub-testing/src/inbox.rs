//! Those who are told of runs: an address that takes posts and a mail server, on the loopback interface, which
//! keep what they get and can be told to refuse it.
//!
//! Slow ones and dead ones are in [`crate::network`].

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

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

/// A mail server without encryption, which lets anybody log in.
#[derive(Debug)]
pub struct MailServer {
    listening: Listening,
    messages: Arc<Mutex<Vec<Message>>>,
}

impl MailServer {
    /// Takes every message.
    #[track_caller]
    pub fn start() -> Self {
        Self::answering("250 taken")
    }

    /// Answers every message with this line.
    #[track_caller]
    pub fn answering(line: &'static str) -> Self {
        let messages = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&messages);
        let listening = Listening::start(move |stream| {
            // A client that goes in the middle is not waited for.
            let _ = converse(stream, line, &kept);
        });
        Self { listening, messages }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.listening.address.port()
    }

    /// What came in so far.
    pub fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// As much of RFC 5321 and RFC 4954 as a client needs.
fn converse(stream: TcpStream, answer: &str, kept: &Mutex<Vec<Message>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    writer.write_all(b"220 here\r\n")?;
    let mut message = Message::default();
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        let said = std::mem::take(&mut line);
        let said = said.trim_end();
        let verb = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let within = |text: &str| {
            let start = text.find('<').map_or(0, |at| at + 1);
            text[start..].split('>').next().unwrap_or_default().to_owned()
        };
        let reply = match verb.as_str() {
            "EHLO" => "250-here\r\n250-8BITMIME\r\n250 AUTH PLAIN\r\n",
            "AUTH" => {
                message.login = Some(said.to_owned());
                "235 welcome\r\n"
            }
            "MAIL" => {
                message.from = within(said);
                "250 ok\r\n"
            }
            "RCPT" => {
                message.to.push(within(said));
                "250 ok\r\n"
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line)? == 0 || line == ".\r\n" {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                message.text = decoded(&text);
                let taken = std::mem::take(&mut message);
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(taken);
                writer.write_all(answer.as_bytes())?;
                "\r\n"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 ok\r\n",
        };
        writer.write_all(reply.as_bytes())?;
    }
    Ok(())
}

/// Headers as they are, and the body out of quoted-printable.
fn decoded(text: &str) -> String {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    if !head.to_ascii_lowercase().contains("quoted-printable") {
        return text.to_owned();
    }
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.bytes();
    while let Some(byte) = rest.next() {
        let pair = (byte == b'=').then(|| [rest.next(), rest.next()]);
        match pair {
            Some([Some(high), Some(low)]) => {
                let digits = [high, low];
                let digits = std::str::from_utf8(&digits).unwrap_or("3F");
                bytes.push(u8::from_str_radix(digits, 16).unwrap_or(b'?'));
            }
            _ => bytes.push(byte),
        }
    }
    format!("{head}\r\n\r\n{}", String::from_utf8_lossy(&bytes))
}
