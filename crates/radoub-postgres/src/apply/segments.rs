//! Cuts a script that cannot run as one transaction into the pieces that can.
//!
//! The boundaries are those that the whole file has when it is sent at once (Prisma facts 5.2): what
//! stands before a `BEGIN` of the file joins its transaction, a `COMMIT` ends whatever is open, and
//! what stands between two statements that refuse transactions is one transaction of ours.

use std::ops::Range;

use radoub_schema::script::{Alone, Runs, Script};

/// A piece of a script that is done whole or not at all, as far as the server allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Its statements, by index.
    pub(crate) statements: Range<usize>,
    /// How it runs.
    pub(crate) kind: Kind,
}

/// How a segment runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// In one transaction.
    Transaction {
        /// What opens it.
        opens: Opens,
        /// What ends it.
        ends: Ends,
    },
    /// One statement, outside of transactions.
    Alone(Alone),
    /// A `COMMIT` or `ROLLBACK` with nothing to end: the server only warns, so it is not sent.
    Nothing,
}

/// What opens a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opens {
    /// A `BEGIN` of ours.
    Ours,
    /// The first statement of the segment is a `BEGIN` of the file.
    File,
    /// The segment before ended with `AND CHAIN`, which left a new transaction open.
    Chained,
}

/// What ends a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// A `COMMIT` of ours.
    Ours,
    /// The last statement is a `COMMIT` of the file.
    Commit,
    /// The last statement is `COMMIT AND CHAIN`.
    CommitAndChain,
    /// The last statement is `PREPARE TRANSACTION`: what happens in it is not ours to see.
    Prepare,
    /// The last statement is a `ROLLBACK` of the file: nothing of the segment remains.
    Rollback,
    /// The last statement is `ROLLBACK AND CHAIN`.
    RollbackAndChain,
}

/// A `BEGIN` of the file, by index, that nothing commits: all that follows it would be lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NeverCommitted(pub(crate) usize);

/// Cuts the script.
pub(crate) fn segments(text: &str, script: &Script) -> Result<Vec<Segment>, NeverCommitted> {
    let mut segments: Vec<Segment> = Vec::new();
    // Where the open transaction starts, what opened it, and the file's own BEGIN if it has one.
    let mut open: Option<(usize, Opens, Option<usize>)> = None;
    for (index, statement) in script.statements.iter().enumerate() {
        let text = &text[statement.range.clone()];
        match &statement.runs {
            Runs::Begins => match &mut open {
                None => open = Some((index, Opens::File, Some(index))),
                Some((_, _, begun)) => {
                    begun.get_or_insert(index);
                }
            },
            Runs::Commits | Runs::RollsBack => {
                let ends = ends(&statement.runs, text);
                let Some((start, opens, _)) = open.take() else {
                    segments.push(Segment { statements: index..index + 1, kind: Kind::Nothing });
                    continue;
                };
                let kind = Kind::Transaction { opens, ends };
                segments.push(Segment { statements: start..index + 1, kind });
                if matches!(ends, Ends::CommitAndChain | Ends::RollbackAndChain) {
                    open = Some((index + 1, Opens::Chained, Some(index)));
                }
            }
            Runs::Alone(alone) if open.is_none_or(|(_, _, begun)| begun.is_none()) => {
                segments.extend(ours(open.take(), index));
                let kind = Kind::Alone(alone.clone());
                segments.push(Segment { statements: index..index + 1, kind });
            }
            // Inside a transaction of the file the server says itself that this cannot be (25001).
            Runs::Anywhere | Runs::Alone(_) => {
                open.get_or_insert((index, Opens::Ours, None));
            }
        }
    }
    let end = script.statements.len();
    match open {
        // A last BEGIN with nothing behind it loses nothing.
        Some((start, Opens::File | Opens::Chained, Some(_))) if start + 1 >= end => {
            if start < end {
                segments.push(Segment { statements: start..end, kind: Kind::Nothing });
            }
        }
        Some((_, _, Some(begun))) => return Err(NeverCommitted(begun)),
        open => segments.extend(ours(open, end)),
    }
    Ok(segments)
}

fn ours(open: Option<(usize, Opens, Option<usize>)>, end: usize) -> Option<Segment> {
    let (start, opens, _) = open?;
    let kind = Kind::Transaction { opens, ends: Ends::Ours };
    Some(Segment { statements: start..end, kind })
}

fn ends(runs: &Runs, text: &str) -> Ends {
    let words: Vec<String> = text.split_ascii_whitespace().map(str::to_ascii_uppercase).collect();
    let chains = words.last().is_some_and(|it| it == "CHAIN") && !words.contains(&"NO".to_owned());
    let prepares = words.first().is_some_and(|it| it == "PREPARE");
    match (runs, chains) {
        (Runs::Commits, _) if prepares => Ends::Prepare,
        (Runs::Commits, true) => Ends::CommitAndChain,
        (Runs::Commits, false) => Ends::Commit,
        (_, true) => Ends::RollbackAndChain,
        (_, false) => Ends::Rollback,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each segment as its statements and a letter for its kind.
    #[track_caller]
    fn cut(text: &str) -> Vec<String> {
        let script = Script::parse(text);
        let show = |segment: &Segment| {
            let kind = match &segment.kind {
                Kind::Nothing => "nothing".to_owned(),
                Kind::Alone(_) => "alone".to_owned(),
                Kind::Transaction { opens, ends } => format!("{opens:?}..{ends:?}"),
            };
            format!("{}-{} {kind}", segment.statements.start, segment.statements.end)
        };
        match segments(text, &script) {
            Ok(segments) => segments.iter().map(show).collect(),
            Err(NeverCommitted(index)) => vec![format!("never committed {index}")],
        }
    }

    #[test]
    fn what_stands_between_concurrent_statements_is_one_transaction() {
        assert_eq!(
            cut("A; B; CREATE INDEX CONCURRENTLY i ON t (x); C; VACUUM; D"),
            ["0-2 Ours..Ours", "2-3 alone", "3-4 Ours..Ours", "4-5 alone", "5-6 Ours..Ours"]
        );
    }

    #[test]
    fn a_transaction_of_the_file_is_one_segment() {
        assert_eq!(cut("BEGIN; A; B; COMMIT;"), ["0-4 File..Commit"]);
    }

    #[test]
    fn what_stands_before_a_begin_joins_it() {
        assert_eq!(cut("A; BEGIN; B; COMMIT; C"), ["0-4 Ours..Commit", "4-5 Ours..Ours"]);
    }

    #[test]
    fn a_rollback_ends_a_segment_that_leaves_nothing() {
        assert_eq!(cut("A; ROLLBACK; B"), ["0-2 Ours..Rollback", "2-3 Ours..Ours"]);
    }

    #[test]
    fn an_end_without_a_beginning_is_nothing() {
        assert_eq!(cut("COMMIT; A"), ["0-1 nothing", "1-2 Ours..Ours"]);
    }

    #[test]
    fn a_begin_without_commit_is_refused_when_it_would_lose_something() {
        assert_eq!(cut("BEGIN; A"), ["never committed 0"]);
        assert_eq!(cut("A; BEGIN"), ["never committed 1"]);
        assert_eq!(
            cut("A; COMMIT; VACUUM; BEGIN"),
            ["0-2 Ours..Commit", "2-3 alone", "3-4 nothing"]
        );
    }

    #[test]
    fn a_chain_leaves_the_next_transaction_open() {
        assert_eq!(
            cut("BEGIN; A; COMMIT AND CHAIN; B; COMMIT"),
            ["0-3 File..CommitAndChain", "3-5 Chained..Commit"]
        );
        assert_eq!(cut("BEGIN; A; COMMIT AND NO CHAIN"), ["0-3 File..Commit"]);
    }

    #[test]
    fn a_statement_that_refuses_transactions_stays_where_the_file_put_it() {
        assert_eq!(cut("BEGIN; VACUUM; COMMIT"), ["0-3 File..Commit"]);
    }
}
