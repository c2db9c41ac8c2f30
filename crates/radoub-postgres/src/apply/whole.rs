//! Running a script as one transaction, its ledger row included.

use std::ops::Range;
use std::time::SystemTime;

use radoub_schema::script::Course;
use tokio::time::Instant;

use super::segments::{Ends, Kind, Opens, Segment};
use super::settle::Refusal;
use super::watch::{Post, Watch, pace, send};
use super::{ApplyError, ApplyEvent, Job, OnEvent, Ran, Remains};
use crate::database::QueryError;
use crate::failure::{self, ServerError, place};
use crate::ledger::{self, Entry};
use crate::lock::{LockedDatabase, by_chance};
use crate::session::Session;
use crate::stop::Stop;

/// Takes back everything that a script may have set in its session; the settings of ours follow.
const RESET: &str = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; ";

/// What a script may leave in its session besides settings.
const SWEEP: &str = "CLOSE ALL; UNLISTEN *; DEALLOCATE ALL; DISCARD TEMP";

/// A script that is one transaction.
pub(super) struct Unit<'a> {
    opens: &'a str,
    pieces: Vec<Piece>,
    closes: &'a str,
}

/// A text of its own, and the statements that it holds.
struct Piece {
    text: Range<usize>,
    first: usize,
    statements: usize,
}

/// The unit that this script makes, if it makes one: a script without transaction commands goes
/// whole and byte for byte; one that is wrapped in a single `BEGIN … COMMIT` of its own goes
/// statement by statement between them, so that the row can be written before the `COMMIT`.
pub(super) fn unit<'a>(job: &Job<'a>, segments: &[Segment]) -> Option<Unit<'a>> {
    let statement = |index: usize| {
        let range = job.script.statements[index].range.clone();
        Piece { text: range, first: index, statements: 1 }
    };
    if job.script.course() == Course::Atomic {
        let whole =
            Piece { text: 0..job.text.len(), first: 0, statements: job.script.statements.len() };
        return Some(Unit { opens: "BEGIN", pieces: vec![whole], closes: "COMMIT" });
    }
    let mut real = segments.iter().filter(|it| it.kind != Kind::Nothing);
    let Some(only) = real.next() else {
        return Some(Unit { opens: "BEGIN", pieces: Vec::new(), closes: "COMMIT" });
    };
    let Kind::Transaction { opens, ends } = only.kind else { return None };
    if real.next().is_some() || opens == Opens::Chained {
        return None;
    }
    let mut inner = only.statements.clone();
    let mut unit = Unit { opens: "BEGIN", pieces: Vec::new(), closes: "COMMIT" };
    let text = |index: usize| &job.text[job.script.statements[index].range.clone()];
    if opens == Opens::File {
        unit.opens = text(inner.start);
        inner.start += 1;
    }
    match ends {
        Ends::Ours => {}
        Ends::Commit => {
            inner.end -= 1;
            unit.closes = text(inner.end);
        }
        _ => return None,
    }
    unit.pieces = inner.map(statement).collect();
    Some(unit)
}

/// Why one try did not succeed; its transaction is rolled back, or its session is gone.
enum Trouble {
    /// The server refused something.
    Refused(Refusal),
    /// The session is of no further use.
    Lost(QueryError),
    /// The server carried out another number of statements than we read.
    Misread { expected: usize, executed: usize },
}

impl From<QueryError> for Trouble {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Refused(error) => {
                Self::Refused(Refusal { error, place: None, statement: None, blockers: Vec::new() })
            }
            lost => Self::Lost(lost),
        }
    }
}

impl LockedDatabase {
    /// Runs the unit, again and again while locks are in the way, and reads its row back.
    pub(super) async fn apply_whole(
        &mut self,
        job: &Job<'_>,
        unit: &Unit<'_>,
        on_event: OnEvent<'_>,
    ) -> Result<Ran, ApplyError> {
        let started = Instant::now();
        let started_at = SystemTime::now();
        let id = ledger::new_id();
        let mut attempts = 0;
        loop {
            if job.settings.stop.asked() > Stop::No {
                return Err(ApplyError::Stopped { remains: Remains::Nothing });
            }
            attempts += 1;
            let trouble = match self.try_whole(job, unit, &id, started_at, on_event).await {
                Ok(()) => break,
                Err(trouble) => trouble,
            };
            match trouble {
                Trouble::Refused(refusal) if refusal.is_cancelled(job) => {
                    return Err(ApplyError::Stopped { remains: Remains::Nothing });
                }
                Trouble::Refused(refusal)
                    if refusal.may_pass() && started.elapsed() < job.settings.patience =>
                {
                    on_event(ApplyEvent::Retrying {
                        attempt: attempts,
                        error: *refusal.error,
                        blockers: refusal.blockers,
                    });
                    pause(job, attempts).await;
                }
                Trouble::Refused(refusal) => {
                    let logs = refusal.logs(job);
                    let recorded = self.record_try(job, &id, started_at, &logs).await;
                    let nothing = Remains::Nothing;
                    return Err(refusal.into_error(job, nothing, attempts, logs, recorded.err()));
                }
                Trouble::Misread { expected, executed } => {
                    return Err(ApplyError::Misread { expected, executed });
                }
                Trouble::Lost(lost) => {
                    let lost = self.find_out(lost, on_event).await?;
                    let row = self.ledger.find(&self.database, &id).await;
                    match row.map_err(ApplyError::Query)? {
                        Some(row) if row.finished_at.is_some() => break,
                        _ => {
                            if matches!(lost, QueryError::Garbled(_)) {
                                // The script did this (`COPY … FROM stdin` asks us for data): as
                                // worth remembering as a refusal of the server.
                                let what = lost.to_string();
                                let logs = failure::prisma_text_without_code(job.name, &what);
                                self.record_try(job, &id, started_at, &logs)
                                    .await
                                    .map_err(ApplyError::Query)?;
                            }
                            let remains = Remains::Nothing;
                            return Err(ApplyError::Lost { remains, source: lost });
                        }
                    }
                }
            }
        }
        self.sweep(on_event).await?;
        let row = self.ledger.find(&self.database, &id).await.map_err(ApplyError::Query)?;
        let finished = row.and_then(|row| Some((row.started_at, row.finished_at?)));
        let Some((started_at, finished_at)) = finished else {
            return Err(ApplyError::RowVanished { remains: Remains::Nothing });
        };
        Ok(Ran {
            id,
            started_at,
            finished_at,
            atomic: true,
            statements: job.statements(),
            resumed_after: 0,
            attempts,
        })
    }

    /// One try: afterwards the transaction is committed, or there is none.
    async fn try_whole(
        &mut self,
        job: &Job<'_>,
        unit: &Unit<'_>,
        id: &str,
        started_at: SystemTime,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        let trouble = match self.in_transaction(job, unit, id, started_at, on_event).await {
            Ok(()) => return Ok(()),
            Err(trouble) => trouble,
        };
        if !matches!(trouble, Trouble::Lost(_)) {
            // Always, whatever state the script has left the session in (Prisma facts 5.2).
            self.database.run("ROLLBACK").await?;
            self.database.run(&format!("{RESET}{}", self.database.session_settings())).await?;
        }
        Err(trouble)
    }

    async fn in_transaction(
        &mut self,
        job: &Job<'_>,
        unit: &Unit<'_>,
        id: &str,
        started_at: SystemTime,
        on_event: OnEvent<'_>,
    ) -> Result<(), Trouble> {
        self.database.run(unit.opens).await?;
        for piece in &unit.pieces {
            let text = &job.text[piece.text.clone()];
            let (sent, blockers) = self.watched(job, text, on_event).await;
            match sent.ended {
                Err(QueryError::Refused(error)) => {
                    return Err(Trouble::Refused(located(
                        job,
                        piece,
                        error,
                        sent.executed,
                        blockers,
                    )));
                }
                Err(lost) => return Err(Trouble::Lost(lost)),
                // A text without statements is answered too, once.
                Ok(()) if sent.executed != piece.statements.max(1) => {
                    let expected = piece.statements;
                    return Err(Trouble::Misread { expected, executed: sent.executed });
                }
                Ok(()) => {}
            }
        }
        // The row comes last in the transaction, so that the script may begin with what must come
        // before any query (SET TRANSACTION); it is there with the script, or not at all. The
        // settings go back first: the role of the script need not have rights on the ledger.
        self.database.run(&format!("{RESET}{}", self.database.session_settings())).await?;
        let entry = Entry {
            id: id.to_owned(),
            checksum: job.checksum,
            name: job.name,
            started_at,
            finished_at: Some(SystemTime::now()),
            rolled_back_at: None,
            logs: None,
            steps: 1,
        };
        self.ledger.insert(&self.database, &entry).await?;
        // Deferred constraints are checked now, which may take time and fail.
        let (sent, blockers) = self.watched(job, unit.closes, on_event).await;
        match sent.ended {
            Ok(()) => Ok(()),
            Err(QueryError::Refused(error)) => {
                Err(Trouble::Refused(Refusal { error, place: None, statement: None, blockers }))
            }
            Err(lost) => Err(Trouble::Lost(lost)),
        }
    }

    async fn watched(
        &mut self,
        job: &Job<'_>,
        text: &str,
        on_event: OnEvent<'_>,
    ) -> (super::watch::Sent, Vec<Session>) {
        let watch = Watch {
            post: Post::Lazy { watcher: &mut self.watcher, like: &self.database },
            pid: self.pid,
            canceller: self.database.canceller(),
            stop: &job.settings.stop,
            every: pace(job.settings.lock_timeout),
        };
        watch.over(send(&self.database, text), on_event).await
    }

    /// Clears what the script left in the session, and makes sure that the lock is still ours.
    pub(super) async fn sweep(&mut self, on_event: OnEvent<'_>) -> Result<(), ApplyError> {
        self.database.run(SWEEP).await.map_err(ApplyError::Query)?;
        let mut waiting =
            |holder: &Session| on_event(ApplyEvent::WaitingForLock { holder: holder.clone() });
        let kept = self.keep(&mut waiting).await;
        kept.map_err(|source| ApplyError::Lock { remains: Remains::Nothing, source })
    }
}

/// Finds the statement and the place of an error in a piece.
///
/// With a position the statement is the one around it: a syntax error is reported before anything
/// ran. Without one it is the one after those that were carried out.
fn located(
    job: &Job<'_>,
    piece: &Piece,
    error: Box<ServerError>,
    executed: usize,
    blockers: Vec<Session>,
) -> Refusal {
    let place = error.position.map(|position| place(job.text, piece.text.start, position));
    let statements = &job.script.statements;
    let statement = match place {
        Some(place) => statements.iter().rposition(|it| it.range.start <= place.offset),
        None => Some(piece.first + executed).filter(|it| *it < statements.len()),
    };
    Refusal { error, place, statement, blockers }
}

/// A pause that grows with the tries, of chance length, and ends when somebody wants to stop.
pub(super) async fn pause(job: &Job<'_>, attempts: u32) {
    let base = std::time::Duration::from_millis(100) * attempts.min(10);
    tokio::select! {
        () = tokio::time::sleep(base + by_chance(base)) => {}
        () = job.settings.stop.until(Stop::AfterStatement) => {}
    }
}
