//! Lays schemas out, for comparing with Prisma's own formatter.
//!
//! `format FILE…` prints one line a file: the result as a JSON string.

use std::io::Write as _;

use radoub_prisma::format::format;
use radoub_prisma::version::PrismaMajor;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path)?;
        writeln!(out, "{}", serde_json::Value::from(format(&text, PrismaMajor::Seven)))?;
    }
    Ok(())
}
