//! The arguments of the command. Help texts are in the locale files, under the keys that
//! [`localise`] builds from the place of each command and argument.

use std::path::PathBuf;

use clap::{Arg, Args, Command as ClapCommand, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::commands;
use crate::ui::words::Words;

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "radoub", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) shared: Shared,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Shared {
    #[arg(short = 'C', long, global = true, value_name = "FOLDER")]
    pub(crate) dir: Option<PathBuf>,
    #[arg(short, long = "file", global = true, value_name = "COMPOSE_FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[arg(long = "profile", global = true, value_name = "NAME")]
    pub(crate) profiles: Vec<String>,
    #[arg(short, long, global = true, value_name = "NAME")]
    pub(crate) project_name: Option<String>,
    #[arg(long = "env-file", global = true, value_name = "FILE")]
    pub(crate) env_files: Vec<PathBuf>,
    #[arg(long, global = true, value_name = "FILE", env = "RADOUB_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true)]
    pub(crate) plain: bool,
    #[arg(long, global = true, value_name = "fr|en", env = "RADOUB_LANG")]
    pub(crate) lang: Option<Lang>,
    #[arg(short, long, global = true, value_name = "N", env = "RADOUB_JOBS", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    #[arg(long, global = true, value_name = "N", env = "RADOUB_PER_SERVER", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) per_server: Option<u16>,
    #[arg(long, global = true, value_name = "SECONDS", env = "RADOUB_TIMEOUT", value_parser = seconds)]
    pub(crate) timeout: Option<Seconds>,
    #[arg(long, global = true, value_name = "FOLDER", env = "RADOUB_STATE_DIR")]
    pub(crate) state_dir: Option<PathBuf>,
}

/// The languages radoub speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    Fr,
    En,
}

/// A length of time typed as seconds, `2`, `0.5` or `2s`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Seconds(pub(crate) std::time::Duration);

/// Reads a length of time; more than a year is taken for a slip of the finger.
pub(crate) fn seconds(text: &str) -> Result<Seconds, String> {
    let number: f64 = text.trim_end_matches('s').parse().map_err(|_| format!("`{text}`"))?;
    if !(0.001..=31_536_000.0).contains(&number) {
        return Err(format!("`{text}`"));
    }
    Ok(Seconds(std::time::Duration::from_secs_f64(number)))
}

/// The same for a wait that may be none.
pub(crate) fn seconds_or_none(text: &str) -> Result<Seconds, String> {
    match text.trim_end_matches('s').parse() {
        Ok(0.0) => Ok(Seconds(std::time::Duration::ZERO)),
        Ok::<f64, _>(_) | Err(_) => seconds(text),
    }
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(commands::check::CheckArgs),
    Plan(commands::plan::PlanArgs),
    Apply(commands::apply::ApplyArgs),
    Resume(commands::resume::ResumeArgs),
    History(commands::history::HistoryArgs),
    Show(commands::show::ShowArgs),
    Doctor(commands::doctor::DoctorArgs),
    Drift(commands::drift::DriftArgs),
    New(commands::new::NewArgs),
    Adopt(commands::adopt::AdoptArgs),
    Baseline(commands::baseline::BaselineArgs),
    Squash(commands::squash::SquashArgs),
    Backup(commands::backup::BackupArgs),
    Backups(commands::backups::BackupsArgs),
    Resolve(commands::resolve::ResolveArgs),
    Restore(commands::restore::RestoreArgs),
    Rollback(commands::rollback::RollbackArgs),
    Services(commands::services::ServicesArgs),
    Verify(commands::verify::VerifyArgs),
    Restart(commands::restart::RestartArgs),
    Logs(commands::logs::LogsArgs),
    Notify(commands::notify::NotifyArgs),
    Init(commands::init::InitArgs),
    Demo(commands::demo::DemoArgs),
    Prisma(commands::prisma::PrismaArgs),
    #[command(hide = true, name = "_engine-bench")]
    EngineBench(commands::engine_bench::EngineBenchArgs),
    #[command(hide = true, name = "_replay")]
    Replay(commands::replay::ReplayArgs),
    #[command(hide = true, name = "_reference")]
    Reference(commands::reference::ReferenceArgs),
}

/// The command line with its help in the language of the user.
pub(crate) fn command(words: &Words) -> ClapCommand {
    let arranged = |command: ClapCommand| {
        command
            .help_template(format!(
                "{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
                words.say("help-usage")
            ))
            .subcommand_help_heading(words.say("help-commands"))
            .next_display_order(None)
    };
    localise(Cli::command(), "help", words, &arranged)
}

/// Gives a command and all below it their words.
fn localise(
    command: ClapCommand,
    key: &str,
    words: &Words,
    arranged: &impl Fn(ClapCommand) -> ClapCommand,
) -> ClapCommand {
    let root = key == "help";
    let mut command = arranged(command)
        .about(words.say(&format!("{key}-about")))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .mut_args(|arg| localise_argument(arg, key, root, words));
    let examples = format!("{key}-examples");
    if !root && words.has(&examples) {
        let text = words.say(&examples);
        let examples = format!("{}\n{text}", words.say("help-examples"));
        command = command.after_help(examples);
    }
    let help = Arg::new("help").short('h').long("help").action(clap::ArgAction::Help);
    command = command.arg(help.help(words.say("help-arg-help")).display_order(900));
    if root {
        let version = Arg::new("version").short('V').long("version");
        let version = version.action(clap::ArgAction::Version).display_order(901);
        command = command.arg(version.help(words.say("help-arg-version")));
    }
    let names: Vec<String> = command.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    for name in names {
        let key = format!("{key}-{}", name.trim_start_matches('_'));
        command = command.mut_subcommand(name, |sub| localise(sub, &key, words, arranged));
    }
    command
}

fn localise_argument(arg: Arg, key: &str, root: bool, words: &Words) -> Arg {
    let id = arg.get_id().as_str().replace('_', "-");
    let heading = if arg.is_positional() {
        words.say("help-arguments")
    } else if root && arg.is_global_set() {
        words.say("help-shared-options")
    } else {
        words.say("help-options")
    };
    let takes_value = arg.get_action().takes_values();
    // The help names the values and the variable itself, in the language of the user.
    arg.help(words.say(&format!("{key}-arg-{id}")))
        .help_heading(heading)
        .hide_env(takes_value)
        .hide_possible_values(takes_value)
        .hide_default_value(takes_value)
}
