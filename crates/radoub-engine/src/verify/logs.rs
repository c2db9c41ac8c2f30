//! Errors in the logs of a service since its last start that were not there before.

use std::collections::BTreeMap;
use std::time::Duration;

use super::tail::told;
use crate::failure::{Failure, FailureCode};
use crate::fleet::Service;
use crate::gate::is_of;
use crate::runtime::{LogLine, LogRequest, Runtime, RuntimeError};
use crate::symptom::{Symptom, symptom};

/// An error that is new since the last start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFinding {
    /// The container that printed it.
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

/// Errors of the service's containers since each was started last whose like did not stand in its log before,
/// as far back as `baseline`; `None` when it has no container. A log that cannot be read says nothing of errors,
/// and that is a failure.
pub(crate) async fn new_errors(
    service: &Service,
    runtime: &Runtime,
    baseline: Duration,
) -> Result<Option<Vec<LogFinding>>, Failure> {
    let containers = runtime.containers().await.map_err(|error| {
        Failure::new(FailureCode::ContainersUnseen, vec![("reason", error.to_string())])
    })?;
    let own: Vec<_> = containers.into_iter().filter(|it| is_of(service, &it.service)).collect();
    if own.is_empty() {
        return Ok(None);
    }
    let mut found = Vec::new();
    for container in own {
        // What was never started has said nothing.
        let Some(started) = container.started_at else { continue };
        let request = LogRequest { since: started.checked_sub(baseline), ..LogRequest::default() };
        let mut before: BTreeMap<String, usize> = BTreeMap::new();
        let mut after: Vec<(String, LogLine, usize)> = Vec::new();
        let ids = [container.id.as_str()];
        let read = runtime.logs(&ids, &request, |_, line| {
            if !(line.is_error() || symptom(&line.text).is_some()) {
                return;
            }
            let kind = fingerprint(&line.text);
            let is_old = |at| container.ended_before.is_some_and(|ended| at <= ended);
            if line.at.is_some_and(is_old) {
                *before.entry(kind).or_default() += 1;
            } else if let Some(known) = after.iter_mut().find(|(other, ..)| *other == kind) {
                known.2 += 1;
            } else {
                after.push((kind, line, 1));
            }
        });
        read.await.map_err(|error| unread(&container.name, &error))?;
        found.extend(after.into_iter().filter(|(kind, ..)| !before.contains_key(kind)).map(
            |(_, line, count)| LogFinding {
                container: container.name.clone(),
                symptom: symptom(&line.text),
                line: told(&line.text),
                count,
            },
        ));
    }
    Ok(Some(found))
}

pub(super) fn unread(container: &str, error: &RuntimeError) -> Failure {
    let values = vec![("container", container.to_owned()), ("reason", error.to_string())];
    Failure::new(FailureCode::LogUnread, values)
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
