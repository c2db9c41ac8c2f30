//! What a look at containers, health route and tables of one service means.

use super::{Check, Finding, Notes};
use crate::gate::{Finding as Looked, Gate};
use crate::observe::Observed;
use crate::runtime::Health;
use crate::state::Remedy;

/// The SQLSTATE of a table that is not there.
const UNDEFINED_TABLE: &str = "42P01";

/// So many tables are named.
const MOST_TABLES: usize = 3;

/// What brings tables and columns that are not there, by what was seen of the database: what waits is applied, and
/// only what is not explained by that is looked into.
pub(super) fn way_out(observed: &Observed) -> String {
    let service = &observed.service;
    match &observed.remedy {
        Some(Remedy::Apply | Remedy::MendScript(_) | Remedy::RestoreScript(_)) => {
            format!("radoub apply --only {service}")
        }
        Some(Remedy::ResolveFailed(_)) => format!("radoub resolve {service}"),
        Some(Remedy::FirstMigration) => format!("radoub new init --service {service}"),
        _ => format!("radoub drift {service}"),
    }
}

/// `way_out` is the command for tables that cannot be read.
pub(super) fn examine(service: &str, gate: &Gate, way_out: &str, notes: &mut Notes<'_>) {
    let finding = |check| Finding::new(check).of(service);
    let mut answers = None;
    let mut broken = None;
    // A database in which nothing was made yet lacks all tables for one reason.
    let mut absent: Vec<&str> = Vec::new();
    for looked in &gate.findings {
        match looked {
            Looked::Stands { container, out_of_memory: true, .. } => {
                notes.add(finding(Check::ContainerOutOfMemory).fact("container", container));
            }
            Looked::Stands { container, state, exit_code, .. } => {
                let finding = finding(Check::ContainerStopped).fact("container", container);
                let finding = finding.fact("state", state.as_str());
                let finding = match exit_code {
                    Some(code) => finding.fact("exit", code),
                    None => finding,
                };
                notes.add(finding.run(format!("radoub logs {service}")));
            }
            Looked::Loops { container, restarts } => {
                let finding = finding(Check::ContainerRestarting).fact("container", container);
                notes.add(finding.fact("restarts", restarts).run(format!("radoub logs {service}")));
            }
            // One that is starting is not unwell yet.
            Looked::Unwell { container, health } if *health != Health::Starting => {
                let finding = finding(Check::ContainerUnhealthy).fact("container", container);
                notes.add(finding.run(format!("radoub logs {service}")));
            }
            Looked::Answers(endpoint) => answers = Some(endpoint),
            Looked::Unreadable { table, columns, said, sqlstate } => {
                broken.get_or_insert(table);
                if sqlstate == UNDEFINED_TABLE {
                    absent.push(table);
                    continue;
                }
                let mut finding = finding(Check::TableUnreadable).fact("table", table);
                if !columns.is_empty() {
                    finding = finding.fact("columns", columns.join(", "));
                }
                let finding = finding.fact("reason", format!("{sqlstate} {said}"));
                notes.add(finding.run(way_out));
            }
            _ => {}
        }
    }
    if !absent.is_empty() {
        let more = if absent.len() > MOST_TABLES { ", …" } else { "" };
        let named = absent[..absent.len().min(MOST_TABLES)].join(", ");
        let finding = finding(Check::TableUnreadable).fact("tables", absent.len());
        let finding = finding.fact("table", format!("{named}{more}"));
        notes.add(finding.fact("reason", UNDEFINED_TABLE).run(way_out));
    }
    if let (Some(endpoint), Some(table)) = (answers, broken) {
        let finding = finding(Check::HealthRouteBlind).fact("route", &endpoint.address);
        notes.add(finding.fact("state", endpoint.status).fact("table", table));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Examined, Selection};
    use super::*;
    use crate::fleet::ServiceName;
    use crate::gate::{Endpoint, Verdict};
    use crate::runtime::ContainerState;

    fn examined(findings: Vec<Looked>) -> Vec<Finding> {
        let selection = Selection::default();
        let mut notes = Notes { selection: &selection, examined: Examined::default() };
        let gate = Gate {
            service: ServiceName::new("shop"),
            verdict: Verdict::Fail,
            findings,
            well_after: None,
            took: Duration::ZERO,
        };
        examine("shop", &gate, "radoub apply --only shop", &mut notes);
        notes.examined.findings
    }

    fn found(findings: Vec<Looked>) -> String {
        let found = examined(findings);
        found.iter().map(|it| it.check.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn stands(out_of_memory: bool) -> Looked {
        let (container, state) = ("shop-1".to_owned(), ContainerState::Exited);
        Looked::Stands { container, state, exit_code: Some(1), out_of_memory }
    }

    fn answers() -> Looked {
        let address = "http://127.0.0.1:3000/health".to_owned();
        Looked::Answers(Endpoint { address, status: 200, took: Duration::ZERO })
    }

    fn unreadable() -> Looked {
        let said = "column \"level\" does not exist".to_owned();
        let (table, columns) = ("\"audit_logs\"".to_owned(), vec!["level".to_owned()]);
        Looked::Unreadable { table, columns, sqlstate: "42703".to_owned(), said }
    }

    #[test]
    fn tables_that_are_not_there_are_one_finding() {
        let absent = |table: &str| Looked::Unreadable {
            table: format!("\"{table}\""),
            columns: Vec::new(),
            sqlstate: "42P01".to_owned(),
            said: format!("relation \"{table}\" does not exist"),
        };
        let findings = ["a", "b", "c", "d"].map(absent).into_iter().chain([unreadable()]).collect();
        let found = examined(findings);
        let facts: Vec<String> = found.iter().map(|it| format!("{:?}", it.facts)).collect();
        let columns = r#"[("table", "\"audit_logs\""), ("columns", "level"), ("reason", "42703 column \"level\" does not exist")]"#;
        let tables =
            r#"[("tables", "4"), ("table", "\"a\", \"b\", \"c\", …"), ("reason", "42P01")]"#;
        assert_eq!(facts, [columns, tables]);
        let commands = found.iter().map(|it| it.command.as_deref());
        assert!(commands.into_iter().all(|it| it == Some("radoub apply --only shop")));
    }

    #[test]
    fn each_state_of_a_container_has_its_finding() {
        let container = || "shop-1".to_owned();
        for (findings, expected) in [
            (
                vec![
                    Looked::Runs { container: container(), checked: true },
                    answers(),
                    Looked::Readable { tables: 1 },
                ],
                "",
            ),
            (vec![Looked::NoContainer], ""),
            (vec![stands(false)], "container-stopped"),
            (vec![stands(true)], "container-out-of-memory"),
            (vec![Looked::Loops { container: container(), restarts: 7 }], "container-restarting"),
            (
                vec![Looked::Unwell { container: container(), health: Health::Unhealthy }],
                "container-unhealthy",
            ),
            (vec![Looked::Unwell { container: container(), health: Health::Starting }], ""),
            (vec![unreadable()], "table-unreadable"),
            (vec![answers(), unreadable()], "table-unreadable health-route-blind"),
        ] {
            assert_eq!(found(findings.clone()), expected, "{findings:?}");
        }
    }
}
