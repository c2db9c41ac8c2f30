//! What we say about locks and rewrites against what a real server does: each statement runs in a
//! transaction, and `pg_locks` and the files of the tables are looked at before it is undone.

use std::collections::BTreeMap;

use radoub_schema::hazard::{
    Act, Assessment, LockMode, On, TypeChange, Verb, Work, assess, type_change,
};
use radoub_schema::script::Script;
use radoub_testing::postgres::{Cluster, Database};

/// The tables of the ground, and what each statement below names.
const GROUND: &str = "
    CREATE TYPE mood AS ENUM ('a', 'b');
    CREATE TABLE customers (id int PRIMARY KEY, name varchar(50) NOT NULL, email text, born timestamp(3), worth numeric(10, 2));
    CREATE TABLE orders (id int PRIMARY KEY, customer int, state mood, note text, CONSTRAINT orders_note CHECK (note <> 'x') NOT VALID,
                         CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES customers);
    CREATE INDEX orders_state ON orders (state);
    CREATE UNIQUE INDEX orders_note_key ON orders (note);
    CREATE TABLE parts (id int) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (9);
    CREATE TABLE parts_2 (id int);
    CREATE VIEW orders_view AS SELECT id FROM orders;
    CREATE MATERIALIZED VIEW orders_sum AS SELECT state, count(*) FROM orders GROUP BY state;
    CREATE UNIQUE INDEX orders_sum_key ON orders_sum (state);
    CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER orders_noop BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noop();
    INSERT INTO customers SELECT n, 'n' || n FROM generate_series(1, 50) n;
    INSERT INTO orders SELECT n, n, 'a', 'note ' || n FROM generate_series(1, 50) n;
    CREATE TABLE ground AS SELECT oid, relname::text AS name, relfilenode AS node FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')";

/// Table, strongest lock and whether its file is another one afterwards.
type Measured = BTreeMap<String, (Option<LockMode>, bool)>;

/// Runs the statement, looks, and undoes it.
#[track_caller]
fn measured(database: &Database<'_>, statement: &str) -> Measured {
    let look = "SELECT g.name || '|' || coalesce(l.mode, '') || '|' || (c.relfilenode IS DISTINCT FROM g.node AND c.oid IS NOT NULL)
                  FROM ground g LEFT JOIN pg_class c ON c.oid = g.oid
                  LEFT JOIN pg_locks l ON l.relation = g.oid AND l.pid = pg_backend_pid() AND l.granted";
    let rows = database
        .query(&format!("BEGIN;\n{statement}\n;{look};ROLLBACK"))
        .unwrap_or_else(|error| panic!("{statement}: {error}"));
    let mut found = Measured::new();
    for row in rows {
        let text = row[0].clone().unwrap_or_default();
        // Rows of the statement itself come first.
        let mut parts = text.split('|');
        let (Some(name), Some(mode), Some(rewritten)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let mode = LockMode::ALL.into_iter().find(|it| it.catalog_name() == mode);
        let mode = mode.filter(|mode| *mode > LockMode::RowShare);
        let entry = found.entry(name.to_owned()).or_default();
        entry.0 = entry.0.max(mode);
        entry.1 |= rewritten == "true";
    }
    found
}

/// The tables that indexes of the ground belong to.
fn table_of_index(index: &str) -> &str {
    match index {
        "orders_state" | "orders_note_key" | "orders_pkey" => "orders",
        other => panic!("no index {other}"),
    }
}

fn assessment(statement: &str) -> Assessment {
    let script = Script::parse(statement);
    assert_eq!(script.statements.len(), 1, "{statement}");
    assess(statement, &script).remove(0)
}

/// The types that columns of the ground have.
fn type_of(act: &Act) -> &'static str {
    match (act.action.table.as_str(), act.action.name.as_str()) {
        ("customers", "name") => "character varying(50)",
        ("customers", "email") | ("orders", "note") => "text",
        ("customers", "born") => "timestamp(3) without time zone",
        ("customers", "worth") => "numeric(10,2)",
        ("orders", "customer" | "id") => "integer",
        other => panic!("no column {other:?}"),
    }
}

#[test]
fn locks_and_rewrites_are_those_of_a_real_server() {
    let cluster = Cluster::shared();
    let database = cluster.database("locks");
    database.psql(GROUND);
    let major = cluster.version().major;
    let mut wrong = Vec::new();
    for statement in STATEMENTS {
        let said = assessment(statement);
        let found = measured(&database, statement);
        let mut expected: BTreeMap<&str, LockMode> = BTreeMap::new();
        let mut has_dependents = false;
        for hold in said.acts.iter().flat_map(|act| &act.holds) {
            let name = match &hold.on {
                On::Table(name) => name.name.as_str(),
                On::TableOfIndex(name) => table_of_index(&name.name),
                On::Dependents => {
                    has_dependents = true;
                    continue;
                }
            };
            let mode = expected.entry(name).or_insert(hold.mode);
            *mode = hold.mode.max(*mode);
        }
        for (table, (mode, _)) in &found {
            let told = expected.get(table.as_str()).copied();
            if told != *mode && !(has_dependents && told.is_none()) {
                wrong.push(format!("{statement}: {table} has {mode:?}, we say {told:?}"));
            }
        }
        // A change of type is weighed by whoever knows the old one.
        let rewrites = |act: &Act| match act.action.verb {
            Verb::ChangeType => type_change(type_of(act), &act.action.to) == TypeChange::Rewrite,
            // An empty file in the place of the old one: no row is written.
            Verb::Truncate => true,
            _ => act.work == Work::Rewrite,
        };
        let told = said.acts.iter().any(rewrites);
        let is = found.values().any(|(_, rewritten)| *rewritten);
        if told != is {
            wrong.push(format!("{statement}: rewritten {is}, we say {told} on {major}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const STATEMENTS: &[&str] = &[
    "CREATE TABLE fresh (id int PRIMARY KEY)",
    "CREATE TABLE fresh (id int REFERENCES customers, other int, FOREIGN KEY (other) REFERENCES orders (id))",
    "CREATE TABLE fresh (LIKE orders)",
    "CREATE TABLE parts_3 PARTITION OF parts FOR VALUES FROM (20) TO (29)",
    "DROP TABLE parts_2",
    "DROP TABLE orders CASCADE",
    "ALTER TABLE orders RENAME TO purchases",
    "ALTER TABLE orders RENAME COLUMN note TO remark",
    "ALTER TABLE orders RENAME note TO remark",
    "ALTER TABLE orders RENAME CONSTRAINT orders_note TO orders_remark",
    "ALTER TABLE orders ADD COLUMN role text",
    "ALTER TABLE orders ADD COLUMN \"role\" TEXT NOT NULL DEFAULT 'Assistant', ADD COLUMN level int DEFAULT 1",
    "ALTER TABLE orders ADD made timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP",
    "ALTER TABLE orders ADD COLUMN made timestamptz DEFAULT now()",
    "ALTER TABLE orders ADD COLUMN tags text[] DEFAULT ARRAY[]::text[]",
    "ALTER TABLE orders ADD COLUMN meta jsonb NOT NULL DEFAULT '{}'::jsonb",
    "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE orders ADD COLUMN dice float8 DEFAULT random()",
    "ALTER TABLE orders ADD COLUMN dice float8 DEFAULT (1 + random())",
    "ALTER TABLE orders ADD COLUMN number serial",
    "ALTER TABLE orders ADD COLUMN number bigint GENERATED BY DEFAULT AS IDENTITY",
    "ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (id * 2) STORED",
    "ALTER TABLE orders ADD COLUMN friend int REFERENCES customers (id)",
    "ALTER TABLE orders ADD COLUMN code text UNIQUE",
    "ALTER TABLE orders DROP COLUMN note",
    "ALTER TABLE orders ALTER COLUMN note SET NOT NULL",
    "ALTER TABLE customers ALTER COLUMN name DROP NOT NULL",
    "ALTER TABLE orders ALTER COLUMN note SET DEFAULT 'x'",
    "ALTER TABLE orders ALTER COLUMN note DROP DEFAULT",
    "ALTER TABLE orders ALTER COLUMN note SET STATISTICS 200",
    "ALTER TABLE orders ALTER COLUMN note SET STORAGE EXTERNAL",
    "ALTER TABLE orders ALTER note SET (n_distinct = 5)",
    "ALTER TABLE customers ALTER COLUMN name TYPE varchar(100)",
    "ALTER TABLE customers ALTER COLUMN name SET DATA TYPE TEXT",
    "ALTER TABLE customers ALTER COLUMN name TYPE varchar(20)",
    "ALTER TABLE customers ALTER COLUMN email TYPE varchar",
    "ALTER TABLE customers ALTER COLUMN email TYPE varchar(20)",
    "ALTER TABLE customers ALTER COLUMN worth TYPE numeric(12, 2)",
    "ALTER TABLE customers ALTER COLUMN worth TYPE DECIMAL",
    "ALTER TABLE customers ALTER COLUMN worth TYPE numeric(12, 3)",
    "ALTER TABLE customers ALTER COLUMN born TYPE timestamp(6)",
    "ALTER TABLE customers ALTER COLUMN born TYPE timestamp(0)",
    "ALTER TABLE orders ALTER COLUMN customer TYPE bigint USING customer::bigint, DROP CONSTRAINT orders_customer",
    "ALTER TABLE orders ADD CONSTRAINT again FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE",
    "ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES customers NOT VALID",
    "ALTER TABLE orders ADD FOREIGN KEY (customer) REFERENCES orders (id)",
    "ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0)",
    "ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID",
    "ALTER TABLE orders ADD CONSTRAINT one UNIQUE (customer)",
    "ALTER TABLE parts_2 ADD PRIMARY KEY (id)",
    "ALTER TABLE orders ADD CONSTRAINT one UNIQUE USING INDEX orders_note_key",
    "ALTER TABLE orders ADD CONSTRAINT apart EXCLUDE USING btree (id WITH =)",
    "ALTER TABLE orders VALIDATE CONSTRAINT orders_note",
    "ALTER TABLE orders DROP CONSTRAINT orders_note",
    "ALTER TABLE orders DROP CONSTRAINT orders_customer",
    "ALTER TABLE orders SET (fillfactor = 70)",
    "ALTER TABLE orders RESET (fillfactor)",
    "ALTER TABLE orders CLUSTER ON orders_state",
    "ALTER TABLE orders SET WITHOUT CLUSTER",
    "ALTER TABLE parts_2 SET UNLOGGED",
    "ALTER TABLE orders DISABLE TRIGGER orders_noop",
    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE orders REPLICA IDENTITY FULL",
    "ALTER TABLE orders OWNER TO CURRENT_USER",
    "ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (19)",
    "ALTER TABLE parts DETACH PARTITION parts_1",
    "LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE",
    "LOCK orders, customers IN EXCLUSIVE MODE",
    "LOCK orders",
    "CREATE INDEX orders_more ON orders (note, id)",
    "CREATE UNIQUE INDEX ON orders (id, note)",
    "DROP INDEX orders_state",
    "DROP INDEX IF EXISTS public.orders_state",
    "ALTER INDEX orders_state RENAME TO orders_mood",
    "REINDEX TABLE orders",
    "REINDEX INDEX orders_state",
    "INSERT INTO orders (id) VALUES (1000)",
    "UPDATE orders SET note = id::text",
    "DELETE FROM orders WHERE id = 1",
    "WITH gone AS (DELETE FROM orders WHERE id = 1 RETURNING id) SELECT id::text FROM gone",
    "TRUNCATE parts_2",
    "TRUNCATE TABLE customers, orders RESTART IDENTITY CASCADE",
    "CREATE TYPE other AS ENUM ('x')",
    "ALTER TYPE mood ADD VALUE 'c'",
    "ALTER TYPE mood RENAME TO humour",
    "DROP TYPE mood CASCADE",
    "CREATE VIEW another AS SELECT id FROM orders",
    "DROP VIEW orders_view",
    "REFRESH MATERIALIZED VIEW orders_sum",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE TRIGGER t AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noop()",
    "CREATE OR REPLACE TRIGGER orders_noop AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION noop()",
    "DROP TRIGGER orders_noop ON orders",
    "CREATE POLICY p ON orders USING (true)",
    "CREATE RULE r AS ON INSERT TO orders DO ALSO NOTIFY x",
    "CREATE STATISTICS s ON id, customer FROM orders",
    "CREATE SEQUENCE counter",
    "CREATE SCHEMA other",
    "COMMENT ON TABLE orders IS 'x'",
    "COMMENT ON COLUMN orders.note IS 'x'",
    "GRANT SELECT ON orders TO PUBLIC",
    "ANALYZE orders",
    "CLUSTER orders USING orders_state",
    "SET lock_timeout = '1s'",
];
