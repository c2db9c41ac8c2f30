//! Whether two SQL expressions are the same, one written by a person, the other by the server.
//!
//! Prisma 7 looks through parentheses and casts of constants in the conditions of partial indexes
//! (measured), and compares defaults as text. Where its oddities are not wanted, what the server
//! makes of a text is looked through as well: casts, `LIKE` as an operator, `IN` as an array.

mod canonical;
mod parser;
mod tokens;

/// How far two texts may be apart and still mean the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// As far as Prisma 7 sees.
    Prisma,
    /// As far as the server changes a text when it stores and prints it.
    Meaning,
}

/// Whether two expressions are the same. Texts that are not understood are compared as they are.
pub(super) fn same(from: &str, to: &str, manner: Manner) -> bool {
    if from == to {
        return true;
    }
    match (parser::parse(from), parser::parse(to)) {
        (Some(from), Some(to)) => canonical::text(&from, manner) == canonical::text(&to, manner),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Manner, same};

    /// The one place that calls the code under test: what the server prints, what a person wrote.
    #[track_caller]
    fn check(server: &str, file: &str, prisma: bool, meaning: bool) {
        let told = (same(server, file, Manner::Prisma), same(server, file, Manner::Meaning));
        assert_eq!(told, (prisma, meaning), "{server} | {file}");
    }

    #[test]
    fn parentheses_and_casts_of_constants_do_not_matter() {
        check("(NOT gone)", "NOT gone", true, true);
        check("(x > 1)", "((x) > (1))", true, true);
        check("((x > 1) AND gone)", "(x > 1) and (gone)", true, true);
        check("(s = 'a'::text)", "s = 'a'", true, true);
        check("(c = 'RED'::\"Color\")", "c = 'RED'", true, true);
        check("(n = (1)::numeric)", "n = 1", true, true);
        check("(s <> 'a'::text)", "s != 'a'", true, true);
        check("((j ->> 'a'::text) = 'b'::text)", "j ->> 'a' = 'b'", true, true);
        check("(gone OR ((x > 1) AND (s = 'a'::text)))", "gone OR x > 1 AND s = 'a'", true, true);
        check("((gone OR (x > 1)) AND (s = 'a'::text))", "gone OR x > 1 AND s = 'a'", false, false);
        check("((- x) > 1)", "-x > 1", true, true);
        check("(x IS NOT NULL)", "x is not null", true, true);
        check(
            "\nCASE\n WHEN (x > 1) THEN true\n ELSE false\nEND",
            "CASE WHEN x > 1 THEN true ELSE false END",
            true,
            true,
        );
    }

    #[test]
    fn prisma_does_not_see_through_what_the_server_rewrites() {
        check("((v)::text = 'a'::text)", "v = 'a'", false, true);
        check("((v)::text = 'a'::text)", "(v)::TEXT = 'a'", true, true);
        check("(s ~~ 'a%'::text)", "s LIKE 'a%'", false, true);
        check("(s ~~ 'a%'::text)", "s ~~ 'a%'", true, true);
        check("(NOT (s ~~ 'a%'::text))", "NOT s LIKE 'a%'", false, true);
        check("(s !~~ 'a%'::text)", "s NOT LIKE 'a%'", false, true);
        check("(x = ANY (ARRAY[1, 2]))", "x IN (1,2)", false, true);
        check("(x = ANY (ARRAY[1, 2]))", "x = ANY (ARRAY[1,2])", true, true);
        check("(x <> ALL (ARRAY[1, 2]))", "x NOT IN (1, 2)", false, true);
        check("(x = 1)", "x IN (1)", false, true);
        check("((x >= 1) AND (x <= 5))", "x BETWEEN 1 AND 5", false, true);
        check("(x = '-1'::integer)", "x = -1", false, true);
        check("(n > 0.5)", "n > 0.50", false, true);
        check("(COALESCE(s, ''::text) = 'a'::text)", "COALESCE(s, '') = 'a'", false, true);
        check("(COALESCE(x, 0) > 1)", "coalesce(x,0) > 1", false, true);
        check("(lower((s || 'a'::text)) = 'b'::text)", "lower(s || 'a') = 'b'", false, true);
        check("(NOT (s IS DISTINCT FROM 'a'::text))", "s IS NOT DISTINCT FROM 'a'", false, true);
        check("(x > 1)", "X > 1", false, true);
        check("(x > 1)", "\"x\" > 1", true, true);
        check("((x > 1) AND ((x < 5) AND gone))", "x > 1 AND x < 5 AND gone", false, true);
    }

    #[test]
    fn another_meaning_is_another_meaning() {
        check("(s = 'a'::text)", "s = 'b'", false, false);
        check("(s = 'A'::text)", "s = 'a'", false, false);
        check("(x > 1)", "y > 1", false, false);
        check("(x > 1)", "1 < x", false, false);
        check("(x > 1)", "x >= 1", false, false);
        check("gone", "gone = true", false, false);
        check("\"X\"", "x", false, false);
    }

    #[test]
    fn defaults_are_seen_through_too() {
        check("(1 + 1)", "1 + 1", true, true);
        check("md5('X'::text)", "md5('X')", false, true);
        check("timezone('utc'::text, now())", "now() AT TIME ZONE 'utc'", false, true);
        check("(now() AT TIME ZONE 'utc'::text)", "(now() at time zone 'utc')", false, true);
        check("uuid_generate_v4()", "extensions.uuid_generate_v4()", false, true);
        check("('x'::text || CURRENT_USER)", "'x' || current_user", true, true);
        check("'1 day'::interval", "interval '1 day'", false, true);
        check("(now() + '01:00:00'::interval)", "now() + interval '01:00:00'", false, true);
        check("(ARRAY['a'::text])::character varying[]", "ARRAY['a']::varchar[]", false, true);
        check("EXTRACT(epoch FROM now())", "extract(epoch from now())", true, true);
        check("date_part('epoch'::text, now())", "extract(epoch from now())", false, true);
        check("(ARRAY['x'::text, 'y'::text])[1]", "(ARRAY['x','y'])[1]", false, true);
        check("nextval('s'::regclass)", "nextval('s')", false, true);
        check("'{}'::jsonb", "'{}'", true, true);
    }

    #[test]
    fn conditions_are_told_apart_as_prisma_does() {
        let mut wrong = Vec::new();
        for line in include_str!("expressions/measured.txt").lines() {
            if line.starts_with('#') {
                continue;
            }
            let parts: Vec<&str> = line.split('\t').collect();
            let [verdict, server, file] = parts[..] else { panic!("{line}") };
            let server = server.replace('¶', "\n");
            if same(&server, file, Manner::Prisma) != (verdict == "same") {
                wrong.push(line);
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_not_understood_is_compared_as_it_is() {
        check("(SELECT 1", "(SELECT 1", true, true);
        check("(SELECT 1", "SELECT 1", false, false);
        check("", "", true, true);
        check("'", "''", false, false);
    }
}
