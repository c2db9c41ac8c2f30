//! The second connection that a script which goes piece by piece has for itself.

use std::time::SystemTime;

use radoub_schema::migration::Applied;
use tokio::time::Instant;

use super::stepwise::Steps;
use super::{ApplyError, Job, Remains};
use crate::database::{Database, read};
use crate::ledger::{self, Entry, Progress};
use crate::lock::{LockError, LockedDatabase, by_chance};

impl LockedDatabase {
    /// Connects the worker, and inserts the row unless there is one.
    pub(super) async fn begin(
        &mut self,
        job: &Job<'_>,
        resumed: Option<(Applied, Progress)>,
    ) -> Result<Steps, ApplyError> {
        let worker = self.hire().await?;
        let who = worker
            .row(
                "SELECT pg_catalog.pg_backend_pid(), current_user = session_user, \
                  pg_catalog.quote_ident(current_user)",
                &[],
            )
            .await
            .map_err(ApplyError::Query)?;
        let pid = read(&who, 0).map_err(ApplyError::Query)?;
        let role: String = read(&who, 2).map_err(ApplyError::Query)?;
        let is_session_user: bool = read(&who, 1).map_err(ApplyError::Query)?;
        let own_role = if is_session_user { "NONE".to_owned() } else { role };
        let is_new = resumed.is_none();
        let (id, started_at, progress) = resumed.map_or_else(
            || {
                let statements = job.statements();
                let progress = Progress { statements, committed: 0, started: None };
                (ledger::new_id(), SystemTime::now(), progress)
            },
            |(row, progress)| (row.id, row.started_at, progress),
        );
        if is_new {
            let entry = Entry {
                id: id.clone(),
                checksum: job.checksum,
                name: job.name,
                started_at,
                finished_at: None,
                rolled_back_at: None,
                logs: Some(progress.to_string()),
                steps: 0,
            };
            self.ledger.insert(&self.database, &entry).await.map_err(ApplyError::Query)?;
        }
        Ok(Steps {
            worker,
            pid,
            id,
            started_at,
            progress,
            began: Instant::now(),
            attempts: 0,
            has_own_lock_timeout: false,
            is_chained: false,
            own_role,
        })
    }

    /// A second connection that holds the lock of a radoub at work: it can only be had when no earlier
    /// worker is left.
    pub(super) async fn hire(&mut self) -> Result<Database, ApplyError> {
        let mut worker = self.database.sibling().await.map_err(ApplyError::Connect)?;
        let limit = self.database.settings().statement_timeout;
        worker.become_patient().await.map_err(ApplyError::Query)?;
        worker.change(|it| it.statement_timeout = limit);
        worker.settle().await.map_err(ApplyError::Query)?;
        let started = Instant::now();
        let pause = std::time::Duration::from_millis(100);
        while self.settings.advisory && !worker.try_work_lock().await.map_err(ApplyError::Query)? {
            if started.elapsed() > self.settings.patience {
                let state = self.database.lock_state().await.map_err(ApplyError::Query)?;
                let holder = state.holder.map(Box::new);
                let source = LockError::Held { holder, waited: started.elapsed() };
                return Err(ApplyError::Lock { remains: Remains::Nothing, source });
            }
            tokio::time::sleep(pause + by_chance(pause)).await;
        }
        Ok(worker)
    }
}
