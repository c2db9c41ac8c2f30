//! The text of a first `radoub.toml`: everything that was found, commented out.
//!
//! It parses back and changes nothing, so that a person uncomments the one line that should be
//! different. Whether and where it is written is left to the command.

use std::fmt::Write as _;
use std::path::Path;

use super::place::relative;
use super::{Fact, Fleet, NotApplicable, Prisma, Service};
use crate::gate::Waits;
use crate::verify::CensusSettings;

/// A commented `radoub.toml` for this fleet, to be put in its root. Never holds a URL.
pub fn init_text(fleet: &Fleet) -> String {
    let mut text = String::new();
    write_text(&mut text, fleet).expect("a String takes whatever is written to it");
    text
}

fn write_text(out: &mut String, fleet: &Fleet) -> std::fmt::Result {
    out.push_str(
        "# radoub.toml: what radoub cannot find out by itself, or should do differently.\n\
         #\n\
         # Nothing here is needed: every line below that starts with `# ` is what was found, and\n\
         # taking the `# ` away and changing the value changes it. Paths are relative to this file.\n\n\
         version = 1\n\n[fleet]\n",
    );
    writeln!(out, "# name = {}", quoted(&fleet.project))?;
    let files = fleet.compose_files.iter().map(|file| quoted(&shown(&fleet.root, file)));
    writeln!(out, "# compose = [{}]", files.collect::<Vec<_>>().join(", "))?;
    out.push_str("# profiles = []\n# Services to leave out.\n# exclude = []\n");
    let names = fleet.services.iter().map(|service| quoted(service.name.as_str()));
    writeln!(
        out,
        "# The order of showing and working.\n# order = [{}]",
        names.collect::<Vec<_>>().join(", ")
    )?;
    out.push_str("# Services worked on at once, and connections to one server at once.\n");
    writeln!(out, "# jobs = {}", fleet.limits.jobs.unwrap_or(16))?;
    writeln!(
        out,
        "# connections_per_server = {}",
        fleet.limits.connections_per_server.unwrap_or(16)
    )?;
    out.push_str("\n# [groups]\n# core = []\n");
    let (census, waits) = (CensusSettings::default(), Waits::default());
    writeln!(
        out,
        "\n# Tables are counted and summed up before the migrations and behind them: for so many seconds a\n\
         # service at most, with so many rows remembered to be shown.\n\
         # [verify]\n# census_seconds = {}\n# samples = {}\n\
         # Seconds that a restarted service has to become well, and to stay so before a second look.\n\
         # health_seconds = {}\n# quiet_seconds = {}",
        census.budget.as_secs(),
        census.samples,
        waits.patience.as_secs(),
        waits.quiet.as_secs()
    )?;
    out.push_str(
        "\n# Who is told of runs: webhook, slack, teams or email; see docs/notifications.md.\n\
         # [[notify]]\n\
         # kind = \"slack\"\n\
         # url_env = \"SLACK_WEBHOOK_URL\"\n",
    );
    for service in &fleet.services {
        write_service(out, fleet, service)?;
    }
    out.push_str(
        "\n# What a service may say besides:\n\
         #\n\
         # rename = \"another-name\"\n\
         # group = \"core\"\n\
         # after = [\"a-service-that-goes-first\"]\n\
         # wave = 1\n\
         # canary = true\n\
         # allow = [\"delete-data\"]\n\
         # health = \"/api/health\"\n\
         # health = { path = \"/ready\", status = 204, within_ms = 500 }\n\
         # checks = { \"every user has a role\" = \"SELECT id FROM users WHERE role IS NULL\" }\n\
         # exclude = true\n\
         # url_file = \"a file that holds the URL\"\n\
         # url_command = [\"a-program\", \"that\", \"prints\", \"it\"]\n\
         # shadow_url_env = \"SHADOW_DATABASE_URL\"\n\
         # prisma_version = \"5.14.0\"\n\
         # generate = [\"npx\", \"prisma\", \"generate\"]\n\
         # rebuild = \"auto\"\n\
         #\n\
         # Without containers: how it is restarted behind its migrations, and what prints its log since then.\n\
         #\n\
         # restart = [\"systemctl\", \"restart\", \"a-service\"]\n\
         # logs = [\"journalctl\", \"--unit\", \"a-service\", \"--output\", \"short-iso\", \"-I\"]\n",
    );
    Ok(())
}

fn write_service(out: &mut String, fleet: &Fleet, service: &Service) -> std::fmt::Result {
    let name = service.name.as_str();
    writeln!(out, "\n# [service.{}]", key(name))?;
    let managed = match &service.prisma {
        Prisma::Managed(managed) => managed,
        Prisma::NotApplicable(reason) => {
            let reason = match reason {
                NotApplicable::NoSchema => "no Prisma schema",
                NotApplicable::OtherProvider(_) => "another kind of database",
                NotApplicable::PrismaNext => "migrations of Prisma 8",
            };
            writeln!(out, "# # not applicable: {reason}")?;
            writeln!(out, "# dir = {}", quoted(&shown(&fleet.root, &service.folder)))?;
            return Ok(());
        }
    };
    if let Some(compose) = service.compose_service.as_deref().filter(|compose| *compose != name) {
        writeln!(out, "# compose_service = {}", quoted(compose))?;
    }
    writeln!(out, "# dir = {}", quoted(&shown(&fleet.root, &service.folder)))?;
    writeln!(out, "# schema = {}", quoted(&shown(&service.folder, &managed.schema)))?;
    writeln!(out, "# migrations = {}", quoted(&shown(&service.folder, &managed.migrations)))?;
    let variable =
        service.origins.iter().find(|origin| origin.fact == Fact::Url).and_then(|origin| {
            let key = origin.key.as_deref()?;
            let is_variable = !key.is_empty()
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
            is_variable.then_some(key)
        });
    writeln!(out, "# url_env = {}", quoted(variable.unwrap_or("DATABASE_URL")))
}

fn shown(base: &Path, path: &Path) -> String {
    relative(base, path).display().to_string().replace('\\', "/")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn key(name: &str) -> String {
    let is_bare = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_bare { name.to_owned() } else { quoted(name) }
}
