//! Pending, applied, up to date: on histories of the corpus, with the real engine agreeing, and carrying on
//! where the other tool stopped, in both directions.

use radoub_testing::Cluster;
use radoub_testing::fleet::{Fleet, Member};
use radoub_testing::oracle::{History, Oracle, Place, ledger};
use radoub_testing::replay::{cases, same_catalog, same_rows};
use radoub_testing::shared::shared_or_say;

use crate::{radoub, service, texts};

/// What `apply` asks about and `prisma migrate deploy` does not.
const HAZARDS: &[&str] = &[
    "edited",
    "missing",
    "duplicated",
    "not-utf8",
    "byte-order-mark",
    "empty-file",
    "unterminated",
    "delete-data",
    "rewrite-table",
    "long-lock",
    "drift",
];

/// Histories that replay, short enough for every run of the tests.
const REPLAYABLE: &[&str] = &[
    "AmruthPillai__Reactive-Resume",
    "LAION-AI__Open-Assistant",
    "nextacular__nextacular",
    "opengovsg__starter-kit",
    "skyra-project__teryl",
    "spliit-app__spliit",
    "zenstackhq__sample-todo-nextjs",
];

fn fleet_of<'cluster>(cluster: &'cluster Cluster, shared: &std::path::Path) -> Fleet<'cluster> {
    let mut fleet = Fleet::on(cluster);
    for case in cases(shared).into_iter().filter(|case| REPLAYABLE.contains(&case.id.as_str())) {
        let name = case.id.split("__").nth(1).unwrap_or(&case.id).to_lowercase();
        fleet.add(Member::of_files(&case.schema, &case.migrations, &name));
    }
    assert_eq!(fleet.names().len(), REPLAYABLE.len());
    fleet
}

/// Arguments of an `apply` that asks nothing.
fn apply() -> Vec<&'static str> {
    std::iter::once("apply").chain(HAZARDS.iter().flat_map(|hazard| ["--allow", hazard])).collect()
}

#[test]
fn a_fleet_behind_is_pending_then_applied_then_up_to_date() {
    let Some(shared) = shared_or_say("a fleet made of the corpus") else { return };
    let cluster = Cluster::shared();
    let fleet = fleet_of(cluster, &shared);
    let oracle = Oracle::of(&shared);

    let withheld: Vec<_> = fleet.names().into_iter().map(|name| fleet.withhold(name, 1)).collect();
    radoub(fleet.path(), &apply()).run().expect(0);
    let names: Vec<Vec<String>> = withheld.iter().map(|withheld| withheld.names.clone()).collect();
    withheld.into_iter().for_each(radoub_testing::fleet::Withheld::give_back);

    let document = radoub(fleet.path(), &["check", "--json"]).run().expect(1).json();
    for (name, pending) in fleet.names().into_iter().zip(&names) {
        let service = service(&document, name);
        assert_eq!(service["state"], "pending", "{service:#}");
        assert_eq!(&texts(&service["history"]["pending"]), pending);
        let (url, migrations, schema) =
            (fleet.database(name).url(), fleet.migrations(name), fleet.schema(name));
        let diagnosis =
            oracle.diagnose(Place { url: &url, migrations: &migrations, schema: &schema });
        assert_eq!(
            diagnosis.expect("a diagnosis").history,
            Some(History::DatabaseIsBehind { unapplied_migration_names: pending.clone() })
        );
    }

    radoub(fleet.path(), &apply()).run().expect(0);
    let answer =
        radoub(fleet.path(), &["check", "--plain"]).env("RADOUB_LANG", "fr").run().expect(0);
    assert!(answer.stdout.contains("✅ TOUTES LES MIGRATIONS SONT À JOUR"), "{}", answer.text());
    for name in fleet.names() {
        let (url, migrations, schema) =
            (fleet.database(name).url(), fleet.migrations(name), fleet.schema(name));
        let place = Place { url: &url, migrations: &migrations, schema: &schema };
        let diagnosis = oracle.diagnose(place).expect("a diagnosis");
        assert_eq!(diagnosis.history, None, "{name}");
        assert_eq!(diagnosis.edited_migration_names, [""; 0], "{name}");
        assert_eq!(oracle.deploy(place), Ok(Vec::new()), "{name}: nothing is left for the engine");
    }
}

/// Applies the history in two halves, each by the tool that `first` and `second` say, and all by the engine, and
/// compares.
#[track_caller]
fn in_halves(first: Tool, second: Tool) {
    let Some(shared) = shared_or_say("carrying on where the other tool stopped") else { return };
    let cluster = Cluster::shared();
    let (halves, whole) = (fleet_of(cluster, &shared), fleet_of(cluster, &shared));
    let oracle = Oracle::of(&shared);

    let withheld: Vec<_> = halves
        .names()
        .into_iter()
        .map(|name| {
            let count = radoub_testing::fleet::migrations_in(&halves.migrations(name)).len();
            halves.withhold(name, count / 2)
        })
        .collect();
    first.apply(&halves, &oracle);
    withheld.into_iter().for_each(radoub_testing::fleet::Withheld::give_back);
    second.apply(&halves, &oracle);
    Tool::Engine.apply(&whole, &oracle);

    for name in halves.names() {
        let (ours, theirs) = (halves.database(name).name(), whole.database(name).name());
        same_rows(&ledger(cluster, theirs), &ledger(cluster, ours))
            .unwrap_or_else(|told| panic!("{name}: {told}"));
        same_catalog(&cluster.catalog(theirs), &cluster.catalog(ours))
            .unwrap_or_else(|told| panic!("{name}: {told}"));
    }
}

#[derive(Clone, Copy)]
enum Tool {
    Radoub,
    Engine,
}

impl Tool {
    fn apply(self, fleet: &Fleet<'_>, oracle: &Oracle) {
        match self {
            Self::Radoub => drop(radoub(fleet.path(), &apply()).run().expect(0)),
            Self::Engine => {
                for name in fleet.names() {
                    let (url, migrations, schema) =
                        (fleet.database(name).url(), fleet.migrations(name), fleet.schema(name));
                    let deployed = oracle.deploy(Place {
                        url: &url,
                        migrations: &migrations,
                        schema: &schema,
                    });
                    deployed.unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
                }
            }
        }
    }
}

#[test]
fn radoub_carries_on_where_the_engine_stopped() {
    in_halves(Tool::Engine, Tool::Radoub);
}

#[test]
fn the_engine_carries_on_where_radoub_stopped() {
    in_halves(Tool::Radoub, Tool::Engine);
}
