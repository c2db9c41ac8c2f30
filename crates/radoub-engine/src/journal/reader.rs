//! Reads the file of one run: record by record along the chain, up to where a crash cut it off.

use super::line::{Record, Sum, claimed_safe};

/// What a file holds.
#[derive(Debug)]
pub(super) struct Read {
    /// The sound records.
    pub(super) records: Vec<Record>,
    /// Where they end.
    pub(super) end: u64,
    /// The sum of the last one.
    pub(super) sum: Sum,
    /// Whether something behind them was torn by a crash, and is left out.
    pub(super) is_torn: bool,
}

/// A record was changed, left out or moved: the line of this number, from 1, does not follow the one
/// before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: usize,
}

/// Reads all of it.
///
/// Blanks behind the records are expected. A last record, or several that were written together, may
/// be torn: a crash came while they were written, and nobody had relied on them. A record that is
/// not sound and that later ones knew to be safe is another matter.
pub(super) fn read(bytes: &[u8]) -> Result<Read, Broken> {
    let mut read = Read { records: Vec::new(), end: 0, sum: Sum::first(), is_torn: false };
    let mut lines = bytes.split(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        if is_blank(line) {
            break;
        }
        let is_ended = read.end + (line.len() as u64) < bytes.len() as u64;
        let text = std::str::from_utf8(line).ok().filter(|_| is_ended);
        let sound = text.and_then(|text| Record::read(text, &read.sum));
        let number = read.records.len() + 1;
        if let Some((record, sum)) = sound.filter(|(record, _)| record.n == number as u64) {
            read.records.push(record);
            read.sum = sum;
            read.end += line.len() as u64 + 1;
        } else {
            let safe = |line: &[u8]| std::str::from_utf8(line).ok().and_then(claimed_safe);
            let later = lines.filter_map(safe).max().unwrap_or(0);
            if later >= number as u64 {
                return Err(Broken { line: number });
            }
            read.is_torn = true;
            return Ok(read);
        }
    }
    // Records do not begin again behind a blank.
    if lines.any(|line| !is_blank(line)) {
        return Err(Broken { line: read.records.len() + 1 });
    }
    Ok(read)
}

/// Blanks are line ends; where a crash came before they were on disk, zeros stand in their place.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::super::fact::Fact;
    use super::*;

    fn lines(batches: &[usize]) -> Vec<String> {
        let (mut lines, mut sum) = (Vec::new(), Sum::first());
        for count in batches {
            let safe = lines.len() as u64;
            for _ in 0..*count {
                let n = lines.len() as u64 + 1;
                let record = Record::new(n, safe, None, Fact::ServiceStarted);
                let (line, next) = record.write(&sum).unwrap();
                lines.push(line);
                sum = next;
            }
        }
        lines
    }

    /// How many records are read, and whether the rest is torn or the file broken.
    #[track_caller]
    fn reads(text: &str, expected: Result<(usize, bool), usize>) {
        let found = read(text.as_bytes());
        let found = found.map(|it| (it.records.len(), it.is_torn)).map_err(|it| it.line);
        assert_eq!(found, expected);
    }

    #[test]
    fn a_whole_file_is_read_with_or_without_blanks() {
        let text = lines(&[1, 2]).concat();
        reads(&text, Ok((3, false)));
        reads(&format!("{text}\n\n\n"), Ok((3, false)));
        reads(&format!("{text}\n\0\0\0"), Ok((3, false)));
        reads("", Ok((0, false)));
        reads("\n\n", Ok((0, false)));
    }

    #[test]
    fn a_torn_tail_is_cut_wherever_it_is_torn() {
        let lines = lines(&[1, 1, 1]);
        let (sound, last) = (lines[..2].concat(), &lines[2]);
        for at in 1..last.len() {
            reads(&format!("{sound}{}", &last[..at]), Ok((2, true)));
            reads(&format!("{sound}{}\n\n", &last[..at - 1]), Ok((2, at > 1)));
        }
    }

    #[test]
    fn a_batch_that_was_torn_in_its_first_record_is_cut_whole() {
        let lines = lines(&[2, 3]);
        let torn = lines[2].replace("service", "servixe");
        reads(&format!("{}{torn}{}{}\n\n", lines[..2].concat(), lines[3], lines[4]), Ok((2, true)));
    }

    #[test]
    fn a_record_that_was_safe_and_is_not_sound_breaks_the_journal() {
        let lines = lines(&[1, 1, 1, 1]);
        let changed = lines[1].replace("service", "servixe");
        reads(&format!("{}{changed}{}{}", lines[0], lines[2], lines[3]), Err(2));
        reads(&format!("{}{}{}", lines[0], lines[2], lines[3]), Err(2));
        reads(&format!("{}{}{}{}", lines[0], lines[2], lines[1], lines[3]), Err(2));
        reads(&format!("{}\n\n{}", lines[0], lines[1]), Err(2));
    }
}
