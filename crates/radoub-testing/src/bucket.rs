//! A bucket that speaks as much of S3 as a client needs, in memory, on the loopback interface, and that can be
//! told to die in the middle of an upload.
//!
//! Signatures are looked for and not verified: what is tested is the client.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crate::escape::decoded;

/// A bucket named `bucket`; it goes with the value.
#[derive(Debug)]
pub struct Bucket {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    over: AtomicBool,
    /// Parts that are still taken before the bucket dies; `usize::MAX` for all.
    parts_left: AtomicUsize,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Vec<u8>>,
    uploads: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    uploads_made: usize,
    aborted: usize,
}

struct Asked {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    is_signed: bool,
    body: Vec<u8>,
}

impl Bucket {
    /// Opens a bucket.
    #[track_caller]
    pub fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared::default());
        shared.parts_left.store(usize::MAX, Ordering::Relaxed);
        let server = thread::spawn({
            let shared = Arc::clone(&shared);
            move || {
                for stream in listener.incoming().filter_map(Result::ok) {
                    if shared.over.load(Ordering::Relaxed) {
                        return;
                    }
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || shared.converse(stream));
                }
            }
        });
        Self { address, shared, server: Some(server) }
    }

    /// Its address, `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From the part with this number on, counted from 0 over all uploads, every connection is cut without an answer.
    pub fn die_at_part(&self, number: usize) {
        self.shared.parts_left.store(number, Ordering::Relaxed);
    }

    /// Takes everything again.
    pub fn recover(&self) {
        self.shared.parts_left.store(usize::MAX, Ordering::Relaxed);
    }

    /// Names and sizes of what is in it.
    pub fn objects(&self) -> BTreeMap<String, usize> {
        let state = self.shared.state();
        state.objects.iter().map(|(name, bytes)| (name.clone(), bytes.len())).collect()
    }

    /// Uploads in parts that were begun, and those that were given up.
    pub fn uploads(&self) -> (usize, usize) {
        let state = self.shared.state();
        (state.uploads_made, state.aborted)
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // The server waits for a call; this is the last one.
        let _ = TcpStream::connect(self.address);
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn converse(&self, stream: TcpStream) {
        let Ok(copy) = stream.try_clone() else { return };
        let (mut reader, mut writer) = (BufReader::new(copy), stream);
        while let Some(asked) = read(&mut reader, &mut writer) {
            let Some((status, body)) = self.answer(&asked) else {
                let _ = writer.shutdown(Shutdown::Both);
                return;
            };
            let head_only = asked.method == "HEAD";
            let mut head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nETag: \"e{}\"\r\nLast-Modified: Wed, 25 Nov 2026 21:00:00 GMT\r\n\r\n",
                body.len(),
                body.len()
            )
            .into_bytes();
            if !head_only {
                head.extend_from_slice(&body);
            }
            if writer.write_all(&head).is_err() {
                return;
            }
        }
    }

    /// Status line and body; `None` from somebody dead.
    fn answer(&self, asked: &Asked) -> Option<(&'static str, Vec<u8>)> {
        if !asked.is_signed {
            return Some(("403 Forbidden", b"<Error><Code>AccessDenied</Code></Error>".to_vec()));
        }
        let has = |key: &str| asked.query.contains_key(key);
        let value = |key: &str| asked.query.get(key).cloned().unwrap_or_default();
        if self.parts_left.load(Ordering::Relaxed) == 0 {
            return None;
        }
        if asked.method == "PUT" && has("partNumber") {
            let left = self.parts_left.load(Ordering::Relaxed);
            if left != usize::MAX {
                self.parts_left.store(left - 1, Ordering::Relaxed);
            }
        }
        let mut state = self.state();
        let name = asked.path.strip_prefix("/bucket/").unwrap_or_default().to_owned();
        let missing = || Some(("404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>".to_vec()));
        match asked.method.as_str() {
            "POST" if has("uploads") => {
                state.uploads_made += 1;
                let id = format!("u{}", state.uploads_made);
                state.uploads.insert(id.clone(), BTreeMap::new());
                Some(("200 OK", format!(
                    "<InitiateMultipartUploadResult><Bucket>bucket</Bucket><Key>{name}</Key><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
                ).into_bytes()))
            }
            "PUT" if has("partNumber") => {
                let number = value("partNumber").parse().unwrap_or(0);
                match state.uploads.get_mut(&value("uploadId")) {
                    Some(parts) => drop(parts.insert(number, asked.body.clone())),
                    None => return missing(),
                }
                Some(("200 OK", Vec::new()))
            }
            "POST" if has("uploadId") => {
                let Some(parts) = state.uploads.remove(&value("uploadId")) else {
                    return missing();
                };
                state.objects.insert(name.clone(), parts.into_values().flatten().collect());
                Some(("200 OK", format!(
                    "<CompleteMultipartUploadResult><Bucket>bucket</Bucket><Key>{name}</Key><ETag>e</ETag></CompleteMultipartUploadResult>"
                ).into_bytes()))
            }
            "DELETE" if has("uploadId") => {
                if state.uploads.remove(&value("uploadId")).is_none() {
                    return missing();
                }
                state.aborted += 1;
                Some(("204 No Content", Vec::new()))
            }
            "POST" if has("delete") => {
                let text = String::from_utf8_lossy(&asked.body).into_owned();
                let mut result = String::from("<DeleteResult>");
                for key in text.split("<Key>").skip(1).filter_map(|it| it.split("</Key>").next()) {
                    state.objects.remove(key);
                    let _ = write!(result, "<Deleted><Key>{key}</Key></Deleted>");
                }
                Some(("200 OK", (result + "</DeleteResult>").into_bytes()))
            }
            "PUT" => {
                state.objects.insert(name, asked.body.clone());
                Some(("200 OK", Vec::new()))
            }
            "DELETE" => {
                state.objects.remove(&name);
                Some(("204 No Content", Vec::new()))
            }
            "GET" if has("list-type") => {
                let prefix = value("prefix");
                let mut list = String::from(
                    "<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>",
                );
                for (key, bytes) in state.objects.iter().filter(|(key, _)| key.starts_with(&prefix))
                {
                    let _ = write!(
                        list,
                        "<Contents><Key>{key}</Key><LastModified>2026-11-25T21:00:00.000Z</LastModified><ETag>e</ETag><Size>{}</Size></Contents>",
                        bytes.len()
                    );
                }
                Some(("200 OK", (list + "</ListBucketResult>").into_bytes()))
            }
            "GET" | "HEAD" => match state.objects.get(&name) {
                Some(bytes) => Some(("200 OK", bytes.clone())),
                None => missing(),
            },
            _ => Some(("405 Method Not Allowed", Vec::new())),
        }
    }
}

/// Reads one request; `None` at the end of the conversation.
fn read(reader: &mut impl BufRead, writer: &mut impl Write) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (mut length, mut is_signed) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => is_signed = value.trim().starts_with("AWS4-HMAC-SHA256"),
            "expect" => writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = query
        .split('&')
        .filter(|it| !it.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(key, b'%'), decoded(value, b'%'))
        })
        .collect();
    Some(Asked { method, path: decoded(path, b'%'), query, is_signed, body })
}
