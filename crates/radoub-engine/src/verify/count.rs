//! Counts the tables of a service and times its health route, before something happens to it and afterwards.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use radoub_postgres::census::{Census, CensusRequest, Known};
use radoub_postgres::database::Database;
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::name::{Ident, ObjectName};

use super::compare::{Cause, Change, Compared, Meanwhile, compare};
use super::data::DataFinding;
use super::memory::Remembered;
use super::times::Times;
use super::touch::Touches;
use crate::failure::{Failure, FailureCode};
use crate::fleet::file::VerifySection;
use crate::fleet::{Managed, Prisma, Service};
use crate::gate::{self, GateSettings, Verdict};
use crate::observe::connect_settings;
use crate::runtime::{Container, ContainerState, Runtime};
use crate::source::read_migrations;
use crate::translate;

/// The ledger of Prisma Migrate, which a run writes to.
const LEDGER: &str = "_prisma_migrations";

/// For how long a server may keep what an idle session has written from its counters (`PGSTAT_IDLE_INTERVAL` of
/// PostgreSQL 15 and later).
const UNCOUNTED: Duration = Duration::from_secs(11);
/// How often it is looked whether it has counted.
const PAUSE: Duration = Duration::from_secs(1);
/// Before this version an idle session may keep that for ever.
const COUNTS_IN_TIME: i32 = 150_000;

/// How tables are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CensusSettings {
    /// How long the tables of one service may take; zero counts none.
    pub budget: Duration,
    /// How many rows of each table are remembered, to be shown when it differs.
    pub samples: usize,
}

impl Default for CensusSettings {
    /// Half a minute, which is some 30 million rows on a modest server; six rows.
    fn default() -> Self {
        Self { budget: Duration::from_secs(30), samples: 6 }
    }
}

impl CensusSettings {
    /// As `radoub.toml` says.
    pub(crate) fn of(section: &VerifySection) -> Self {
        let usual = Self::default();
        Self {
            budget: section
                .census_seconds
                .map_or(usual.budget, |it| Duration::from_secs(it.into())),
            samples: section.samples.map_or(usual.samples, usize::from),
        }
    }
}

/// Who looks at a service, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Looker<'a> {
    pub(crate) service: &'a Service,
    /// What runs it.
    pub(crate) runtime: Option<Runtime<'a>>,
    pub(crate) gate: &'a GateSettings,
    pub(crate) census: CensusSettings,
}

impl Looker<'_> {
    async fn containers(&self) -> Vec<Container> {
        let Some(runtime) = self.runtime else { return Vec::new() };
        // An engine that does not answer is told of by the gate.
        runtime.containers().await.unwrap_or_default()
    }

    async fn times(&self, containers: &[Container]) -> Option<Times> {
        gate::times(self.service, containers, self.gate.answer).await
    }

    fn managed(&self) -> Result<(&Managed, &DatabaseUrl), Failure> {
        let Prisma::Managed(managed) = &self.service.prisma else {
            return Err(Failure::new(FailureCode::NotManagedHere, Vec::new()));
        };
        Ok((managed, managed.url.as_ref().map_err(translate::url_failure)?))
    }

    async fn connect(&self) -> Result<Database, Failure> {
        let (managed, url) = self.managed()?;
        let connect = connect_settings(managed, self.gate.look.timeout);
        let database = Database::connect(url, &connect).await;
        database.map_err(|error| translate::connect_failure(&error))
    }

    /// What the migrations do that were begun since, whoever applied them.
    async fn touches(
        &self,
        before: &Remembered,
        database: &mut Database,
    ) -> Result<Touches, Failure> {
        let (managed, url) = self.managed()?;
        let looked = database.look(&managed.schemas).await;
        let looked = looked.map_err(|error| translate::look_failure(url, &error))?;
        let on_disk = read_migrations(&managed.migrations);
        let on_disk = on_disk.map_err(|error| translate::source_failure(&error))?.migrations;
        let rows = looked.ledger.unwrap_or_default();
        let since = SystemTime::from(before.taken_at);
        let begun = rows.iter().filter(|row| row.started_at >= since);
        Ok(Touches::of(
            begun.map(|row| (row.name.as_str(), on_disk.iter().find(|it| it.name == row.name))),
        ))
    }

    async fn count(
        &self,
        known: &BTreeMap<ObjectName, Known>,
        database: Database,
    ) -> Result<Census, Failure> {
        let (managed, url) = self.managed()?;
        let request = CensusRequest {
            namespaces: &namespaces(managed, url.schema()),
            except: &[LEDGER],
            known,
            budget: self.census.budget,
            samples: self.census.samples,
            is_hidden: looks_secret,
        };
        let counted = database.census(&request, |_| {}).await;
        counted.map_err(|error| translate::query_failure(url, &error))
    }
}

/// The namespaces of a service.
pub(super) fn namespaces(managed: &Managed, schema: &str) -> Vec<Ident> {
    if managed.schemas.is_empty() {
        return vec![Ident::new(schema)];
    }
    managed.schemas.iter().map(|name| Ident::new(name.as_str())).collect()
}

/// What is there now, to be compared with later. `data` is what is wrong with the data already.
///
/// # Errors
///
/// [`Failure`] when the database gives no answer.
pub(crate) async fn remembered(
    looker: &Looker<'_>,
    data: Option<&[DataFinding]>,
) -> Result<Remembered, Failure> {
    let containers = looker.containers().await;
    let times = looker.times(&containers).await;
    let census = looker.count(&BTreeMap::new(), looker.connect().await?).await?;
    let faults = data.unwrap_or_default().iter().map(DataFinding::name).collect();
    let runs = runs(&containers);
    Ok(Remembered::of(&looker.service.name, &census, runs, faults, times))
}

/// What is different now. `is_run` says that no more than a run lies between.
///
/// A difference that only uncounted writes of others could account for is looked at again until the server must
/// have counted them.
///
/// # Errors
///
/// [`Failure`] when the database gives no answer, or is another one.
pub(crate) async fn compared(
    looker: &Looker<'_>,
    before: &Remembered,
    is_run: bool,
) -> Result<Compared, Failure> {
    let containers = looker.containers().await;
    let times = looker.times(&containers).await;
    let begun = Instant::now();
    loop {
        let mut database = looker.connect().await?;
        let touches = looker.touches(before, &mut database).await?;
        let census = looker.count(&before.known(), database).await?;
        let meanwhile = Meanwhile { touches: &touches, runs: runs(&containers), is_run };
        is_same_database(before, &census)?;
        let in_use = meanwhile.runs || before.in_use || census.others > 0;
        let mut compared = compare(before, &census, meanwhile);
        let waits = in_use && compared.verdict() == Verdict::Fail && begun.elapsed() < UNCOUNTED;
        if waits && census.database.version_number >= COUNTS_IN_TIME {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        if in_use && census.database.version_number < COUNTS_IN_TIME {
            soften(&mut compared);
        }
        compared.times = times;
        return Ok(compared);
    }
}

/// Leaves open what an old server may not have counted.
fn soften(compared: &mut Compared) {
    for one in &mut compared.differences {
        let is_open = one.cause == Cause::Nobody && !matches!(one.change, Change::Gone { .. });
        if one.verdict == Verdict::Fail && is_open {
            one.verdict = Verdict::Inconclusive;
        }
    }
}

/// Refuses to compare two databases, or sums that two versions of PostgreSQL may make differently.
fn is_same_database(before: &Remembered, census: &Census) -> Result<(), Failure> {
    let now = &census.database;
    let differs = |what: &str, was: String, is: String| {
        let values = vec![("what", what.to_owned()), ("was", was), ("is", is)];
        Err(Failure::new(FailureCode::ServerReplaced, values))
    };
    if let (Some(was), Some(is)) = (&before.system_identifier, &now.system_identifier)
        && was != is
    {
        return differs("system-identifier", was.clone(), is.clone());
    }
    if before.database != now.database_oid {
        return differs("oid", before.database.to_string(), now.database_oid.to_string());
    }
    if before.version / 10_000 != now.version_number / 10_000 {
        return differs("version", before.version.to_string(), now.version_number.to_string());
    }
    Ok(())
}

fn runs(containers: &[Container]) -> bool {
    let works = [ContainerState::Running, ContainerState::Restarting];
    containers.iter().any(|it| works.contains(&it.state))
}

/// Whether a column of this name may hold what nobody should read: it is neither kept nor shown.
pub(super) fn looks_secret(column: &str) -> bool {
    const WORDS: [&str; 14] = [
        "password",
        "passwd",
        "pwd",
        "hash",
        "token",
        "secret",
        "key",
        "salt",
        "credential",
        "otp",
        "signature",
        "cookie",
        "session",
        "private",
    ];
    let lower = column.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn columns_whose_name_says_that_they_are_secret_are_never_read_out() {
        for name in ["password", "passwordHash", "API_KEY", "refresh_token", "clientSecret"] {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["email", "amount", "createdAt", "nom"] {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
