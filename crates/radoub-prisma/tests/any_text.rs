//! Any text at all is read, resolved, lowered and laid out without a panic and in linear time.
//!
//! Texts are made of random characters, of random pieces of the language, and of the schemas of
//! `cases`, cut and shuffled. `cargo xtask fuzz` tries them by the clock: `RADOUB_FUZZ_SECONDS` says
//! for how long, `RADOUB_FUZZ_SEEDS` names another folder of schemas, and `RADOUB_FUZZ_CURRENT` the
//! file that holds the text that is being tried.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use radoub_prisma::configuration::configuration;
use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::SourceFile;
use radoub_prisma::format::format;
use radoub_prisma::lower::{Setting, lower};
use radoub_prisma::syntax::{SyntaxNode, parse};
use radoub_prisma::version::PrismaMajor;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};
use radoub_schema::summary::summary;
use radoub_schema::warning::warnings;

/// The one place that calls the code under test.
fn survives(text: &str) {
    for major in [PrismaMajor::Five, PrismaMajor::Six, PrismaMajor::Seven] {
        let parsed = parse(text, major);
        assert_eq!(lost(parsed.root()), "", "the tree has lost something");
        let file = SourceFile { path: "schema.prisma".into(), text: text.to_owned() };
        let (datamodel, diagnostics) = resolve(std::slice::from_ref(&file), major);
        for one in diagnostics {
            assert!(text.get(one.span.clone()).is_some(), "{one:?} points between characters");
        }
        if let Some(datamodel) = datamodel {
            becomes_sql(&lower(&datamodel, &Setting::of(major)), major);
        }
        configuration(&[file], major);
        let once = format(text, major);
        // What has mistakes is never written: the command refuses it, and shows them.
        if parsed.errors.is_empty() {
            assert_eq!(format(&once, major), once, "laying out twice differs");
        }
    }
}

/// Both ways between nothing and a schema have a text, and between it and itself is nothing.
fn becomes_sql(schema: &SqlSchema, major: PrismaMajor) {
    for fidelity in [Fidelity::Exact, Fidelity::Sound] {
        let dialect = Dialect { edition: Edition::from(major), fidelity };
        let terms = Terms { dialect, ..Terms::default() };
        let nothing = SqlSchema::empty();
        for (from, to) in [(&nothing, schema), (schema, &nothing)] {
            let steps = steps(from, to, &terms);
            warnings(&steps);
            summary(&steps, dialect.edition);
            assert!(render(&steps, dialect).ends_with('\n'));
        }
        assert_eq!(steps(schema, schema, &terms), [], "it differs from itself");
    }
}

/// What is in no leaf, blanks left out.
fn lost(root: SyntaxNode<'_>) -> String {
    let mut lost = String::new();
    let mut end = 0;
    for leaf in root.descendants().filter(|node| node.kind().is_leaf()) {
        lost.push_str(root.text()[end..leaf.span().start].trim_matches(is_blank));
        end = leaf.span().end;
    }
    lost + root.text()[end..].trim_matches(is_blank)
}

/// Whether it is white and no line end.
fn is_blank(letter: char) -> bool {
    letter.is_whitespace() && !matches!(letter, '\n' | '\r')
}

/// Every schema below a folder.
fn schemas(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("the folder of seeds") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            schemas(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "prisma") {
            found.push(fs::read_to_string(path).expect("a schema"));
        }
    }
}

static SEEDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let folder = std::env::var_os("RADOUB_FUZZ_SEEDS").map_or(cases, PathBuf::from);
    let mut found = Vec::new();
    schemas(&folder, &mut found);
    assert!(!found.is_empty(), "no schema below {}", folder.display());
    found
});

/// One of these, at random.
fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(pieces)
}

/// A text put together from words of the language.
fn language() -> impl Strategy<Value = String> {
    let word = pieces(&[
        "model ",
        "enum ",
        "type ",
        "view ",
        "datasource ",
        "generator ",
        "A",
        "B",
        "id",
        "Int",
        "String",
        "E",
        "[]",
        "?",
        "!",
        "@id",
        "@@id",
        "@unique",
        "@@unique",
        "@@index",
        "@default",
        "@relation",
        "@map",
        "@@map",
        "@db.",
        "VarChar",
        "fields",
        "references",
        "onDelete",
        "Cascade",
        "sort",
        "Desc",
        "ops",
        "raw",
        "where",
        "type",
        "Gin",
        "Unsupported",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "=",
        "\"",
        "\"x\"",
        "\"\\",
        "1",
        "-1.5",
        ".",
        "-",
        "_",
        "@",
        "//",
        "///",
        "/*",
        "*/",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "\t",
        "\u{a0}",
        "\u{feff}",
        "é",
        "名",
        "😀",
        "now()",
        "true",
        "env",
        "provider",
        "\"postgresql\"",
        "url",
        "schemas",
        "previewFeatures",
        "\"views\"",
    ]);
    proptest::collection::vec(word, 0..200).prop_map(|words| words.concat())
}

/// A schema of the seeds with some lines moved, dropped, repeated and some characters cut out.
fn mangled() -> impl Strategy<Value = String> {
    let edits = proptest::collection::vec(
        (0..4u8, any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        0..12,
    );
    (any::<prop::sample::Index>(), any::<prop::sample::Index>(), edits).prop_map(
        |(seed, start, edits)| {
            let seed = seed.get(&SEEDS);
            let all: Vec<&str> = seed.split_inclusive('\n').collect();
            // A window of the long ones keeps a try short.
            let start = if all.len() > 120 { start.index(all.len() - 120) } else { 0 };
            let mut lines: Vec<String> =
                all.iter().skip(start).take(120).map(|line| (*line).to_owned()).collect();
            for (kind, first, second) in edits {
                if lines.is_empty() {
                    break;
                }
                let (from, to) = (first.index(lines.len()), second.index(lines.len()));
                match kind {
                    0 => lines.swap(from, to),
                    1 => drop(lines.remove(from)),
                    2 => lines.insert(to, lines[from].clone()),
                    _ => {
                        let letters: Vec<char> = lines[from].chars().collect();
                        let cut = second.index(letters.len().max(1));
                        lines[from] = letters
                            .iter()
                            .take(cut)
                            .chain(letters.iter().skip(cut + 1 + cut % 3))
                            .collect();
                    }
                }
            }
            lines.concat()
        },
    )
}

/// Blocks of several schemas, one behind the other.
fn patchwork() -> impl Strategy<Value = String> {
    let block = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    proptest::collection::vec(block, 1..12).prop_map(|blocks| {
        let blocks = blocks.into_iter().map(|(seed, block)| {
            let blocks: Vec<&str> = seed.get(&SEEDS).split_inclusive("\n}\n").collect();
            if blocks.is_empty() { String::new() } else { block.get(&blocks).to_string() }
        });
        blocks.collect()
    })
}

/// How long one text may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How much memory all of it may take, in KiB.
const MEMORY: u64 = 1 << 20;

/// Tries texts until the time is over, a few without a time; tells each that is done.
fn try_texts(seconds: Option<u64>, tell: &mpsc::Sender<()>) {
    let algorithm = RngAlgorithm::ChaCha;
    let (rng, until) = match seconds {
        Some(seconds) => (TestRng::from_seed(algorithm, &seed()), Duration::from_secs(seconds)),
        None => (TestRng::deterministic_rng(algorithm), Duration::ZERO),
    };
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let texts = prop_oneof![
        1 => any::<String>(),
        3 => language(),
        6 => mangled(),
        3 => patchwork(),
    ];
    let current = std::env::var_os("RADOUB_FUZZ_CURRENT");
    let began = Instant::now();
    let mut count = 0;
    while count < 300 || began.elapsed() < until {
        let text = texts.new_tree(&mut runner).expect("no text is refused").current();
        if let Some(current) = &current {
            fs::write(current, &text).expect("the file of the current text");
        }
        survives(&text);
        count += 1;
        tell.send(()).expect("somebody listens");
    }
    let told = writeln!(io::stderr(), "{count} texts in {:.0} s", began.elapsed().as_secs_f64());
    told.expect("standard error is there");
}

/// Another one each time.
fn seed() -> [u8; 32] {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.expect("after 1970").as_nanos().to_le_bytes();
    std::array::from_fn(|at| now[at % now.len()])
}

/// The most memory that this process had, in KiB; `None` where the system does not say.
fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().split(' ').next()?.parse().ok()
}

#[test]
fn texts_are_read_by_the_clock() {
    let seconds = std::env::var("RADOUB_FUZZ_SECONDS").ok();
    let seconds = seconds.map(|text| text.parse().expect("seconds"));
    let (tell, told) = mpsc::channel();
    let worker = thread::spawn(move || try_texts(seconds, &tell));
    loop {
        match told.recv_timeout(PATIENCE) {
            Ok(()) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                panic!("a text takes more than {} s", PATIENCE.as_secs());
            }
        }
    }
    worker.join().expect("a text that panics");
    if let Some(peak) = peak_memory() {
        println!("{} MiB at most", peak / 1024);
        assert!(peak < MEMORY, "{peak} KiB");
    }
}

proptest! {
    #[test]
    fn random_characters_are_read(text in any::<String>()) {
        survives(&text);
    }

    #[test]
    fn random_pieces_of_the_language_are_read(text in language()) {
        survives(&text);
    }

    #[test]
    fn schemas_cut_and_shuffled_are_read(text in mangled()) {
        survives(&text);
    }
}

#[test]
fn deep_nesting_is_a_mistake_and_no_overflow() {
    for (open, close) in [("[", "]"), ("f(", ")"), ("{a:", "}")] {
        let text = format!(
            "model A {{\n  id Int @id @default({}1{})\n}}\n",
            open.repeat(50_000),
            close.repeat(50_000)
        );
        survives(&text);
    }
}

/// A model whose fields all say they are one column.
fn many_fields() -> String {
    let mut text = "model A {\n".to_owned();
    for at in 0..5_000 {
        let _ = writeln!(text, "  f{at} Int @map(\"x\")");
    }
    text + "}\n"
}

/// An attribute with many arguments, and a field with many attributes.
fn many_arguments() -> String {
    let mut text = "model A {\n  id Int @id(".to_owned();
    for at in 0..20_000 {
        let _ = write!(text, "a{at}: 1, ");
    }
    text + "map: \"x\")" + &" @db.Int".repeat(2_000) + &" @a".repeat(20_000) + "\n}\n"
}

#[test]
fn hostile_repetition_costs_no_square() {
    let hostile = [
        "model A {\n".repeat(20_000),
        "model A {\n  id Int /*\n".repeat(10_000),
        "x /*\n".repeat(20_000) + "*/",
        "foo {\n".repeat(20_000) + "}",
        "enum E {\n A\n".repeat(10_000),
        "model A {\n  id Int @id\n}\n".repeat(5_000),
        format!("model A {{\n{}}}\n", "  a Int @@@\n".repeat(20_000)),
        many_fields(),
        many_arguments(),
        "/// doc\n".repeat(20_000),
        format!("model A {{\n{}}}\n", "  /// doc\n".repeat(20_000)),
    ];
    for text in hostile {
        let start = Instant::now();
        survives(&text);
        let seconds = start.elapsed().as_secs_f64();
        assert!(seconds < 20.0, "{seconds} s for {} bytes of {:?}", text.len(), &text[..20]);
    }
}
