//! The way of a dump's bytes to disk and back: compressed, encrypted, hashed, counted, a buffer at a time.
//!
//! Everything here is blocking and runs beside the async work. A [`Flow`] tells others how far it has come,
//! and lets a reader follow a writer through the same file.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::catalogue::private_file;
use super::key::{Key, Lock, OpenError};

/// How much is held at once.
const BUFFER: usize = 256 * 1024;

/// How far the bytes have come. Shared by the writer, its followers and whoever shows progress.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    /// Bytes that `pg_dump` has written.
    pub(crate) plain: AtomicU64,
    /// Bytes that are in the file.
    pub(crate) stored: AtomicU64,
    /// Bytes that were read back and decoded.
    pub(crate) returned: AtomicU64,
    end: Mutex<End>,
    news: Condvar,
}

/// What is known of the end of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum End {
    /// More may come.
    #[default]
    Open,
    /// It is whole.
    Whole,
    /// Its writer has given up.
    Broken,
}

impl Flow {
    fn wrote(&self, bytes: u64) {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        self.stored.fetch_add(bytes, Ordering::Release);
        drop(end);
        self.news.notify_all();
    }

    fn ends(&self, how: End) {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        if *end == End::Open {
            *end = how;
        }
        drop(end);
        self.news.notify_all();
    }

    /// Says that no more will come, and that what is there is not whole; nothing after the end.
    pub(crate) fn give_up(&self) {
        self.ends(End::Broken);
    }

    /// Waits until there is something behind `position`; false at the end of a whole file.
    fn wait(&self, position: u64) -> io::Result<bool> {
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if self.stored.load(Ordering::Acquire) > position {
                return Ok(true);
            }
            match *end {
                End::Whole => return Ok(false),
                End::Broken => return Err(io::Error::from(io::ErrorKind::UnexpectedEof)),
                End::Open => {}
            }
            end = self.news.wait(end).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    /// Bytes in the file.
    pub(crate) bytes: u64,
    /// Bytes that came in.
    pub(crate) plain: u64,
    /// SHA-256 of the file, in hexadecimal digits.
    pub(crate) sha256: String,
}

/// Counts, hashes and writes.
struct Sink<'a> {
    file: File,
    hash: Sha256,
    bytes: u64,
    flow: &'a Flow,
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.bytes += count as u64;
        self.flow.wrote(count as u64);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Encrypts, or does not.
enum Closing<'a> {
    Open(Sink<'a>),
    Locked(age::stream::StreamWriter<Sink<'a>>),
}

impl Write for Closing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(sink) => sink.write(bytes),
            Self::Locked(writer) => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(sink) => sink.flush(),
            Self::Locked(writer) => writer.flush(),
        }
    }
}

/// Writes all of `input` into a new file at `path`, compressed and, with a lock, encrypted; on disk for
/// certain when it comes back. The flow stays open: whether the data is whole, its source knows.
pub(crate) fn store(
    mut input: impl Read,
    path: &Path,
    level: i32,
    lock: Option<&Lock>,
    flow: &Flow,
) -> io::Result<Written> {
    let sink = Sink { file: private_file(path)?, hash: Sha256::new(), bytes: 0, flow };
    let closing = match lock {
        Some(lock) => Closing::Locked(lock.close(sink)?),
        None => Closing::Open(sink),
    };
    let mut encoder = zstd::Encoder::new(closing, level)?;
    encoder.include_checksum(true)?;
    let mut plain = 0;
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        encoder.write_all(&buffer[..count])?;
        plain += count as u64;
        flow.plain.store(plain, Ordering::Relaxed);
    }
    let sink = match encoder.finish()? {
        Closing::Open(sink) => sink,
        Closing::Locked(writer) => writer.finish()?,
    };
    sink.file.sync_all()?;
    Ok(Written { bytes: sink.bytes, plain, sha256: hexadecimal(sink.hash) })
}

/// Says that everything was written, and that the data is whole.
pub(crate) fn complete(flow: &Flow) {
    flow.ends(End::Whole);
}

/// Reads a file that may still be written, and hashes what it reads.
struct Source<'a> {
    file: File,
    hash: Sha256,
    bytes: u64,
    following: Option<&'a Flow>,
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(flow) = self.following
            && !flow.wait(self.bytes)?
        {
            return Ok(0);
        }
        let count = self.file.read(buffer)?;
        self.hash.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// What was read back.
#[derive(Debug)]
pub(crate) struct ReadBack {
    /// SHA-256 of the file.
    pub(crate) sha256: String,
    /// Why not all of it could be decoded, or handed on.
    pub(crate) trouble: Option<Trouble>,
}

/// Why data could not be decoded or handed on.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The key does not fit.
    WrongKey,
    /// It does not decode.
    Damaged(String),
    /// Whoever it was handed to wants no more of it.
    Unwanted,
    /// It cannot be read.
    Read(io::Error),
}

/// Reads the file at `path` to its end, decodes it and hands the dump on to `output`; with a flow it follows
/// the writer. The checksum is of the whole file, whatever became of its content.
pub(crate) fn load(
    path: &Path,
    key: Option<&Key>,
    output: Option<impl Write>,
    following: Option<&Flow>,
    flow: &Flow,
) -> io::Result<ReadBack> {
    let file = File::open(path)?;
    let source = Source { file, hash: Sha256::new(), bytes: 0, following };
    let mut source = BufReader::with_capacity(BUFFER, source);
    let trouble = match output {
        Some(output) => decode(&mut source, key, output, flow).err(),
        None => None,
    };
    // What is left behind the end of the dump, or behind the place where it broke, counts too.
    loop {
        let count = source.fill_buf()?.len();
        if count == 0 {
            break;
        }
        source.consume(count);
    }
    let source = source.into_inner();
    Ok(ReadBack { sha256: hexadecimal(source.hash), trouble })
}

fn decode(
    source: &mut BufReader<Source<'_>>,
    key: Option<&Key>,
    output: impl Write,
    flow: &Flow,
) -> Result<(), Trouble> {
    match key {
        Some(key) => {
            let opened = key.open(source).map_err(|error| match error {
                OpenError::WrongKey => Trouble::WrongKey,
                OpenError::Damaged(why) => Trouble::Damaged(why),
                OpenError::Read(error) => Trouble::Read(error),
            })?;
            unpack(BufReader::with_capacity(BUFFER, opened), output, flow)
        }
        None => unpack(source, output, flow),
    }
}

fn unpack(input: impl BufRead, mut output: impl Write, flow: &Flow) -> Result<(), Trouble> {
    let damaged = |error: io::Error| Trouble::Damaged(error.to_string());
    let mut decoder = zstd::Decoder::with_buffer(input).map_err(damaged)?;
    let mut buffer = vec![0; BUFFER];
    let mut plain = 0;
    loop {
        let count = decoder.read(&mut buffer).map_err(damaged)?;
        if count == 0 {
            return output.flush().map_err(|_| Trouble::Unwanted);
        }
        plain += count as u64;
        output.write_all(&buffer[..count]).map_err(|_| Trouble::Unwanted)?;
        flow.returned.store(plain, Ordering::Relaxed);
    }
}

/// Ends a flow as broken when its writer is dropped half way.
pub(crate) struct Guard(pub(crate) Arc<Flow>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(size: usize) -> Vec<u8> {
        (0..size).map(|n| b"row of a table\n"[n % 15]).collect()
    }

    #[test]
    fn what_is_stored_comes_back_and_is_smaller() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let content = text(3_000_000);
        let flow = Flow::default();
        let written = store(content.as_slice(), &path, 3, None, &flow).unwrap();
        assert_eq!(written.plain, 3_000_000);
        assert!(written.bytes < 30_000, "{}", written.bytes);
        let mut back = Vec::new();
        let read = load(&path, None, Some(&mut back), None, &flow).unwrap();
        assert_eq!(read.sha256, written.sha256);
        assert!(read.trouble.is_none() && back == content);
    }

    #[test]
    fn a_follower_reads_what_is_still_being_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        // Numbers that do not repeat, so that many buffers reach the disk.
        let content: Vec<u8> =
            (0..700_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let flow = Flow::default();
        std::fs::write(&path, b"").unwrap();
        let (back, read, written) = std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut back = Vec::new();
                let read = load(&path, None, Some(&mut back), Some(&flow), &flow).unwrap();
                (back, read)
            });
            let written = store(content.as_slice(), &path, 1, None, &flow).unwrap();
            complete(&flow);
            let (back, read) = reader.join().unwrap();
            (back, read, written)
        });
        assert!(read.trouble.is_none(), "{read:?}");
        assert_eq!(read.sha256, written.sha256);
        assert!(back == content);
    }

    #[test]
    fn a_follower_of_a_writer_that_gives_up_ends_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        std::fs::write(&path, b"half").unwrap();
        let flow = Flow::default();
        flow.wrote(4);
        flow.give_up();
        assert!(load(&path, None, Some(io::sink()), Some(&flow), &flow).is_err());
    }

    #[test]
    fn one_flipped_bit_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let flow = Flow::default();
        let written = store(text(100_000).as_slice(), &path, 3, None, &flow).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let read = load(&path, None, Some(io::sink()), None, &flow).unwrap();
        assert_ne!(read.sha256, written.sha256);
    }
}
