//! Writes records to the file of one run; those that a deed waits for are on disk when the call comes
//! back.
//!
//! Behind the records lie blank lines that are on disk already: records are written over them, so that
//! neither a full disk nor the growth of the file stands between a deed and its record. Some of that
//! space is never used but for the last record, which therefore always fits.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use super::fact::Fact;
use super::line::{Record, Sum};
use crate::fleet::ServiceName;

/// What the file grows by.
static CHUNK: [u8; 64 * 1024] = [BLANK; 64 * 1024];
/// How much is kept for the end, in bytes; the last record is far shorter.
const RESERVE: u64 = 8 * 1024;
/// What lies behind the records.
pub(super) const BLANK: u8 = b'\n';

/// The pen of one journal.
#[derive(Debug)]
pub(super) struct Pen {
    file: File,
    /// Where the records end.
    end: u64,
    /// Where the blanks end.
    room: u64,
    count: u64,
    /// How many of them are on disk for sure.
    safe: u64,
    sum: Sum,
}

/// Whether records must be on disk before the call comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sync {
    /// They must: a deed waits for them.
    Now,
    /// They are handed to the system, which keeps them when this process is killed; the next ones that
    /// must be on disk take them along.
    Later,
}

impl Pen {
    /// A pen behind `count` records that end at `end` with `sum`; whatever follows them is cut off.
    ///
    /// Fails when there is no room for the first records and the last.
    pub(super) fn new(file: File, end: u64, count: u64, sum: Sum) -> io::Result<Self> {
        file.set_len(end)?;
        let mut pen = Self { file, end, room: end, count, safe: count, sum };
        pen.make_room(CHUNK.len() as u64 / 2)?;
        Ok(pen)
    }

    /// Writes records, all of them or none.
    pub(super) fn write(
        &mut self,
        facts: &[(Option<ServiceName>, Fact)],
        sync: Sync,
    ) -> io::Result<()> {
        let (text, count, sum) = self.render(facts)?;
        self.make_room(text.len() as u64 + RESERVE)?;
        self.put(&text, sync)?;
        self.settle(count, sum, sync);
        Ok(())
    }

    fn settle(&mut self, count: u64, sum: Sum, sync: Sync) {
        (self.count, self.sum) = (count, sum);
        if sync == Sync::Now {
            self.safe = count;
        }
    }

    /// Writes the last record into the space that was kept for it, and takes the blanks away.
    pub(super) fn end(&mut self, fact: Fact) -> io::Result<()> {
        let (text, count, sum) = self.render(&[(None, fact)])?;
        if self.end + text.len() as u64 > self.room {
            self.make_room(text.len() as u64)?;
        }
        self.put(&text, Sync::Now)?;
        self.settle(count, sum, Sync::Now);
        self.file.set_len(self.end)?;
        self.room = self.end;
        self.file.sync_all()
    }

    fn render(&self, facts: &[(Option<ServiceName>, Fact)]) -> io::Result<(String, u64, Sum)> {
        let (mut text, mut count, mut sum) = (String::new(), self.count, self.sum.clone());
        for (service, fact) in facts {
            count += 1;
            let record = Record::new(count, self.safe, service.as_ref(), fact.clone());
            let (line, next) = record.write(&sum)?;
            text.push_str(&line);
            sum = next;
        }
        Ok((text, count, sum))
    }

    /// Adds blanks until `wanted` bytes are free, and waits until they are on disk.
    fn make_room(&mut self, wanted: u64) -> io::Result<()> {
        let before = self.room;
        while self.room - self.end < wanted {
            self.file.seek(SeekFrom::Start(self.room))?;
            self.file.write_all(&CHUNK)?;
            self.room += CHUNK.len() as u64;
        }
        if self.room > before { self.file.sync_all() } else { Ok(()) }
    }

    fn put(&mut self, text: &str, sync: Sync) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(text.as_bytes())?;
        if sync == Sync::Now {
            // The file has its length already, so the bytes are all there is to bring to disk.
            self.file.sync_data()?;
        }
        self.end += text.len() as u64;
        Ok(())
    }
}
