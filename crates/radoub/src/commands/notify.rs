//! `radoub notify`: who is told of runs, and whether messages arrive.

use radoub_engine::notify::{Moment, Subscription, try_all};
use serde_json::json;

use super::{App, duration};
use crate::error::{CliError, Exit};
use crate::report::letter::{self, not_delivered, reader};
use crate::ui::{Tone, Ui, View};

/// What `notify` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct NotifyArgs {
    #[arg(long)]
    test: bool,
}

pub(crate) async fn notify(
    ui: &mut Ui,
    app: &mut App,
    args: &NotifyArgs,
) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    if fleet.notify.is_empty() && ui.view() != View::Json {
        let text = ui.say("notify-nobody");
        writeln!(ui.data(), "{text}")?;
        let remedy = ui.say("notify-nobody-remedy");
        ui.hint(&remedy)?;
    }
    if !args.test {
        return list(ui, &fleet.project, &fleet.notify);
    }
    let letter = letter::test(ui, &fleet.project, &app.who());
    let answers = try_all(&fleet.notify, app.environment(), &letter).await;
    let well = !answers.is_empty() && answers.iter().all(|(_, answer)| answer.is_ok());
    let exit = if well { Exit::InOrder } else { Exit::NeedsWork };
    let both = fleet.notify.iter().zip(&answers);
    if ui.view() == View::Json {
        let readers: Vec<_> = both
            .map(|(to, (place, answer))| {
                let mut document = document(to, place.as_deref());
                document["delivered"] = answer.is_ok().into();
                document["answer"] = match answer {
                    Ok(receipt) => json!({
                        "code": receipt.code,
                        "tries": receipt.tries,
                        "milliseconds": receipt.took.as_secs_f64() * 1000.0,
                    }),
                    Err(because) => json!({ "message": not_delivered(ui, because) }),
                };
                document
            })
            .collect();
        let document = json!({
            "version": 1, "command": "notify", "project": fleet.project, "exitCode": exit as u8,
            "readers": readers,
        });
        ui.json(&document)?;
        return Ok(exit);
    }
    for (to, (place, answer)) in both {
        let name = reader(to.kind(), place.as_deref());
        let line = match answer {
            Ok(receipt) => {
                let values = [
                    ("to", name.into()),
                    ("code", receipt.code.as_str().into()),
                    ("took", duration(ui, receipt.took).into()),
                    ("tries", receipt.tries.into()),
                ];
                Tone::Good.paint(ui.tell("notify-delivered", &values))
            }
            Err(because) => {
                let values = [("to", name.into()), ("reason", not_delivered(ui, because).into())];
                Tone::Bad.paint(ui.tell("notify-failed", &values))
            }
        };
        writeln!(ui.data(), "{line}")?;
    }
    Ok(exit)
}

/// Says who is told what; no secret is read for that.
fn list(ui: &mut Ui, project: &str, all: &[Subscription]) -> Result<Exit, CliError> {
    if ui.view() == View::Json {
        let readers: Vec<_> = all.iter().map(|to| document(to, to.place().as_deref())).collect();
        let document = json!({
            "version": 1, "command": "notify", "project": project, "exitCode": Exit::InOrder as u8,
            "readers": readers,
        });
        ui.json(&document)?;
        return Ok(Exit::InOrder);
    }
    for to in all {
        let on: Vec<&str> = to.on.iter().copied().map(Moment::as_str).collect();
        let mut line = ui.labelled(&reader(to.kind(), to.place().as_deref()), &on.join(", "));
        if !to.services.is_empty() {
            let services: Vec<&str> = to.services.iter().map(String::as_str).collect();
            line.push_str(&format!(" ({})", services.join(", ")));
        }
        writeln!(ui.data(), "{line}")?;
    }
    Ok(Exit::InOrder)
}

fn document(to: &Subscription, place: Option<&str>) -> serde_json::Value {
    json!({
        "kind": to.kind(),
        "host": place,
        "on": to.on.iter().copied().map(Moment::as_str).collect::<Vec<_>>(),
        "services": to.services,
    })
}
