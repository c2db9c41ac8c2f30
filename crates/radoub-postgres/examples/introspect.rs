//! Prints a database as the script that makes it, for comparing with `prisma migrate diff`, or measures
//! how long that takes.
//!
//! `introspect [--seven] [--extensions] [--sound] [--unmanaged] [--rounds=N] URL [NAMESPACE…]`

use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::introspect::{Introspected, Scope};
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
use radoub_schema::render::unmanaged::script;
use radoub_schema::render::{Dialect, Edition, Fidelity, render};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (flags, names): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|it| it.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|it| it == flag);
    let (url, namespaces) = names.split_first().ok_or("which URL?")?;
    let mut namespaces: Vec<Ident> = namespaces.iter().map(|it| Ident::new(it.as_str())).collect();
    if namespaces.is_empty() {
        namespaces.push(Ident::new("public"));
    }
    let url = DatabaseUrl::parse(url)?;
    let dialect = Dialect {
        edition: if has("--seven") { Edition::Seven } else { Edition::UpToSix },
        fidelity: if has("--sound") { Fidelity::Sound } else { Fidelity::Exact },
    };
    let scope = Scope {
        fidelity: dialect.fidelity,
        partial_indexes: has("--seven"),
        unmanaged: has("--unmanaged"),
        extensions: has("--extensions"),
        ..Scope::of(namespaces)
    };
    if let Some(rounds) = flags.iter().find_map(|flag| flag.strip_prefix("--rounds=")) {
        return measure(&url, &scope, dialect, rounds.parse()?).await;
    }
    let mut database = Database::connect(&url, &ConnectSettings::default()).await?;
    let read = database.introspect(&scope).await?;
    database.close().await;
    let mut out = std::io::stdout().lock();
    out.write_all(script(read.unmanaged.before()).as_bytes())?;
    out.write_all(made(&read, dialect).as_bytes())?;
    out.write_all(script(read.unmanaged.after()).as_bytes())?;
    for object in read.unmanaged.by_hand() {
        writeln!(out, "-- by hand: {:?} {}", object.kind, object.name)?;
    }
    Ok(())
}

fn made(read: &Introspected, dialect: Dialect) -> String {
    let terms = Terms { dialect, ..Terms::default() };
    render(&steps(&SqlSchema::empty(), &read.schema, &terms), dialect)
}

/// Prints nanoseconds of each round, as JSON: of connecting, and of reading and writing over the fresh
/// connection, whose session has seen no catalog yet.
async fn measure(
    url: &DatabaseUrl,
    scope: &Scope,
    dialect: Dialect,
    rounds: usize,
) -> Result<(), Box<dyn Error>> {
    let (mut connect, mut read, mut bytes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..rounds {
        let began = Instant::now();
        let mut database = Database::connect(url, &ConnectSettings::default()).await?;
        connect.push(began.elapsed().as_nanos().to_string());
        let began = Instant::now();
        bytes = made(&database.introspect(scope).await?, dialect).len();
        read.push(began.elapsed().as_nanos().to_string());
        database.close().await;
    }
    let (connect, read) = (connect.join(","), read.join(","));
    writeln!(std::io::stdout(), "{{\"bytes\":{bytes},\"connect\":[{connect}],\"read\":[{read}]}}")?;
    Ok(())
}
