//! `radoub _reference`: the generated pages of `docs/reference`, written by `cargo xtask gen`.

use clap::Command;

use super::App;
use crate::cli::{self, Lang};
use crate::error::{CliError, Exit};
use crate::ui::Ui;
use crate::ui::words::Words;

use radoub_engine::drift::Cause;
use radoub_engine::failure::FailureCode;
use radoub_engine::state::{State, Weight};

/// What `_reference` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct ReferenceArgs {
    #[arg(value_name = "PAGE", value_parser = ["commands", "states", "failures", "doctor", "schema"])]
    page: String,
}

pub(crate) fn reference(ui: &mut Ui, _app: &App, args: &ReferenceArgs) -> Result<Exit, CliError> {
    let lang = ui.words().lang();
    let words = Words::new(lang);
    let text = match args.page.as_str() {
        "commands" => commands(&words),
        "states" => states(&words),
        "failures" => failures(lang),
        "doctor" => super::doctor::reference(&words),
        _ => radoub_engine::fleet::file::json_schema(),
    };
    write!(ui.data(), "{text}")?;
    Ok(Exit::InOrder)
}

fn commands(words: &Words) -> String {
    let mut text = format!("{}\n", words.say("reference-commands"));
    let mut root = cli::command(words);
    root.build();
    let mut waiting: Vec<Command> = vec![root];
    while let Some(mut command) = waiting.pop() {
        let name = command.get_bin_name().unwrap_or("radoub").to_owned();
        let help = command.render_long_help().to_string();
        text.push_str(&format!("\n## `{name}`\n\n```text\n{}\n```\n", help.trim_end()));
        let below: Vec<Command> =
            command.get_subcommands().filter(|it| !it.is_hide_set()).cloned().collect();
        waiting.extend(below.into_iter().rev());
    }
    text
}

fn states(words: &Words) -> String {
    let mut text = format!("{}\n\n", words.say("reference-states"));
    text.push_str("| state | exit code | |\n| --- | --- | --- |\n");
    for state in State::ALL {
        let code = code_of(state.weight());
        let shown = words.tell(&format!("state-{}", state.as_str()), &[("count", 2.into())]);
        text.push_str(&format!("| `{}` | {code} | {shown} |\n", state.as_str()));
    }
    text.push_str(&format!("\n{}\n\n", words.say("reference-causes")));
    text.push_str("| cause | exit code | |\n| --- | --- | --- |\n");
    for cause in Cause::ALL {
        let (code, shown) = (code_of(cause.weight()), super::drift::headline(words, cause));
        text.push_str(&format!("| `{}` | {code} | {shown} |\n", cause.as_str()));
    }
    text
}

fn code_of(weight: Weight) -> u8 {
    match weight {
        Weight::InOrder => 0,
        Weight::NeedsWork => 1,
        Weight::NoAnswer => 2,
    }
}

/// The sentences as they stand in the locale file: their values differ from case to case.
fn failures(lang: Lang) -> String {
    let words = Words::new(lang);
    let mut text = format!("{}\n\n", words.say("reference-failures"));
    text.push_str("| code | Prisma | exit code |\n| --- | --- | --- |\n");
    for code in FailureCode::ALL {
        let exit = code_of(code.weight());
        let prisma = code.prisma_code().unwrap_or("");
        text.push_str(&format!("| `{}` | {prisma} | {exit} |\n", code.as_str()));
    }
    text
}
