//! The last lines of a service's logs, for whoever has to find out why it does not work. What may be a secret in a
//! line of a log is masked here, before anybody keeps it.

use std::collections::VecDeque;

use radoub_schema::script;
use serde::{Deserialize, Serialize};

use super::count::looks_secret;
use crate::failure::{Failure, FailureCode};
use crate::runtime::{LogRequest, PRINTING, Runtime, masked};

/// How many lines of each container are told.
const LINES: usize = 10;
/// How many characters of a line.
const WIDTH: usize = 300;

/// The last lines that a container printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTail {
    /// Its name.
    pub container: String,
    /// The lines, the oldest first, shortened; what may be a secret is masked.
    pub lines: Vec<String>,
}

/// The last lines of each container of a service, or of what a command prints in their place, and why those that are
/// not there could not be read.
pub(crate) async fn tails(runtime: &Runtime<'_>) -> (Vec<LogTail>, Vec<Failure>) {
    let (mut tails, mut unread) = (Vec::new(), Vec::new());
    if runtime.has_log_command() {
        let name = runtime.service().name.to_string();
        let mut lines = VecDeque::new();
        let printed = runtime.print(PRINTING, |line| {
            if lines.len() == LINES {
                lines.pop_front();
            }
            lines.push_back(told(&line.text));
        });
        match printed.await {
            Ok(()) if lines.is_empty() => {}
            Ok(()) => tails.push(LogTail { container: name, lines: lines.into() }),
            Err(error) => unread.push(super::logs::unread(&name, &error)),
        }
        return (tails, unread);
    }
    let Some(engine) = runtime.engine() else { return (tails, unread) };
    let containers = match runtime.containers().await {
        Ok(containers) => containers,
        Err(error) => {
            let unseen = Failure::new(FailureCode::ContainersUnseen, Vec::new());
            unread.push(unseen.because(error.failure()));
            return (tails, unread);
        }
    };
    for container in containers {
        let request = LogRequest { tail: Some(LINES), ..LogRequest::default() };
        let mut lines = Vec::new();
        let ids = [container.id.as_str()];
        match engine.logs(&ids, &request, |_, line| lines.push(told(&line.text))).await {
            Ok(()) if lines.is_empty() => {}
            Ok(()) => tails.push(LogTail { container: container.name, lines }),
            Err(error) => unread.push(super::logs::unread(&container.name, &error)),
        }
    }
    (tails, unread)
}

/// A line as it may be told: shortened, and without what may be a secret.
pub(super) fn told(line: &str) -> String {
    let line = masked(&script::masked(line));
    let line = without_values(&line);
    // Colours of a terminal, and worse, are of no use in a report.
    let line: String = line.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    match line.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// A line in which nothing stands behind a name that looks secret: `password=…`, `"token": "…"`.
fn without_values(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, behind) = rest.split_at(at + 1);
        out.push_str(before);
        rest = behind;
        let name = before[..at].trim_end_matches(['"', '\'', ' ', '\\']);
        let from = name.rfind(|it: char| !(it.is_alphanumeric() || matches!(it, '_' | '-')));
        let name = from
            .map_or(name, |from| name[from..].trim_start_matches(|it: char| !it.is_alphanumeric()));
        if !(looks_secret(name) || name.eq_ignore_ascii_case("authorization")) {
            continue;
        }
        let value = rest.trim_start_matches(['"', '\'', ' ', '\\']);
        let mut end = value.find(['"', '\'', ' ', ',', ';', '&', '}']).unwrap_or(value.len());
        if ["bearer", "basic"].iter().any(|it| value[..end].eq_ignore_ascii_case(it)) {
            let credential = &value[end..];
            let blanks = credential.len() - credential.trim_start().len();
            let more = credential.trim_start();
            end += blanks + more.find(['"', '\'', ' ', ',', ';', '}']).unwrap_or(more.len());
        }
        if end > 0 {
            out.push_str(&rest[..rest.len() - value.len()]);
            out.push('…');
            rest = &value[end..];
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_without_what_may_be_secret() {
        let cases = [
            ("listening on 3001", "listening on 3001"),
            (
                "cannot reach postgresql://u:pl4nted@db:5432/shop",
                "cannot reach postgresql://…@db:5432/shop",
            ),
            ("DB_PASSWORD=pl4nted retry=3", "DB_PASSWORD=… retry=3"),
            (
                r#"{"level":"error","password":"pl4nted","at":1}"#,
                r#"{"level":"error","password":"…","at":1}"#,
            ),
            ("authorization: Bearer pl4nted.x.y, 401", "authorization: …, 401"),
            ("token = pl4nted", "token = …"),
            ("ALTER ROLE a PASSWORD 'pl4nted'", "ALTER ROLE a PASSWORD '…'"),
        ];
        for (line, expected) in cases {
            let told = told(line);
            assert!(!told.contains("pl4nted"), "{told}");
            assert_eq!(told, expected);
        }
        assert_eq!(told(&"é".repeat(400)).chars().count(), 301);
        assert_eq!(told("\u{1b}[31mred\u{1b}[0m"), " [31mred [0m");
    }
}
