//! A plan in lines.

use radoub_engine::plan::forecast::Forecast;
use radoub_engine::plan::{ChoiceWord, SavedDeed, SavedPlan, SavedService};

use super::{acts, expected, like, touched};
use crate::commands::check::{failure_lines, failure_remedy};
use crate::commands::history::description_of;
use crate::commands::version_of_server;
use crate::error::CliError;
use crate::ui::{Tone, Ui};

/// Says the plan: wave by wave, service by service; `sql` shows the statements in full.
pub(super) fn tell(ui: &mut Ui, saved: &SavedPlan, sql: bool) -> Result<(), CliError> {
    let likes = like(saved);
    let waves = saved.services.iter().map(|it| it.wave).max().unwrap_or(0);
    for wave in 1..=waves {
        let members: Vec<usize> = (0..saved.services.len())
            .filter(|at| saved.services[*at].wave == wave)
            .filter(|at| saved.services[*at].choice != ChoiceWord::NotApplicable)
            .collect();
        if waves > 1 && !members.is_empty() {
            let heading = ui.tell("plan-wave", &[("wave", wave.into()), ("total", waves.into())]);
            writeln!(ui.data(), "{}", Tone::Strong.paint(heading))?;
        }
        for at in members {
            service(ui, &saved.services[at], likes[at], sql)?;
        }
    }
    let (work, refused) = counts(saved);
    let values = [("count", work.into()), ("refused", refused.into())];
    let (tone, verdict) = match (work, refused) {
        (0, 0) => (Tone::Good, ui.say("plan-verdict-nothing")),
        (_, 0) => (Tone::Notice, ui.tell("plan-verdict-work", &values)),
        _ => (Tone::Bad, ui.tell("plan-verdict-refused", &values)),
    };
    writeln!(ui.data(), "\n{}", tone.paint(verdict))?;
    Ok(())
}

/// How many services have work, and how many are refused.
pub(super) fn counts(saved: &SavedPlan) -> (usize, usize) {
    let count = |choice| saved.services.iter().filter(|it| it.choice == choice).count();
    (count(ChoiceWord::Apply), count(ChoiceWord::Refuse))
}

fn service(
    ui: &mut Ui,
    saved: &SavedService,
    like: Option<&SavedService>,
    sql: bool,
) -> Result<(), CliError> {
    let place = saved.bound.as_ref().and_then(|it| it.server.as_ref()).map(|server| {
        ui.tell(
            "plan-place",
            &[
                ("database", server.database.as_str().into()),
                ("server", server.address.as_str().into()),
                ("version", version_of_server(server.version).into()),
            ],
        )
    });
    let name = Tone::Strong.paint(&saved.service);
    let place = place.map(|it| format!("  {}", Tone::Quiet.paint(it))).unwrap_or_default();
    writeln!(ui.data(), "\n{name}{place}")?;
    if saved.choice == ChoiceWord::Nothing {
        let text = ui.say("apply-outcome-nothing");
        writeln!(ui.data(), "  {text}")?;
        return Ok(());
    }
    if let Some(failure) = saved.failure() {
        for line in failure_lines(ui, &failure) {
            writeln!(ui.data(), "  {}", Tone::Bad.paint(line))?;
        }
        if let Some(remedy) = failure_remedy(ui, &failure, &saved.service) {
            writeln!(ui.data(), "  → {remedy}")?;
        }
    }
    if saved.deeds.contains(&SavedDeed::CreateDatabase) {
        let text = ui.say("plan-create-database");
        writeln!(ui.data(), "  {text}")?;
    }
    if let Some(other) = like {
        let text = ui.tell("plan-like", &[("service", other.service.as_str().into())]);
        writeln!(ui.data(), "  {text}")?;
        let own = around(ui, saved);
        if own != around(ui, other) {
            for text in own {
                writeln!(ui.data(), "  {text}")?;
            }
        }
        return Ok(());
    }
    for migration in &saved.migrations {
        forecast(ui, migration, sql)?;
    }
    for text in around(ui, saved) {
        writeln!(ui.data(), "  {text}")?;
    }
    Ok(())
}

fn forecast(ui: &mut Ui, forecast: &Forecast, sql: bool) -> Result<(), CliError> {
    use radoub_engine::journal::fact::CourseWord;
    let course = match forecast.course {
        CourseWord::Whole => ui.say("plan-whole"),
        CourseWord::Stepwise => ui.say("plan-stepwise"),
    };
    let expected = forecast.expected.map(|it| format!(" · {}", expected(ui, it)));
    writeln!(
        ui.data(),
        "  {}  {}{}",
        forecast.migration,
        Tone::Quiet.paint(course),
        expected.unwrap_or_default()
    )?;
    let description = description_of(ui, &forecast.migration, Some(forecast));
    writeln!(ui.data(), "    {description}")?;
    for statement in &forecast.statements {
        let text = if sql { statement.sql.clone() } else { first_line(&statement.sql) };
        let place = format!("{:>4} ", statement.line);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let runs = how(ui, statement.runs).map(|it| format!("  [{it}]")).unwrap_or_default();
        writeln!(ui.data(), "    {}{first}{}", Tone::Quiet.paint(place), Tone::Notice.paint(runs))?;
        for line in lines {
            writeln!(ui.data(), "         {line}")?;
        }
        for line in acts(ui, statement) {
            writeln!(ui.data(), "         {}", Tone::Quiet.paint(line))?;
        }
        let tables: Vec<String> = statement.tables.iter().map(|it| touched(ui, it)).collect();
        if !tables.is_empty() {
            writeln!(ui.data(), "         {}", Tone::Quiet.paint(tables.join(", ")))?;
        }
    }
    for hazard in &forecast.hazards {
        let text = ui.tell(
            "plan-hazard",
            &[("hazard", hazard.hazard.as_str().into()), ("number", hazard.statement.into())],
        );
        writeln!(ui.data(), "    {}", Tone::Bad.paint(text))?;
    }
    Ok(())
}

/// What is done around the migrations, a line each.
pub(super) fn around(ui: &Ui, saved: &SavedService) -> Vec<String> {
    let key = |deed: &SavedDeed| match deed {
        SavedDeed::Rebuild(due) if due.is_asked => Some("plan-rebuild"),
        SavedDeed::Rebuild(_) => Some("plan-rebuild-old"),
        SavedDeed::BackUp => Some("plan-back-up"),
        SavedDeed::Restart => Some("plan-restart"),
        SavedDeed::Probe => Some("plan-probe"),
        SavedDeed::Verify => Some("plan-verify"),
        _ => None,
    };
    saved.deeds.iter().filter_map(key).map(|it| ui.say(it)).collect()
}

/// How a statement runs, where that is not in the transaction of its script.
pub(super) fn how(ui: &Ui, runs: radoub_engine::plan::forecast::RunsWord) -> Option<String> {
    use radoub_engine::plan::forecast::RunsWord;
    match runs {
        RunsWord::InTransaction | RunsWord::Boundary => None,
        RunsWord::InPart => Some(ui.say("plan-runs-in-part")),
        RunsWord::Alone => Some(ui.say("plan-runs-alone")),
    }
}

/// The beginning of a statement, on one line.
fn first_line(sql: &str) -> String {
    const AT_MOST: usize = 110;
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= AT_MOST {
        return line;
    }
    line.chars().take(AT_MOST).chain(['…']).collect()
}
