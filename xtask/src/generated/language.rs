//! `docs/reference/schema-language.md`: what of schema.prisma is supported, from the tables of
//! `radoub_prisma::vocabulary`, with the SQL that each type gives and a case that shows each word.
//!
//! The SQL is made by the readers and the renderer themselves, so the page cannot promise what they do
//! not do.

use std::path::PathBuf;

use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::SourceFile;
use radoub_prisma::lower::{Setting, lower};
use radoub_prisma::version::PrismaMajor;
use radoub_prisma::vocabulary::{
    ATTRIBUTES, BLOCKS, DATASOURCE, IndexAlgorithm, ReferentialAction, ScalarType,
    default_functions, native_types, operator_classes,
};
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::render::{Dialect, render};
use radoub_testing::case::Case;

/// The words of a page in one language: title, line under it, headings of sections and columns.
struct Headings {
    title: &'static str,
    about: &'static str,
    sections: [&'static str; 8],
    yes: &'static str,
    no: &'static str,
    client: &'static str,
    any: &'static str,
    case: &'static str,
    up: &'static str,
}

const ENGLISH: Headings = Headings {
    title: "What of schema.prisma is supported",
    about: "Everything that Prisma 5, 6 and 7 accept for PostgreSQL. Each word links to a case that shows it.",
    sections: [
        "Blocks (has SQL)",
        "Properties of the datasource (releases)",
        "Scalar types and native types (SQL)",
        "Attributes and their arguments",
        "Functions of `@default`",
        "Referential actions",
        "Index types",
        "Operator classes",
    ],
    yes: "yes",
    no: "no",
    client: "none: the client makes the value",
    any: "any",
    case: "case",
    up: "../../cases",
};

const FRENCH: Headings = Headings {
    title: "Ce qui est pris en charge de schema.prisma",
    about: "Tout ce que Prisma 5, 6 et 7 acceptent pour PostgreSQL. Chaque mot mène à un cas qui le montre.",
    sections: [
        "Blocs (donnent du SQL)",
        "Propriétés de la source de données (versions)",
        "Types scalaires et types natifs (SQL)",
        "Attributs et leurs arguments",
        "Fonctions de `@default`",
        "Actions référentielles",
        "Types d’index",
        "Classes d’opérateurs",
    ],
    yes: "oui",
    no: "non",
    client: "aucun : le client produit la valeur",
    any: "tous",
    case: "cas",
    up: "../../../cases",
};

/// The page in a language, `en` or `fr`.
pub(super) fn page(language: &str) -> String {
    let words = if language == "fr" { FRENCH } else { ENGLISH };
    let cases = Cases::read(words.up, words.case);
    let [blocks, datasource, types, attributes, defaults, actions, indexes, classes] =
        words.sections;
    let mut text = format!("# {}\n\n{}\n", words.title, words.about);
    let mut section = |title: &str, rows: Vec<[String; 4]>| {
        text.push_str(&format!("\n## {title}\n\n| | | | |\n| --- | --- | --- | --- |\n"));
        for [a, b, c, d] in rows {
            text.push_str(&format!("| {a} | {b} | {c} | {d} |\n"));
        }
    };
    let none = String::new;
    section(
        blocks,
        BLOCKS
            .iter()
            .map(|(name, sql)| {
                let sql = if *sql { words.yes } else { words.no };
                [code(name), sql.to_owned(), cases.block(name), none()]
            })
            .collect(),
    );
    section(
        datasource,
        DATASOURCE
            .iter()
            .map(|(name, releases)| {
                [code(name), (*releases).to_owned(), cases.link(&format!("{name} ")), none()]
            })
            .collect(),
    );
    let mut rows = Vec::new();
    for scalar in ScalarType::ALL {
        let name = scalar.name();
        let shown = cases.link(&format!(" {name}"));
        rows.push([code(name), none(), column(&format!("a {name}")), shown]);
        for native in native_types().filter(|native| native.scalar == scalar) {
            let written = format!("@db.{}{}", native.name, native.arguments);
            let example = native.arguments.replace("(n)", "(3)").replace("(p, s)", "(10, 2)");
            let sql = column(&format!("a {name} @db.{}{example}", native.name));
            rows.push([none(), code(&written), sql, cases.word(&format!("@db.{}", native.name))]);
        }
    }
    section(types, rows);
    let mut rows = Vec::new();
    for attribute in ATTRIBUTES {
        let name = attribute.name;
        rows.push([code(name), attribute.on.to_owned(), none(), cases.word(name)]);
        for argument in attribute.arguments {
            let needs = argument.preview.map(|it| format!(" (7, `{it}`)")).unwrap_or_default();
            let takes = format!("{}{needs}", code(argument.takes));
            let shown = cases.argument(name, argument.name);
            rows.push([none(), code(argument.name), takes, shown]);
        }
    }
    section(attributes, rows);
    let mut rows = Vec::new();
    for function in default_functions() {
        let scalars: Vec<_> = function.scalars.iter().map(|scalar| scalar.name()).collect();
        let first = function.scalars.first().map_or("String", |scalar| scalar.name());
        let fits = if scalars.is_empty() { words.any.to_owned() } else { scalars.join(", ") };
        for argument in function.arguments {
            let call = format!("{}({argument})", function.name);
            let sql = column(&format!("a {first} @default({call})"));
            let client = !sql.contains("DEFAULT") && !sql.contains("SERIAL");
            let sql = if client { words.client.to_owned() } else { sql };
            let shown = cases.link(&format!("{}(", function.name));
            rows.push([code(&call), fits.clone(), sql, shown]);
        }
    }
    section(defaults, rows);
    let action = |action: ReferentialAction| {
        let name = action.name();
        let sql = name.chars().fold(String::new(), |mut sql, letter| {
            if letter.is_ascii_uppercase() && !sql.is_empty() {
                sql.push(' ');
            }
            sql.push(letter.to_ascii_uppercase());
            sql
        });
        [code(name), code(&sql), cases.link(&format!("onDelete: {name}")), none()]
    };
    section(actions, ReferentialAction::ALL.into_iter().map(action).collect());
    let index = |kind: IndexAlgorithm| {
        let name = kind.name();
        [code(name), none(), cases.link(&format!("type: {name}")), none()]
    };
    section(indexes, IndexAlgorithm::ALL.into_iter().map(index).collect());
    let class = |(name, sql): (&str, String)| {
        [code(name), code(&sql), cases.link(&format!("ops: {name}")), none()]
    };
    section(classes, operator_classes().map(class).collect());
    text
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// The column that this field becomes, as 6 writes it.
fn column(field: &str) -> String {
    let text = format!(
        "datasource db {{\n  provider = \"postgresql\"\n  url = env(\"URL\")\n}}\n\
         model T {{\n  key Int @unique\n  {field}\n}}\n"
    );
    let file = SourceFile { path: PathBuf::from("schema.prisma"), text };
    let (Some(datamodel), _) = resolve(&[file], PrismaMajor::Six) else { return String::new() };
    let wanted = lower(&datamodel, &Setting::of(PrismaMajor::Six));
    let sql = render(&steps(&SqlSchema::empty(), &wanted, &Terms::default()), Dialect::default());
    let line = sql.lines().find_map(|line| line.trim_start().strip_prefix("\"a\" "));
    let line = line.unwrap_or_default().trim_end_matches(',');
    code(line.strip_suffix(" NOT NULL").unwrap_or(&line.replace(" NOT NULL ", " ")))
}

/// The cases by what stands in their schemas.
struct Cases {
    /// Id and text of each.
    texts: Vec<(String, String)>,
    up: &'static str,
    case: &'static str,
}

impl Cases {
    fn read(up: &'static str, case: &'static str) -> Self {
        let text = |case: &Case| {
            let sides = ["To", "From"].map(|side| case.schema(side, true).unwrap_or_default());
            (case.id.clone(), sides.concat())
        };
        Self { texts: Case::all().iter().map(text).collect(), up, case }
    }

    fn to(&self, found: impl Fn(&str) -> bool) -> String {
        let case = self.texts.iter().find(|(_, text)| found(text));
        case.map_or_else(String::new, |(id, _)| format!("[{}]({}/{id}.md)", self.case, self.up))
    }

    /// A case with this text.
    fn link(&self, text: &str) -> String {
        self.to(|schema| schema.contains(text))
    }

    /// A case with a block of this kind.
    fn block(&self, keyword: &str) -> String {
        let start = format!("{keyword} ");
        self.to(|schema| schema.lines().any(|line| line.starts_with(&start)))
    }

    /// A case with this word, not only as the beginning of a longer one; `@id` is not `@@id`.
    fn word(&self, word: &str) -> String {
        self.to(|schema| {
            schema.match_indices(word).any(|(at, _)| {
                let behind = schema[at + word.len()..].chars().next();
                let longer = behind.is_some_and(|it| it.is_alphanumeric() || it == '_');
                !longer && (word.starts_with("@@") || !schema[..at].ends_with('@'))
            })
        })
    }

    /// A case in which a line has this attribute with this argument.
    fn argument(&self, attribute: &str, argument: &str) -> String {
        let named = self.to(|schema| {
            schema.lines().any(|line| {
                let call = line.split_once(&format!("{attribute}("));
                // `@unique` is not the end of `@@unique`.
                call.is_some_and(|(before, rest)| {
                    !before.ends_with('@') && rest.contains(&format!("{argument}:"))
                })
            })
        });
        if named.is_empty() { self.word(attribute) } else { named }
    }
}
