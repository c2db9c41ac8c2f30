//! Our cuts against psql's: the real psql sends scripts to a listener that answers "done" to
//! everything and writes down, byte for byte, what a statement was to psql.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use radoub_schema::script::Script;
use radoub_testing::postgres::Binaries;
use radoub_testing::shared::shared_or_say;

/// What psql sent for one script; `None` when it took a backslash for a command of its own.
type Sent = Option<Vec<String>>;

/// Has psql send these scripts, in a few processes, and gives the statements of each.
#[track_caller]
fn sent_by_psql(texts: &[String]) -> Vec<Sent> {
    texts.chunks(250).flat_map(sent_by_one_psql).collect()
}

fn sent_by_one_psql(texts: &[String]) -> Vec<Sent> {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let psql = Binaries::find().unwrap().client("psql").expect("psql is installed");
    let mut command = Command::new(psql);
    command.args(["-X", "-q", "-d"]).env("PGCLIENTENCODING", "UTF8");
    command.arg(format!(
        "host=127.0.0.1 port={port} user=u dbname=d sslmode=disable gssencmode=disable"
    ));
    for (index, text) in texts.iter().enumerate() {
        let file = folder.path().join(format!("{index}.sql"));
        fs::write(&file, text).unwrap();
        command.arg("-c").arg(mark(index)).arg("-f").arg(file);
    }
    let (output, queries) = thread::scope(|scope| {
        let recorder = scope.spawn(|| record(&listener.accept().unwrap().0).unwrap());
        let output = command.output().unwrap();
        // Should psql never have come, this ends the listener.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port)));
        (output, recorder.join().unwrap())
    });
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "psql: {complaints}");

    let mut sent: Vec<Sent> = Vec::new();
    for query in queries {
        if query == mark(sent.len()) {
            sent.push(Some(Vec::new()));
        } else if let Some(Some(statements)) = sent.last_mut() {
            statements.push(query);
        }
    }
    assert_eq!(sent.len(), texts.len(), "psql: {complaints}");
    for (index, statements) in sent.iter_mut().enumerate() {
        if complaints.contains(&format!("/{index}.sql:")) {
            *statements = None;
        }
    }
    sent
}

fn mark(index: usize) -> String {
    format!("MARK {index}")
}

/// Speaks just enough of the protocol to be told queries: greets, and calls each of them done.
fn record(mut client: &TcpStream) -> io::Result<Vec<String>> {
    let mut queries = Vec::new();
    let mut length = [0; 4];
    if client.read_exact(&mut length).is_err() {
        return Ok(queries);
    }
    let mut startup = vec![0; u32::from_be_bytes(length) as usize - 4];
    client.read_exact(&mut startup)?;
    let mut greeting = message(b'R', &[0; 4]);
    for setting in [
        &b"client_encoding\0UTF8\0"[..],
        b"server_version\x0015.0\0",
        b"standard_conforming_strings\0on\0",
    ] {
        greeting.extend(message(b'S', setting));
    }
    greeting.extend(message(b'Z', b"I"));
    client.write_all(&greeting)?;
    loop {
        let mut header = [0; 5];
        client.read_exact(&mut header)?;
        let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]);
        let mut body = vec![0; length as usize - 4];
        client.read_exact(&mut body)?;
        match header[0] {
            b'Q' => queries.push(String::from_utf8(body[..body.len() - 1].to_vec()).unwrap()),
            b'X' => return Ok(queries),
            other => panic!("psql sent a message of kind {}", char::from(other)),
        }
        let mut done = message(b'C', b"OK\0");
        done.extend(message(b'Z', b"I"));
        client.write_all(&done)?;
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind], &length[..], body].concat()
}

/// Each query of psql holds one statement of ours, or only comments; and none of ours is left.
fn agrees(text: &str, sent: &[String]) -> Result<(), String> {
    let script = Script::parse(text);
    let mut ours = script.statements.iter().peekable();
    // psql takes a byte order mark off the file, the server would refuse it.
    let opens = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut at = opens;
    for query in sent {
        let Range { start, end } =
            place(text, at, query).ok_or(format!("psql rewrote {query:?}"))?;
        at = end;
        let rest = match ours.next_if(|it| it.range.start < end) {
            // What never closes goes on to the very end, of which psql sends all but blanks.
            Some(it) if it.range.end > end && script.unterminated.is_none() => {
                return Err(format!("psql ends {query:?} before {:?}", &text[it.range.clone()]));
            }
            Some(it) if it.range.start.max(opens) < start => {
                return Err(format!("psql begins {query:?} after {:?}", &text[it.range.clone()]));
            }
            Some(it) => {
                [&text[start..it.range.start.max(opens)], &text[it.range.end.min(end)..end]]
            }
            None => [&text[start..end], ""],
        };
        if !rest.iter().all(|it| is_blank(it)) {
            return Err(format!("psql sent {query:?}, of which {rest:?} is not of our statement"));
        }
    }
    ours.next()
        .map_or(Ok(()), |left| Err(format!("psql did not send {:?}", &text[left.range.clone()])))
}

/// Blanks, to psql and to us.
const BLANKS: [char; 5] = [' ', '\t', '\n', '\r', '\u{c}'];

/// Where a query of psql comes from: it drops empty lines and the comments before a statement.
fn place(text: &str, at: usize, query: &str) -> Option<Range<usize>> {
    let start = text.len() - text[at..].trim_start_matches(BLANKS).len();
    let comment =
        ["--", "/*"].iter().any(|it| text[start..].starts_with(it) && !query.starts_with(it));
    if comment {
        let after = after_comment(&text[start..])?;
        return place(text, text.len() - after.len(), query);
    }
    let mut found = text[start..].char_indices().filter(|(_, char)| !BLANKS.contains(char));
    let mut end = start;
    for wanted in query.chars().filter(|char| !BLANKS.contains(char)) {
        match found.next() {
            Some((index, char)) if char == wanted => end = start + index + char.len_utf8(),
            _ => {
                let after = after_comment(text[start..].trim_start_matches(';'))?;
                return place(text, text.len() - after.len(), query);
            }
        }
    }
    Some(start..end)
}

/// Whether only blanks, comments and semicolons are there.
fn is_blank(text: &str) -> bool {
    let rest = text.trim_start_matches(BLANKS).trim_start_matches(';');
    rest.is_empty()
        || (rest.len() < text.len() && is_blank(rest))
        || after_comment(rest).is_some_and(is_blank)
}

/// What follows the comment that this text begins with.
fn after_comment(text: &str) -> Option<&str> {
    if text.starts_with("--") {
        return Some(text.find(['\n', '\r']).map_or("", |end| &text[end..]));
    }
    let mut depth = 0_usize;
    let mut rest = text.starts_with("/*").then_some(text)?;
    while !rest.is_empty() {
        let (step, change) = match rest.as_bytes() {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (rest.chars().next().map_or(1, char::len_utf8), 0),
        };
        depth = depth.strict_add_signed(change);
        rest = &rest[step..];
        if depth == 0 {
            break;
        }
    }
    Some(rest)
}

/// Every `*.sql` below a folder, in the order of paths.
fn scripts_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            scripts_below(&path, found);
        } else if path.extension().is_some_and(|it| it == "sql") {
            found.push(path);
        }
    }
}

#[test]
fn real_migrations_are_cut_as_psql_cuts_them() {
    let Some(shared) = shared_or_say("cutting the scripts of the corpus and the fleets") else {
        return;
    };
    let mut paths = Vec::new();
    scripts_below(&shared.join("corpus"), &mut paths);
    scripts_below(&shared.join("fleets"), &mut paths);
    let (paths, texts): (Vec<_>, Vec<_>) = paths
        .into_iter()
        .filter_map(|path| Some((path.clone(), String::from_utf8(fs::read(&path).unwrap()).ok()?)))
        .unzip();
    let mut wrong = Vec::new();
    for ((path, text), sent) in paths.iter().zip(&texts).zip(sent_by_psql(&texts)) {
        match sent {
            None => wrong.push(format!("{}: psql took a backslash for a command", path.display())),
            Some(sent) => {
                wrong.extend(
                    agrees(text, &sent).err().map(|it| format!("{}: {it}", path.display())),
                );
            }
        }
    }
    assert!(paths.len() > 3000, "only {} scripts in {}", paths.len(), shared.display());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), paths.len(), wrong.join("\n"));
}

/// Fragments that open, close, hide or fake something. After a backslash only what psql has no
/// command for, so that it complains where the backslash comes to lie outside of quotes.
const PIECES: &[&str] = &[
    ";",
    ";",
    ";",
    ";",
    " ",
    "\n",
    "\r\n",
    "\t",
    "(",
    ")",
    "a",
    "é",
    "_b1",
    "1",
    "1.5e3",
    "0",
    "$1",
    ",",
    "+",
    "=",
    "'",
    "'",
    "''",
    "'x'",
    "E'",
    "e'\\''",
    "E'\\0'",
    "n'",
    "B'0;'",
    "x'f'",
    "U&'\\0",
    "'\n'",
    "'--;\n'",
    "\"",
    "\"q;\"",
    "\"\"",
    "U&\"",
    "u&\"a\\0\"",
    "$$",
    "$$",
    "$$ ; $$",
    "$a$",
    "$a$",
    "$a$;$$;$a$",
    "$é$",
    "$",
    "a$b$",
    "--",
    "-- ;\n",
    "-- '\n",
    "--\r",
    "-",
    "/*",
    "*/",
    "/* ; */",
    "/*/",
    "**/",
    "/**/",
    "/",
    "*",
    "/* /* */ ' */",
    "SELECT ",
    "create",
    " begin ",
    " atomic ",
    ";CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END;",
    ";create or replace procedure p() begin atomic end;",
];

/// Whether psql may count a `begin` that opens nothing: it takes a statement for a routine also by words that it
/// saw in parentheses, which no statement of PostgreSQL has there.
fn is_counted_otherwise(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace("()", "");
    let inside = text.find('(').and_then(|open| Some(open + text[open..].find("create")?));
    inside.is_some_and(|create| text[create..].contains(" begin "))
}

proptest! {
    #![proptest_config(Config { cases: 8, failure_persistence: None, max_shrink_iters: 0, ..Config::default() })]

    #[test]
    fn any_soup_of_tokens_is_cut_as_psql_cuts_it(
        texts in vec(vec(select(PIECES), 0..25).prop_map(|pieces| pieces.concat()), 250),
    ) {
        let mut compared = 0;
        let mut wrong: Vec<(&String, String)> = Vec::new();
        for (text, sent) in texts.iter().zip(sent_by_psql(&texts)) {
            let Some(sent) = sent else { continue };
            if is_counted_otherwise(text) {
                continue;
            }
            compared += 1;
            wrong.extend(agrees(text, &sent).err().map(|reason| (text, reason)));
        }
        // The batch is too big to shrink; its shortest disagreement is small enough.
        let shortest = wrong.iter().min_by_key(|(text, _)| text.len());
        prop_assert!(shortest.is_none(), "{} of {compared}, the shortest: {shortest:?}", wrong.len());
        prop_assert!(compared > texts.len() / 2 || texts.len() < 50, "only {compared} compared");
    }
}

proptest! {
    #[test]
    fn statements_lie_in_order_on_character_boundaries(text in ".{0,200}") {
        let script = Script::parse(&text);
        let mut at = 0;
        for (index, statement) in script.statements.iter().enumerate() {
            prop_assert!(at <= statement.range.start && statement.range.start < statement.range.end);
            prop_assert!(!script.statement_text(&text, index).is_empty());
            at = statement.range.end;
        }
    }
}
