//! The rules of cutting and of classification, one case a line. What psql and a real server make
//! of the same texts is compared in `tests/`.

use super::{Alone, Course, QualifiedName, Runs, Script};

/// Cuts a text; the tests below are only data.
#[track_caller]
fn cuts(text: &str, expected: &[&str]) {
    let script = Script::parse(text);
    let statements: Vec<&str> =
        (0..script.statements.len()).map(|index| script.statement_text(text, index)).collect();
    assert_eq!(statements, expected, "of {text:?}");
}

/// Classifies each text as a script of one statement.
#[track_caller]
fn runs(expected: &Runs, texts: &[&str]) {
    for text in texts {
        let script = Script::parse(text);
        assert_eq!(script.statements.len(), 1, "of {text:?}");
        assert_eq!(&script.statements[0].runs, expected, "of {text:?}");
    }
}

fn named(name: &str) -> QualifiedName {
    QualifiedName { schema: None, name: name.to_owned() }
}

fn within(schema: &str, name: &str) -> QualifiedName {
    QualifiedName { schema: Some(schema.to_owned()), name: name.to_owned() }
}

#[test]
fn statements_lose_their_semicolons_and_the_comments_around_them() {
    cuts("", &[]);
    cuts(" ;; \n;", &[]);
    cuts("-- only a comment", &[]);
    cuts("/* a */ -- b\n/* c /* d */ */", &[]);
    cuts("SELECT 1", &["SELECT 1"]);
    cuts("-- first\nSELECT 1; /* then */ SELECT 2 -- end\n;", &["SELECT 1", "SELECT 2"]);
    cuts("SELECT /* ; */ 1; SELECT 2", &["SELECT /* ; */ 1", "SELECT 2"]);
    cuts("a--b;\rc;d", &["a--b;\rc", "d"]);
}

#[test]
fn quotes_hide_semicolons() {
    cuts("a';';b", &["a';'", "b"]);
    cuts("a'it''s;';b", &["a'it''s;'", "b"]);
    cuts(r"'a\';b", &[r"'a\'", "b"]);
    cuts(r"E'a\';b';c", &[r"E'a\';b'", "c"]);
    cuts(r"e'\\';c", &[r"e'\\'", "c"]);
    cuts(r"fooe'\';c", &[r"fooe'\'", "c"]);
    cuts(r"U&'\';c", &[r"U&'\'", "c"]);
    cuts(r#"U&"a;""b\";c"#, &[r#"U&"a;""b\""#, "c"]);
    cuts("B'1;0';X'f;f';n';'", &["B'1;0'", "X'f;f'", "n';'"]);
    cuts(r#""a;""b";c"#, &[r#""a;""b""#, "c"]);
}

#[test]
fn a_text_goes_on_after_a_line_break_as_it_began() {
    cuts("E'a'\n'\\';b';c", &["E'a'\n'\\';b'", "c"]);
    cuts("E'a' -- why\n\t'\\';b';c", &["E'a' -- why\n\t'\\';b'", "c"]);
    cuts("E'a' '\\';b", &["E'a' '\\'", "b"]);
    cuts("'a'\n'\\';b", &["'a'\n'\\'", "b"]);
}

#[test]
fn dollar_quotes_hide_everything() {
    cuts("$$;'\"/*$$;b", &["$$;'\"/*$$", "b"]);
    cuts("$a$;$$;$b$;$a$;b", &["$a$;$$;$b$;$a$", "b"]);
    cuts("$é_1$;$é_1$;b", &["$é_1$;$é_1$", "b"]);
    cuts("a$b$;c$b$", &["a$b$", "c$b$"]);
    cuts("$1$;$2", &["$1$", "$2"]);
    cuts("$1$$;$$", &["$1$$;$$"]);
    cuts("1$a$;$a$;1.5e3$a$;b", &["1$a$;$a$", "1.5e3$a$", "b"]);
    cuts("$1a$b$;c", &["$1a$b$", "c"]);
    cuts("$ a$;b", &["$ a$", "b"]);
    cuts("$A$;$a$;$A$", &["$A$;$a$;$A$"]);
}

#[test]
fn comments_nest_and_begin_inside_operators() {
    cuts("/* /* ; */ ; */ a;b", &["a", "b"]);
    cuts("a +/*;*/ b;c", &["a +/*;*/ b", "c"]);
    cuts("a +--;\nb;c", &["a +--;\nb", "c"]);
    cuts("a /*/;*/ b;c", &["a /*/;*/ b", "c"]);
    cuts("'--';b", &["'--'", "b"]);
}

#[test]
fn parentheses_hide_semicolons() {
    cuts(
        "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); NOTIFY b);c",
        &["CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); NOTIFY b)", "c"],
    );
    cuts("a);b", &["a)", "b"]);
}

#[test]
fn a_routine_keeps_its_body() {
    let function = "CREATE OR REPLACE FUNCTION f(x int = 0) RETURNS int BEGIN ATOMIC; \
        SELECT CASE x WHEN 1 THEN 2 ELSE 3 END; SELECT 1 AS end; (SELECT 2); END";
    cuts(&format!("{function};b"), &[function, "b"]);
    let procedure = "create procedure p() begin atomic end";
    cuts(&format!("{procedure};b"), &[procedure, "b"]);
    cuts("BEGIN; ATOMIC; END; x", &["BEGIN", "ATOMIC", "END", "x"]);
    cuts("CREATE TABLE begin (atomic int); x", &["CREATE TABLE begin (atomic int)", "x"]);
}

#[test]
fn what_never_closes_is_told_and_takes_the_rest() {
    for (text, opens) in [
        ("a;'b;c", Some(2)),
        ("a;E'b\\", Some(2)),
        ("a;\"b;c", Some(2)),
        ("a;$x$b;$y$", Some(2)),
        ("a;b /* /* */ ;", Some(4)),
        ("a;'b'\n'c", Some(2)),
        ("a;'b'", None),
    ] {
        let script = Script::parse(text);
        assert_eq!((script.statements.len(), script.unterminated), (2, opens), "of {text:?}");
    }
}

#[test]
fn a_byte_order_mark_belongs_to_the_first_word() {
    cuts("\u{feff}SELECT 1;b", &["\u{feff}SELECT 1", "b"]);
}

#[test]
fn transaction_commands_are_recognised() {
    runs(&Runs::Begins, &["BEGIN", "begin work", "/**/Begin ISOLATION LEVEL SERIALIZABLE"]);
    runs(&Runs::Begins, &["START TRANSACTION", "start /* a */ -- b\n transaction read only"]);
    runs(&Runs::Commits, &["COMMIT", "END", "end work", "COMMIT AND CHAIN", "COMMIT TRANSACTION"]);
    runs(&Runs::Commits, &["PREPARE TRANSACTION 'x'"]);
    runs(&Runs::RollsBack, &["ROLLBACK", "ABORT", "ROLLBACK WORK", "abort and no chain"]);
    runs(
        &Runs::Anywhere,
        &[
            "ROLLBACK TO a",
            "ROLLBACK WORK TO SAVEPOINT a",
            "ROLLBACK TRANSACTION TO a",
            "SAVEPOINT a",
            "RELEASE SAVEPOINT a",
            "SET TRANSACTION READ ONLY",
            "PREPARE begin AS SELECT 1",
            "\"BEGIN\"",
        ],
    );
    let unknowable = Runs::Alone(Alone::Unknowable);
    runs(&unknowable, &["COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'"]);
}

#[test]
fn indexes_are_named_as_they_are_stored() {
    let create =
        |name: Option<QualifiedName>, table| Runs::Alone(Alone::CreateIndex { name, table });
    runs(
        &create(Some(named("Users_email_idx")), named("Users")),
        &[
            r#"CREATE INDEX CONCURRENTLY "Users_email_idx" ON "Users"("email")"#,
            r#"create unique index concurrently if not exists "Users_email_idx" on only "Users" (a)"#,
        ],
    );
    runs(
        &create(Some(named("a_b!")), named("U\u{1F600}s")),
        &[r#"CREATE INDEX CONCURRENTLY U&"a\005Fb!" ON U&"U!+01F600!0073" UESCAPE '!' (a)"#],
    );
    runs(&create(None, within("app", "t")), &["CREATE INDEX CONCURRENTLY ON App.T (a)"]);
    let long = "x".repeat(62) + "éé";
    runs(
        &create(Some(named(&"x".repeat(62))), named("t")),
        &[&format!("CREATE INDEX CONCURRENTLY {long} ON t (a)")],
    );
    runs(&Runs::Anywhere, &["CREATE INDEX a ON t (b)", "CREATE UNIQUE INDEX ON t (b)"]);
    runs(
        &Runs::Alone(Alone::DropIndex { names: vec![named("a"), within("S", "b\"c")] }),
        &[r#"DROP INDEX CONCURRENTLY IF EXISTS A, "S"."b""c" CASCADE"#],
    );
    runs(&Runs::Anywhere, &["DROP INDEX a", "DROP INDEX IF EXISTS concurrently_a"]);
}

#[test]
fn what_may_be_done_twice_is_repeatable() {
    runs(
        &Runs::Alone(Alone::Repeatable),
        &[
            "VACUUM",
            "vacuum (analyze) t",
            "REINDEX TABLE CONCURRENTLY t",
            "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
            "REINDEX (concurrently true) INDEX i",
            "REINDEX (VERBOSE) SCHEMA CONCURRENTLY s",
            "REINDEX DATABASE d",
            "REINDEX SYSTEM d",
            "REINDEX SCHEMA s",
            "ALTER SYSTEM SET work_mem = '4MB'",
            "CLUSTER",
            "CLUSTER VERBOSE",
            "CLUSTER (VERBOSE)",
            "DISCARD ALL",
            "ALTER DATABASE d SET TABLESPACE t",
            "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
        ],
    );
}

#[test]
fn what_leaves_no_trace_is_unknowable() {
    runs(
        &Runs::Alone(Alone::Unknowable),
        &[
            "CREATE DATABASE d",
            "DROP DATABASE IF EXISTS d",
            "CREATE TABLESPACE t LOCATION '/x'",
            "DROP TABLESPACE t",
            "ALTER TABLE a.t DETACH PARTITION a.t1 CONCURRENTLY",
            "ALTER TABLE IF EXISTS ONLY t DETACH PARTITION t1 concurrently",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (copy_data = false)",
            "DROP SUBSCRIPTION s",
            "ALTER SUBSCRIPTION s SET PUBLICATION p",
            "DO $$ BEGIN COMMIT; END $$",
            "DO LANGUAGE plpgsql $x$ BEGIN LOOP DELETE FROM t; <<l>> ROLLBACK AND CHAIN; END LOOP; END $x$",
            "DO 'BEGIN PERFORM ''a''; COMMIT; END'",
            "CALL p()",
        ],
    );
}

#[test]
fn what_a_transaction_bears_runs_anywhere() {
    runs(
        &Runs::Anywhere,
        &[
            "REINDEX TABLE t",
            "REINDEX (CONCURRENTLY false) TABLE t",
            "REINDEX INDEX database",
            "CLUSTER t USING i",
            "CLUSTER VERBOSE t",
            "ANALYZE",
            "DISCARD TEMP",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
            "ALTER TYPE e ADD VALUE 'x'",
            "ALTER DATABASE d SET work_mem = '4MB'",
            "ALTER TABLE t DETACH PARTITION t1",
            "ALTER TABLE t DETACH PARTITION t1 FINALIZE",
            "ALTER TABLE system RENAME TO concurrently",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (create_slot = off)",
            "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (connect = false)",
            "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
            "ALTER SUBSCRIPTION s DISABLE",
            "DO $$ BEGIN PERFORM 'COMMIT;'; -- COMMIT;\n EXECUTE $q$ COMMIT; $q$; END $$",
            "DO $$ BEGIN INSERT INTO t (commit) VALUES (1); END $$",
            "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'VACUUM'",
            "VALUES ('VACUUM')",
            "(SELECT 1)",
        ],
    );
}

#[test]
fn a_call_among_others_commits_only_if_the_script_says_so() {
    let second = |text: &str| Script::parse(text).statements[1].runs.clone();
    let body = "AS $$ BEGIN COMMIT; END $$ LANGUAGE plpgsql";
    let committing = format!("CREATE OR REPLACE PROCEDURE app.P() {body}; CALL app.p()");
    assert_eq!(second(&committing), Runs::Alone(Alone::Unknowable));
    assert_eq!(second("CREATE PROCEDURE p() AS $$ BEGIN END $$; CALL p()"), Runs::Anywhere);
    assert_eq!(second("SELECT 1; CALL p()"), Runs::Anywhere);
}

#[test]
fn a_script_is_atomic_unless_a_statement_forbids_it() {
    let course = |text: &str| Script::parse(text).course();
    assert_eq!(course(""), Course::Atomic);
    assert_eq!(course("CREATE TABLE t (); SAVEPOINT a; ROLLBACK TO a;"), Course::Atomic);
    assert_eq!(course("SELECT 1; BEGIN; SELECT 2; COMMIT"), Course::Stepwise { because: 1 });
    assert_eq!(course("SELECT 1; SELECT 2; VACUUM;"), Course::Stepwise { because: 2 });
    assert_eq!(course("ROLLBACK"), Course::Stepwise { because: 0 });
}

#[test]
fn a_stranger_text_gives_no_statement() {
    let script = Script::parse("SELECT 'é'");
    assert_eq!(script.statement_text("SELECT 'é'", 7), "");
    assert_eq!(script.statement_text("SELECT", 0), "");
}

#[test]
fn hostile_repetition_takes_linear_time() {
    for piece in
        ["$a", "$a$", "'a'\n", "/*", "E'\\'\n", "(", "a$", "U&\"", "--\n", "$$;", "1e'", "CREATE "]
    {
        let text = piece.repeat(300_000);
        let script = Script::parse(&text);
        assert!(script.statements.len() <= 300_000);
    }
}

/// What each statement of a script reaches outside its database.
#[track_caller]
fn reach(text: &str) -> Vec<String> {
    let statements = Script::parse(text).statements;
    let alone = statements.iter().map(|it| &text[it.range.clone()]);
    let reach = alone.filter_map(|it| Script::parse(it).outside(it));
    reach.map(|(_, words)| words).collect()
}

#[test]
fn what_belongs_to_the_server_is_outside() {
    assert_eq!(
        reach(
            "create role a; ALTER USER b SET x = 1; DROP GROUP c; ALTER DATABASE d SET x = 1; \
             ALTER SYSTEM SET x = 1; CREATE TABLESPACE t LOCATION '/x'; CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p; \
             COPY t FROM '/etc/passwd'; COPY t (a, b) TO PROGRAM 'rm'; GRANT a TO b; REVOKE a FROM b; \
             DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles) THEN CREATE ROLE r; END IF; END $$; \
             DO 'BEGIN EXECUTE ''create database x''; END'"
        ),
        [
            "CREATE ROLE",
            "ALTER USER",
            "DROP GROUP",
            "ALTER DATABASE",
            "ALTER SYSTEM",
            "CREATE TABLESPACE",
            "CREATE SUBSCRIPTION",
            "COPY",
            "COPY",
            "GRANT",
            "REVOKE",
            "CREATE ROLE",
            "CREATE DATABASE",
        ]
    );
}

#[test]
fn what_belongs_to_the_database_is_not_outside() {
    let nothing: [&str; 0] = [];
    assert_eq!(
        reach(
            "CREATE TABLE \"User\" (role text); ALTER TABLE role ADD a int; DROP TABLE \"Database\"; CREATE USER MAPPING FOR a SERVER b; \
             GRANT SELECT ON ALL TABLES IN SCHEMA public TO b; REVOKE ALL (a) ON t FROM b; COPY t FROM stdin; COPY (SELECT 1) TO STDOUT; \
             DO $$ BEGIN ALTER TABLE t OWNER TO x; PERFORM 'role'; END $$; SET ROLE a; CREATE EXTENSION dblink; \
             CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'CREATE ROLE x'; -- DROP ROLE y\n CREATE POLICY user ON t"
        ),
        nothing
    );
}

#[test]
fn extensions_that_are_asked_for_are_named() {
    let text = "SELECT 1; CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA x; create extension PostGIS;";
    assert_eq!(Script::parse(text).extensions(text), ["uuid-ossp", "postgis"]);
    let text = "/* first */ CREATE TABLE t ();\n-- then\nDROP ROLE x";
    assert_eq!(Script::parse(text).outside(text), Some((39, "DROP ROLE".to_owned())));
}

#[test]
fn rows_through_the_connection_are_told_from_files_and_programs() {
    let copies = |text: &str| Script::parse(text).copies(text);
    assert_eq!(copies("SELECT 1; copy \"T\" (a, \"b\") from stdin with (format csv);"), Some(1));
    assert_eq!(copies("COPY (SELECT (1)) TO STDOUT"), Some(0));
    assert_eq!(copies("COPY s.t TO stdout"), Some(0));
    for text in [
        "COPY t FROM '/tmp/stdin'",
        "COPY t FROM PROGRAM 'stdin'",
        "COPY t TO '/tmp/x'",
        "CREATE TABLE copy (\"from\" text, stdin text)",
        "-- COPY t FROM stdin\nSELECT 1",
        "SELECT 'COPY t FROM stdin'",
    ] {
        assert_eq!(copies(text), None, "{text}");
    }
}
