//! Which backups may go. Pure: the catalogue's list and the clock go in, names come out.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::catalogue::Kept;
use super::settings::Retention;

/// How a backup fares, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It is among the newest of its service.
    Recent,
    /// It is younger than the days that are kept.
    Young,
    /// It is the newest of its service that was verified.
    LastProven,
    /// It may go.
    Goes,
}

/// How each backup fares, in the order of the list.
///
/// The newest verified one of a service never goes, whatever the settings say; nor does the newest of all.
pub fn judge(backups: &[Kept], retention: Retention, now: Timestamp) -> Vec<Fate> {
    let mut newest: Vec<usize> = (0..backups.len()).collect();
    newest.sort_by_key(|at| std::cmp::Reverse(backups[*at].manifest.snapshot_at));
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut proven: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    let mut fates = vec![Fate::Goes; backups.len()];
    for at in newest {
        let kept = &backups[at];
        let manifest = &kept.manifest;
        // Two fleets may share a folder.
        let key = (manifest.project.as_str(), manifest.service.as_str());
        let count = counts.entry(key).or_default();
        *count += 1;
        let seconds = now.as_second() - manifest.snapshot_at.as_second();
        let had = proven.entry(key).or_default();
        let last_proven = kept.is_verified() && !*had;
        *had |= last_proven;
        fates[at] = if *count <= retention.keep.max(1) {
            Fate::Recent
        } else if seconds < i64::from(retention.days) * 86_400 {
            Fate::Young
        } else if last_proven {
            Fate::LastProven
        } else {
            Fate::Goes
        };
    }
    fates
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::super::manifest::{
        DataFacts, DatabaseFacts, Manifest, ProgramFacts, ServerFacts, Verified,
    };
    use super::*;

    /// A backup of `service` that is `days` old.
    fn kept(service: &str, days: i64, verified: bool) -> Kept {
        let at = Timestamp::from_second(1_000 * 86_400 - days * 86_400).unwrap();
        let manifest = Manifest {
            format: 1,
            id: format!("{service}_{days}"),
            set: String::new(),
            project: String::new(),
            service: service.to_owned(),
            also: Vec::new(),
            server: ServerFacts {
                address: String::new(),
                version: 150_000,
                system_identifier: None,
            },
            database: DatabaseFacts {
                name: String::new(),
                oid: 0,
                bytes: 0,
                owner: String::new(),
                encoding: String::new(),
                collate: String::new(),
                ctype: String::new(),
                provider: String::new(),
                locale: None,
                rules: None,
                tablespace: None,
                connection_limit: -1,
                comment: None,
                grants: None,
                settings: Vec::new(),
            },
            started_at: at,
            finished_at: at,
            snapshot_at: at,
            program: ProgramFacts {
                name: String::new(),
                version: String::new(),
                place: String::new(),
            },
            data: DataFacts {
                file: String::new(),
                format: String::new(),
                compression: String::new(),
                bytes: 0,
                plain_bytes: 0,
                sha256: "x".to_owned(),
                recipients: Vec::new(),
            },
            tables: Vec::new(),
            ledger: None,
        };
        let verified = verified.then(|| Verified {
            format: 1,
            at,
            place: "server".to_owned(),
            sha256: "x".to_owned(),
            tables: 0,
            rows: 0,
            milliseconds: 0,
        });
        Kept { folder: PathBuf::new(), manifest, verified, stored: None }
    }

    fn going(backups: &[Kept], keep: usize, days: u32) -> Vec<String> {
        let now = Timestamp::from_second(1_000 * 86_400).unwrap();
        let fates = judge(backups, Retention { keep, days }, now);
        let both = backups.iter().zip(fates).filter(|(_, fate)| *fate == Fate::Goes);
        both.map(|(kept, _)| kept.manifest.id.clone()).collect()
    }

    #[test]
    fn a_backup_goes_when_both_bounds_let_it_go() {
        let all: Vec<Kept> = [40, 20, 3, 2, 1].map(|days| kept("a", days, true)).to_vec();
        assert_eq!(going(&all, 2, 30), ["a_40"]);
        assert_eq!(going(&all, 2, 0), ["a_40", "a_20", "a_3"]);
        assert_eq!(going(&all, 5, 0), [""; 0]);
    }

    #[test]
    fn the_newest_verified_one_of_a_service_never_goes() {
        let all = [
            kept("a", 40, true),
            kept("a", 30, true),
            kept("a", 2, false),
            kept("a", 1, false),
            kept("b", 50, true),
        ];
        assert_eq!(going(&all, 1, 0), ["a_40", "a_2"]);
    }
}
