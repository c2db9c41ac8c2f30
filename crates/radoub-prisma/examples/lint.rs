//! Says what is wrong with schemas, for comparing with Prisma's own validator.
//!
//! `lint 6|7 FILE…` prints one line a file: a JSON list of `{severity, start, end, message}`,
//! offsets in bytes.

use std::io::Write as _;

use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::{Severity, SourceFile};
use radoub_prisma::version::PrismaMajor;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let number = arguments.next().and_then(|number| number.parse().ok());
    let major = number.and_then(PrismaMajor::from_number).unwrap_or(PrismaMajor::Six);
    let mut out = std::io::stdout().lock();
    for path in arguments {
        let text = std::fs::read_to_string(&path)?;
        let (_, diagnostics) = resolve(&[SourceFile { path: path.into(), text }], major);
        let lines: Vec<_> = diagnostics
            .iter()
            .map(|one| {
                let severity = if one.severity == Severity::Error { "error" } else { "warning" };
                let message =
                    format!("{:?}", one.message.chars().filter(char::is_ascii).collect::<String>());
                let message = message.replace("\\'", "'");
                format!(
                    "{{\"severity\":\"{severity}\",\"start\":{},\"end\":{},\"message\":{message}}}",
                    one.span.start, one.span.end
                )
            })
            .collect();
        writeln!(out, "[{}]", lines.join(","))?;
    }
    Ok(())
}
