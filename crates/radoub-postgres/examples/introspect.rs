//! Prints a database as the script that makes it, for comparing with `prisma migrate diff`.
//!
//! `introspect [--seven] [--extensions] [--sound] URL [NAMESPACE…]`

use std::error::Error;
use std::io::Write as _;

use radoub_postgres::database::{ConnectSettings, Database};
use radoub_postgres::introspect::Scope;
use radoub_postgres::url::DatabaseUrl;
use radoub_schema::diff::{Terms, steps};
use radoub_schema::model::SqlSchema;
use radoub_schema::name::Ident;
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
    let dialect = Dialect {
        edition: if has("--seven") { Edition::Seven } else { Edition::UpToSix },
        fidelity: if has("--sound") { Fidelity::Sound } else { Fidelity::Exact },
    };
    let scope = Scope {
        fidelity: dialect.fidelity,
        partial_indexes: has("--seven"),
        extensions: has("--extensions"),
        ..Scope::of(namespaces)
    };
    let mut database =
        Database::connect(&DatabaseUrl::parse(url)?, &ConnectSettings::default()).await?;
    let read = database.introspect(&scope).await?;
    database.close().await;
    let steps = steps(&SqlSchema::empty(), &read.schema, &Terms { dialect, ..Terms::default() });
    std::io::stdout().write_all(render(&steps, dialect).as_bytes())?;
    Ok(())
}
