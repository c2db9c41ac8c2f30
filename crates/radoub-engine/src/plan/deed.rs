//! What is done for one service, deed by deed, in the one order that is safe.
//!
//! The planner chooses the deeds; [`crate::run`] carries them out. A new kind of deed is a variant
//! here, its stage, and an arm in `run/work.rs`; nobody else needs to know of it.

use radoub_schema::migration::Migration;

use crate::rebuild::Due;

/// The work on one service's database: at least one deed, in the order of their stages.
#[derive(Debug, Clone, Default)]
pub struct Task {
    deeds: Vec<Deed>,
}

/// One deed.
#[derive(Debug, Clone)]
pub enum Deed {
    /// The image of the service is built anew.
    Rebuild(Due),
    /// There is a proven backup that is younger than the look at the database, or one is made.
    BackUp,
    /// The database, which is not there, is created.
    CreateDatabase,
    /// The ledger is made, and nothing else: what Prisma's first `deploy` does without migrations.
    MakeLedger,
    /// A migration is applied; an earlier run may have left it half done.
    Migrate(Migration),
    /// The service is restarted.
    Restart,
    /// Its tables are asked as the service asks them, and nothing else.
    Probe,
    /// The service is looked at: containers, health route, tables, new errors in its logs; and its data is compared
    /// with what was counted before the migrations.
    Verify,
}

/// When a deed is done. Stages of one service follow each other in this order; deeds of one stage
/// keep the order in which the planner named them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What will run is built, before anything is changed.
    Build,
    /// A way back is made and proven.
    Backup,
    /// What must be there is made.
    Prepare,
    /// Under Prisma's migration lock.
    Migrate,
    /// The service runs on what was made.
    Restart,
    /// Whether it does.
    Verify,
}

impl Deed {
    /// When it is done.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Rebuild(_) => Stage::Build,
            Self::BackUp => Stage::Backup,
            Self::CreateDatabase => Stage::Prepare,
            Self::MakeLedger | Self::Migrate(_) => Stage::Migrate,
            Self::Restart => Stage::Restart,
            Self::Probe | Self::Verify => Stage::Verify,
        }
    }
}

impl Task {
    /// The deeds, put into the order of their stages.
    pub fn new(deeds: impl IntoIterator<Item = Deed>) -> Self {
        let mut deeds: Vec<Deed> = deeds.into_iter().collect();
        deeds.sort_by_key(Deed::stage);
        Self { deeds }
    }

    /// These migrations, and nothing else.
    pub fn migrate(migrations: impl IntoIterator<Item = Migration>) -> Self {
        Self::new(migrations.into_iter().map(Deed::Migrate))
    }

    /// Adds a deed, in its place.
    pub fn add(&mut self, deed: Deed) {
        let at = self.deeds.partition_point(|it| it.stage() <= deed.stage());
        self.deeds.insert(at, deed);
    }

    /// All deeds, in order.
    pub fn deeds(&self) -> &[Deed] {
        &self.deeds
    }

    /// The deeds of one stage, in order.
    pub fn stage(&self, stage: Stage) -> impl Iterator<Item = &Deed> {
        self.deeds.iter().filter(move |it| it.stage() == stage)
    }

    /// The migrations, in the order in which they are applied.
    pub fn migrations(&self) -> impl Iterator<Item = &Migration> {
        self.deeds.iter().filter_map(|deed| match deed {
            Deed::Migrate(migration) => Some(migration),
            Deed::Rebuild(_)
            | Deed::BackUp
            | Deed::CreateDatabase
            | Deed::MakeLedger
            | Deed::Restart
            | Deed::Probe
            | Deed::Verify => None,
        })
    }

    /// Whether the database is created first.
    pub fn creates_database(&self) -> bool {
        self.deeds.iter().any(|deed| matches!(deed, Deed::CreateDatabase))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(name: &str) -> Deed {
        Deed::Migrate(Migration { name: name.into(), script: None })
    }

    fn shown(task: &Task) -> Vec<String> {
        let show = |deed: &Deed| match deed {
            Deed::CreateDatabase => "create".to_owned(),
            Deed::MakeLedger => "ledger".to_owned(),
            Deed::Rebuild(_) => "build".to_owned(),
            Deed::BackUp => "backup".to_owned(),
            Deed::Restart => "restart".to_owned(),
            Deed::Probe => "probe".to_owned(),
            Deed::Verify => "verify".to_owned(),
            Deed::Migrate(migration) => migration.name.to_string(),
        };
        task.deeds().iter().map(show).collect()
    }

    #[test]
    fn deeds_stand_in_the_order_of_their_stages() {
        let mut task = Task::new([migration("a"), migration("b")]);
        task.add(Deed::Verify);
        task.add(Deed::CreateDatabase);
        task.add(Deed::BackUp);
        task.add(Deed::Restart);
        task.add(Deed::Rebuild(Due { services: vec!["shop".to_owned()], is_asked: true }));
        task.add(migration("c"));
        assert_eq!(shown(&task), ["build", "backup", "create", "a", "b", "c", "restart", "verify"]);
    }
}
