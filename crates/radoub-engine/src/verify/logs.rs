//! Errors in the logs of a service since its last start that were not there before.

use std::collections::BTreeSet;
use std::time::Duration;

use super::tail::told;
use crate::failure::{Failure, FailureCode};
use crate::runtime::{LogLine, LogRequest, PRINTING, Runtime, RuntimeError};
use crate::symptom::{Symptom, symptom};

/// An error that is new since the last start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFinding {
    /// The container that printed it; the service where a command prints its log.
    pub container: String,
    /// The first line of its kind, shortened; what may be a secret is masked.
    pub line: String,
    /// How many lines of the kind there are.
    pub count: usize,
    /// What it is a symptom of.
    pub symptom: Option<Symptom>,
}

impl LogFinding {
    /// The same as a failure of the service.
    pub(crate) fn failure(&self) -> Failure {
        let values = vec![
            ("container", self.container.clone()),
            ("count", self.count.to_string()),
            ("line", self.line.clone()),
        ];
        Failure::new(FailureCode::NewErrors, values)
    }
}

/// The kinds of errors that a log had before a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum OldErrors {
    /// These.
    Known(BTreeSet<String>),
    /// Nobody looked before, so nobody knows which are new.
    Unknown,
}

impl OldErrors {
    /// All that is there now is new.
    pub(crate) fn none() -> Self {
        Self::Known(BTreeSet::new())
    }
}

/// The errors that stand in a service's log before its restart, where only that tells them from new ones: a log that
/// a command prints has no start in it.
pub(crate) async fn old_errors(runtime: &Runtime<'_>) -> Result<OldErrors, Failure> {
    if !runtime.has_log_command() {
        return Ok(OldErrors::none());
    }
    let mut kinds = Kinds::default();
    let printed = runtime.print(PRINTING, |line| kinds.take(line)).await;
    printed.map_err(|error| unread(runtime.service().name.as_str(), &error))?;
    Ok(OldErrors::Known(kinds.0.into_iter().map(|(kind, ..)| kind).collect()))
}

/// Errors in the log of a service since its last start whose like did not stand there before; `None` when it has no
/// log, or nobody knows which are new. A log that cannot be read says nothing of errors, and that is a failure.
///
/// In what containers print, their start is known, and `baseline` is how far back it is looked. In what a command
/// prints, `old` is what stood there before.
pub(crate) async fn new_errors(
    runtime: &Runtime<'_>,
    baseline: Duration,
    old: &OldErrors,
) -> Result<Option<Vec<LogFinding>>, Failure> {
    if !runtime.has_log_command() {
        return of_containers(runtime, baseline).await;
    }
    let OldErrors::Known(old) = old else { return Ok(None) };
    let mut kinds = Kinds::default();
    let printed = runtime.print(PRINTING, |line| kinds.take(line)).await;
    let name = runtime.service().name.as_str();
    printed.map_err(|error| unread(name, &error))?;
    Ok(Some(kinds.besides(old, name).collect()))
}

async fn of_containers(
    runtime: &Runtime<'_>,
    baseline: Duration,
) -> Result<Option<Vec<LogFinding>>, Failure> {
    let Some(engine) = runtime.engine() else { return Ok(None) };
    let own = runtime.containers().await.map_err(|error| {
        Failure::new(FailureCode::ContainersUnseen, Vec::new()).because(error.failure())
    })?;
    if own.is_empty() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for container in own {
        // What was never started has said nothing.
        let Some(started) = container.started_at else { continue };
        let request = LogRequest { since: started.checked_sub(baseline), ..LogRequest::default() };
        let (mut before, mut after) = (Kinds::default(), Kinds::default());
        let ids = [container.id.as_str()];
        let read = engine.logs(&ids, &request, |_, line| {
            let is_old = |at| container.ended_before.is_some_and(|ended| at <= ended);
            if line.at.is_some_and(is_old) { before.take(line) } else { after.take(line) }
        });
        read.await.map_err(|error| unread(&container.name, &error))?;
        let before = before.0.into_iter().map(|(kind, ..)| kind).collect();
        found.extend(after.besides(&before, &container.name));
    }
    Ok(Some(found))
}

pub(super) fn unread(container: &str, error: &RuntimeError) -> Failure {
    let values = vec![("container", container.to_owned())];
    Failure::new(FailureCode::LogUnread, values).because(error.failure())
}

/// The errors of a log by kind, in the order of appearing: fingerprint, first line, how many.
#[derive(Debug, Default)]
struct Kinds(Vec<(String, LogLine, usize)>);

impl Kinds {
    /// Takes a line in, if it is an error.
    fn take(&mut self, line: LogLine) {
        if !(line.is_error() || symptom(&line.text).is_some()) {
            return;
        }
        let kind = fingerprint(&line.text);
        match self.0.iter_mut().find(|(other, ..)| *other == kind) {
            Some(known) => known.2 += 1,
            None => self.0.push((kind, line, 1)),
        }
    }

    /// Those of no kind that is known.
    fn besides(self, known: &BTreeSet<String>, printer: &str) -> impl Iterator<Item = LogFinding> {
        let new = self.0.into_iter().filter(|(kind, ..)| !known.contains(kind));
        new.map(|(_, line, count)| LogFinding {
            container: printer.to_owned(),
            symptom: symptom(&line.text),
            line: told(&line.text),
            count,
        })
    }
}

/// What is the same in two lines of one kind: numbers, ids, times and addresses are taken out.
pub fn fingerprint(line: &str) -> String {
    let mut kind = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !kind.is_empty() {
            kind.push(' ');
        }
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let hex = word.bytes().filter(|it| it.is_ascii_hexdigit() || *it == b'-').count();
        // Ids: eight and more hexadecimal digits with a number among them.
        if digits > 0 && hex >= 8 && hex + 4 >= word.len() {
            kind.push('#');
            continue;
        }
        let mut in_number = false;
        for letter in word.chars() {
            let is_digit = letter.is_ascii_digit();
            if !is_digit {
                kind.push(letter);
            } else if !in_number {
                kind.push('#');
            }
            in_number = is_digit;
        }
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn lines_that_differ_in_numbers_and_ids_are_of_one_kind() {
        for (one, two) in [
            (
                "2026-02-13T08:30:00Z Error: user 17 not found",
                "2026-02-14T09:00:00Z Error: user 204 not found",
            ),
            (
                "[req 3f2a9c1b-77aa-4c01-9e55-aabbccddeeff] error: timeout after 30ms",
                "[req 0f2a9c1b-77aa-4c01-9e55-aabbccddee00] error: timeout after 1200ms",
            ),
        ] {
            assert_eq!(fingerprint(one), fingerprint(two));
        }
        assert_ne!(fingerprint("Error: column a"), fingerprint("Error: column b"));
    }
}
