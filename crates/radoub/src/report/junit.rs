//! The report as JUnit XML: a suite per service, a case per migration.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use radoub_engine::report::{Line, Outcome, Report};
use radoub_schema::migration::MigrationName;

use super::{outcome_text, trouble};
use crate::error::CliError;
use crate::ui::Ui;

/// The XML.
pub(super) fn junit(ui: &Ui, report: &Report) -> Result<String, CliError> {
    let run = report.run.as_ref().map(|run| format!(" {run}")).unwrap_or_default();
    let mut document = Document::new(format!("{}{run}", report.project));
    if let (Some(began), Some(ended)) = (report.began, report.ended)
        && let Ok(took) = ended.duration_since(began)
    {
        document.set_time(took);
    }
    for line in &report.lines {
        document.add_test_suite(suite(ui, line));
    }
    document.to_string().map_err(|error| CliError::Output(std::io::Error::other(error)))
}

fn suite(ui: &Ui, line: &Line) -> TestSuite {
    let mut suite = TestSuite::new(line.service.as_str());
    suite.set_time(line.took);
    let cases: Vec<TestCase> =
        line.planned.iter().map(|migration| case(ui, line, migration)).collect();
    if cases.is_empty() {
        // A suite without cases is not shown by every reader.
        let mut case = TestCase::new(ui.say("report-service"), whole(ui, line));
        case.set_classname(line.service.as_str());
        suite.add_test_case(case);
    } else {
        suite.add_test_cases(cases);
        if line.outcome == Outcome::Failed && line.failed_migration.is_none() {
            // Its migrations are applied, and it does not work on them.
            let mut case = TestCase::new(ui.say("report-service"), failure(ui, line));
            case.set_classname(line.service.as_str());
            suite.add_test_case(case);
        }
    }
    suite
}

fn case(ui: &Ui, line: &Line, migration: &MigrationName) -> TestCase {
    let took = line.applied.iter().find(|(name, _)| name == migration).map(|(_, took)| *took);
    let is_failed = line.failed_migration.as_ref() == Some(migration);
    let status = if took.is_some() || line.outcome == Outcome::Nothing {
        TestCaseStatus::success()
    } else if is_failed {
        failure(ui, line)
    } else {
        let mut status = TestCaseStatus::skipped();
        status.set_message(plain(&outcome_text(ui, line)));
        status
    };
    let mut case = TestCase::new(migration.as_str(), status);
    case.set_classname(line.service.as_str());
    if let Some(took) = took {
        case.set_time(took);
    }
    case
}

/// The status of a service without migrations of its own in the plan.
fn whole(ui: &Ui, line: &Line) -> TestCaseStatus {
    match line.outcome {
        Outcome::Refused | Outcome::Failed | Outcome::Unfinished => failure(ui, line),
        Outcome::HeldBack | Outcome::NotApplicable => TestCaseStatus::skipped(),
        Outcome::Applied | Outcome::Returned | Outcome::Nothing => TestCaseStatus::success(),
    }
}

fn failure(ui: &Ui, line: &Line) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let (causes, remedy) = trouble(ui, line);
    let first = causes.first().cloned().unwrap_or_else(|| plain(&outcome_text(ui, line)));
    status.set_message(first);
    if let Some(failure) = &line.failure {
        status.set_type(failure.code.as_str());
    }
    let remedy = remedy.map(|it| format!("→ {it}"));
    status.set_description(causes.into_iter().chain(remedy).collect::<Vec<_>>().join("\n"));
    status
}

/// Without the mark, which some readers show as rubbish.
fn plain(text: &str) -> String {
    text.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()
}
