//! The settings that a script gives its session, which a new worker has to be given again.

use radoub_schema::script::Runs;

use super::Job;
use super::segments::{Ends, Kind, Segment};
use super::stepwise::{Steps, Trouble};

/// Gives a new worker the session settings that the committed part of the script had made.
pub(super) async fn replay(
    job: &Job<'_>,
    segments: &[Segment],
    steps: &mut Steps,
) -> Result<(), Trouble> {
    let committed = steps.progress.committed;
    for segment in segments.iter().filter(|it| it.statements.end <= committed) {
        let is_undone = matches!(
            segment.kind,
            Kind::Transaction { ends: Ends::Rollback | Ends::RollbackAndChain, .. }
        );
        if is_undone {
            continue;
        }
        for index in segment.statements.clone() {
            let text = job.statement(index);
            let runs = &job.script.statements[index].runs;
            if *runs == Runs::Anywhere && is_setting(text) {
                steps.worker.run(text).await?;
                steps.has_own_lock_timeout |= sets_lock_timeout(text);
            }
        }
    }
    Ok(())
}

/// Whether a statement changes the session beyond its transaction, and nothing else: `SET`, `RESET`,
/// and `SELECT set_config(…)` as pg_dump writes it.
fn is_setting(text: &str) -> bool {
    let words: Vec<String> =
        text.split_ascii_whitespace().take(2).map(str::to_ascii_uppercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["SET", "LOCAL" | "TRANSACTION" | "CONSTRAINTS"] => false,
        ["SET" | "RESET", _] => true,
        ["SELECT", call] => {
            call.contains("SET_CONFIG(") && !text.to_ascii_uppercase().contains(" FROM ")
        }
        _ => false,
    }
}

pub(super) fn sets_lock_timeout(text: &str) -> bool {
    is_setting(text) && text.to_ascii_lowercase().contains("lock_timeout")
}

#[cfg(test)]
mod tests {
    use super::{is_setting, sets_lock_timeout};

    #[test]
    fn settings_of_the_session_are_told_from_those_of_a_transaction() {
        for text in [
            "SET search_path = app",
            "set role owner",
            "RESET ROLE",
            "SET SESSION AUTHORIZATION owner",
            "SELECT pg_catalog.set_config('search_path', '', false)",
        ] {
            assert!(is_setting(text), "{text}");
        }
        for text in [
            "SET LOCAL search_path = app",
            "SET TRANSACTION READ ONLY",
            "SET CONSTRAINTS ALL DEFERRED",
            "SELECT 1",
            "SELECT set_config('a.b', x, false) FROM t",
            "UPDATE t SET x = 1",
        ] {
            assert!(!is_setting(text), "{text}");
        }
        assert!(sets_lock_timeout("SET lock_timeout = '5s'"));
        assert!(!sets_lock_timeout("SET LOCAL lock_timeout = '5s'"));
    }
}
