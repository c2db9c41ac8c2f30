//! Every pair of native types with many lengths, against what the real engine does.

use radoub_schema::diff::cast;
use radoub_schema::step::Cast;
use radoub_schema::types::NativeType;

const MEASURED: &str = include_str!("casts.txt");

/// `VarChar(10)` and its like, read back.
fn parse(text: &str) -> NativeType {
    use NativeType as N;
    let (name, arguments) = match text.strip_suffix(')').and_then(|it| it.split_once('(')) {
        Some((name, arguments)) => (name, Some(arguments)),
        None => (text, None),
    };
    let one = arguments.and_then(|it| it.parse::<u32>().ok());
    let two = arguments
        .and_then(|it| it.split_once(','))
        .and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    match name {
        "SmallInt" => N::SmallInt,
        "Integer" => N::Integer,
        "BigInt" => N::BigInt,
        "Decimal" => N::Decimal(two),
        "Money" => N::Money,
        "Inet" => N::Inet,
        "Oid" => N::Oid,
        "Citext" => N::Citext,
        "Real" => N::Real,
        "DoublePrecision" => N::DoublePrecision,
        "VarChar" => N::VarChar(one),
        "Char" => N::Char(one),
        "Text" => N::Text,
        "ByteA" => N::ByteA,
        "Timestamp" => N::Timestamp(one),
        "Timestamptz" => N::Timestamptz(one),
        "Date" => N::Date,
        "Time" => N::Time(one),
        "Timetz" => N::Timetz(one),
        "Boolean" => N::Boolean,
        "Bit" => N::Bit(one),
        "VarBit" => N::VarBit(one),
        "Uuid" => N::Uuid,
        "Xml" => N::Xml,
        "Json" => N::Json,
        "JsonB" => N::JsonB,
        other => panic!("no native type is called {other}"),
    }
}

#[test]
fn every_pair_of_types_is_cast_as_prisma_casts_it() {
    let lines = MEASURED.lines().filter(|line| !line.starts_with('#'));
    let rows: Vec<(NativeType, &str)> = lines
        .map(|line| line.split_once('\t').expect("a type and its letters"))
        .map(|(name, letters)| (parse(name), letters))
        .collect();
    let mut wrong = Vec::new();
    for (from, letters) in &rows {
        for ((to, _), expected) in rows.iter().zip(letters.chars()) {
            let ours = match cast(*from, *to) {
                None => '=',
                Some(Cast::Safe) => 'S',
                Some(Cast::Risky) => 'W',
                Some(Cast::Impossible) => 'R',
            };
            if ours != expected {
                let (from, to) = (from.in_schema_language(), to.in_schema_language());
                wrong.push(format!("{from} -> {to}: expected {expected}, ours {ours}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} pairs differ:\n{}", wrong.len(), wrong.join("\n"));
}
