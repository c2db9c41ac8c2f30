//! `radoub check --watch`: the state of every service's database, again and again.
//!
//! Each look is one of its own, with connections that are closed at its end: a server that goes and comes back
//! is seen, and nobody finds a connection of ours open in between.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use serde_json::json;

use radoub_engine::fleet::Fleet;
use radoub_engine::observe::{Observed, observe};

use super::check::{details, exit, headline, page, service_document};
use super::running::asked_to_stop;
use super::{App, instant, moment};
use crate::error::{CliError, Exit};
use crate::ui::screen::Screen;
use crate::ui::{Ui, View};

/// Looks every so often, until somebody asks it to stop; ends as the last look does.
pub(super) async fn watch(
    ui: &mut Ui,
    app: &App,
    fleet: &Fleet,
    every: Duration,
) -> Result<Exit, CliError> {
    let screen = (ui.view() == View::Terminal).then(Screen::open);
    if let Some(screen) = &screen {
        screen.draw(ui.say("watch-looking"));
    }
    // One listener for all of it, so that no request is missed in between.
    let mut stopped = pin!(asked_to_stop());
    let mut last: Option<Vec<Observed>> = None;
    let mut shown = None;
    loop {
        let look = app.look();
        let observed = tokio::select! {
            observed = observe(fleet, &look, |_, _| {}) => observed,
            () = &mut stopped => break,
        };
        let before = before(ui, last.as_deref(), &observed);
        if let Some(screen) = &screen {
            let marks = before.iter().any(Option::is_some).then_some(before.as_slice());
            let (at, page) =
                (moment(SystemTime::now()), page(ui, &observed, &[], marks, &fleet.root));
            let values = [("at", at.as_str().into()), ("every", every.as_secs_f64().into())];
            let heading = ui.tell("watch-looked", &values);
            screen.draw(Ui::fitted(format!("{heading}\n\n{page}")));
            shown = Some((at, page));
        } else {
            tell_changes(ui, fleet, last.as_deref(), &observed, &before)?;
        }
        last = Some(observed);
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            () = &mut stopped => break,
        }
    }
    drop(screen);
    if let Some((at, page)) = shown {
        let heading = ui.tell("watch-last", &[("at", at.into())]);
        writeln!(ui.data(), "{heading}\n\n{page}")?;
    }
    Ok(last.map_or(Exit::CANCELLED, |observed| exit(&observed)))
}

/// Of each service what it was at the look before, where that was something else.
fn before(ui: &Ui, last: Option<&[Observed]>, now: &[Observed]) -> Vec<Option<String>> {
    let was = |(at, one): (usize, &Observed)| {
        let old = last?.get(at)?;
        let (then, now) = (headline(ui.words(), old), headline(ui.words(), one));
        if then != now {
            return Some(then);
        }
        (details(ui, old) != details(ui, one)).then(|| ui.say("watch-details"))
    };
    now.iter().enumerate().map(was).collect()
}

/// A line for each service at the first look, and for each that has changed from then on.
fn tell_changes(
    ui: &mut Ui,
    fleet: &Fleet,
    last: Option<&[Observed]>,
    now: &[Observed],
    before: &[Option<String>],
) -> Result<(), CliError> {
    let at = SystemTime::now();
    for (index, (one, was)) in now.iter().zip(before).enumerate() {
        if last.is_some() && was.is_none() {
            continue;
        }
        if ui.view() == View::Json {
            let old = last.and_then(|last| last.get(index));
            let document = json!({
                "version": 1,
                "command": "check",
                "project": fleet.project,
                "at": instant(at),
                "service": one.service.as_str(),
                "before": old.map(|it| service_document(ui, it)),
                "after": service_document(ui, one),
            });
            ui.json_line(&document)?;
            continue;
        }
        let values = [
            ("at", moment(at).into()),
            ("service", one.service.as_str().into()),
            ("before", was.clone().unwrap_or_default().into()),
            ("after", headline(ui.words(), one).into()),
        ];
        let text = match was {
            Some(_) => ui.tell("watch-changed", &values),
            None => ui.tell("watch-first", &values[..]),
        };
        writeln!(ui.data(), "{text}")?;
    }
    ui.data().flush()?;
    Ok(())
}
