//! Database servers: each looked at once, through the first of its databases that answered.

use std::collections::BTreeMap;
use std::time::SystemTime;

use jiff::civil::{Date, date};

use super::database::Seen;
use super::{Check, Doctor, Finding, Notes};

/// The day of the last fixes of each major release. Source: postgresql.org, versioning policy.
const LAST_FIXES: [(i32, Date); 9] = [
    (10, date(2022, 11, 10)),
    (11, date(2023, 11, 9)),
    (12, date(2024, 11, 21)),
    (13, date(2025, 11, 13)),
    (14, date(2026, 11, 12)),
    (15, date(2027, 11, 11)),
    (16, date(2028, 11, 9)),
    (17, date(2029, 11, 8)),
    (18, date(2030, 11, 14)),
];

pub(super) fn examine(doctor: &Doctor<'_>, seen: &[Seen<'_>], notes: &mut Notes<'_>) {
    let mut servers: BTreeMap<String, Vec<&Seen<'_>>> = BTreeMap::new();
    for it in seen {
        if let (Some(_), Ok(url)) = (&it.checkup, &it.managed.url) {
            servers.entry(url.server_key().to_string()).or_default().push(it);
        }
    }
    for (address, databases) in servers {
        let Some(checkup) = databases.first().and_then(|it| it.checkup.as_ref()) else { continue };
        let facts = &checkup.server;
        let finding = |check| Finding::new(check).fact("server", &address);
        let off = |name: &str| format!("ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf();");
        if !facts.fsync {
            notes.add(finding(Check::FsyncOff).fact("sql", off("fsync")));
        }
        if !facts.full_page_writes {
            notes.add(finding(Check::FullPageWritesOff).fact("sql", off("full_page_writes")));
        }
        if !facts.autovacuum {
            notes.add(finding(Check::AutovacuumOff).fact("sql", off("autovacuum")));
        }
        if facts.in_recovery || facts.read_only {
            let state = if facts.in_recovery {
                "pg_is_in_recovery"
            } else {
                "default_transaction_read_only"
            };
            notes.add(finding(Check::ServerReadOnly).fact("reason", state));
        }
        let major = facts.version_number / 10_000;
        if let Some(last) = last_fixes(major)
            && doctor.thresholds.today.unwrap_or_else(today) > last
        {
            let version = format!("{major}.{}", facts.version_number % 10_000);
            notes.add(finding(Check::ServerEndOfLife).fact("version", version).fact("date", last));
        }
        let room = (facts.max_connections - facts.reserved_connections).max(1);
        let used = i64::from(facts.used_connections) * 100 / i64::from(room);
        if used >= i64::from(doctor.thresholds.connections) {
            let finding = finding(Check::ConnectionsShort).fact("used", facts.used_connections);
            notes.add(finding.fact("most", room));
        }
        pools(&address, &databases, room, notes);
        for (slot, bytes) in checkup.idle_slots.iter().filter(|it| it.1 >= doctor.thresholds.slot) {
            let finding = finding(Check::ReplicationSlotInactive).fact("name", slot);
            let sql = format!("SELECT pg_drop_replication_slot('{}');", slot.replace('\'', "''"));
            notes.add(finding.fact("bytes", bytes).fact("sql", sql));
        }
        let mut collations: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for it in &databases {
            if let Some(checkup) = &it.checkup {
                let how = format!("{} {}", checkup.database.encoding, checkup.database.collation);
                collations.entry(how).or_default().push(it.service.name.as_str());
            }
        }
        if collations.len() > 1 {
            let shown: Vec<String> = collations
                .iter()
                .map(|(how, names)| format!("{how}: {}", names.join(", ")))
                .collect();
            notes.add(finding(Check::CollationsDiffer).fact("collation", shown.join("; ")));
        }
    }
}

/// The sum of what the clients may open: `connection_limit` of each, or Prisma's own number for this machine, which is
/// the engine's here as a rule (Prisma manual: twice the cores and one).
fn pools(address: &str, databases: &[&Seen<'_>], room: i32, notes: &mut Notes<'_>) {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let usual = u32::try_from(cores * 2 + 1).unwrap_or(u32::MAX);
    let sum: u64 = databases
        .iter()
        .filter_map(|it| it.managed.url.as_ref().ok().map(|url| (it, url)))
        .map(|(it, url)| {
            let asked = url.parameter("connection_limit").and_then(|it| it.parse::<u32>().ok());
            let containers = 1 + it.service.also.len() as u64;
            u64::from(asked.unwrap_or(usual)) * containers
        })
        .sum();
    if sum > u64::try_from(room).unwrap_or_default() {
        let finding = Finding::new(Check::PoolsExceedConnections).fact("server", address);
        notes.add(finding.fact("used", sum).fact("most", room));
    }
}

fn last_fixes(major: i32) -> Option<Date> {
    match LAST_FIXES.iter().find(|it| it.0 == major) {
        Some((_, date)) => Some(*date),
        // Whatever is older than the table has been over for longer.
        None if major < LAST_FIXES[0].0 => Some(LAST_FIXES[0].1),
        None => None,
    }
}

fn today() -> Date {
    let now = jiff::Timestamp::try_from(SystemTime::now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_has_its_last_day() {
        assert_eq!(last_fixes(9), Some(date(2022, 11, 10)));
        assert_eq!(last_fixes(15), Some(date(2027, 11, 11)));
        assert_eq!(last_fixes(99), None);
    }
}
