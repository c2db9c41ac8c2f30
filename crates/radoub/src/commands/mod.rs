//! The way from the typed words to a command, and what all commands share.

pub(crate) mod adopt;
pub(crate) mod apply;
mod around;
pub(crate) mod backup;
pub(crate) mod backups;
pub(crate) mod baseline;
pub(crate) mod check;
pub(crate) mod compared;
mod containers;
pub(crate) mod demo;
mod discovery;
pub(crate) mod doctor;
pub(crate) mod drift;
pub(crate) mod engine_bench;
mod finding;
pub(crate) mod history;
pub(crate) mod init;
pub(crate) mod logs;
pub(crate) mod new;
pub(crate) mod notify;
pub(crate) mod plan;
pub(crate) mod prisma;
pub(crate) mod reference;
mod remembered;
mod repair;
pub(crate) mod replay;
pub(crate) mod resolve;
pub(crate) mod restart;
pub(crate) mod restore;
pub(crate) mod resume;
pub(crate) mod rollback;
pub(crate) mod running;
pub(crate) mod scratch;
pub(crate) mod services;
pub(crate) mod show;
pub(crate) mod squash;
pub(crate) mod verify;
mod wanted;
mod watch;
mod way_back;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::FromArgMatches;

use radoub_engine::fleet::{DatabaseUrl, Fleet, Limits, Warning};
use radoub_engine::journal::Journals;
use radoub_engine::journal::fact::Who;
use radoub_engine::lanes::Lanes;
use radoub_engine::observe::{Depth, Look};
use radoub_engine::scratch::{Workshop, WorkshopSettings};
use radoub_engine::source::OddityKind;

use crate::cli::{self, Cli, Command, Shared};
use crate::error::{CliError, Exit, chain};
use crate::settings;
use crate::ui::{Ui, View};

/// Understands the words and does what they say.
pub(crate) async fn run(mut arguments: Vec<OsString>) -> Exit {
    if called_prisma(&arguments) {
        arguments.insert(1, "prisma".into());
    }
    prisma::spell_out(&mut arguments);
    let lang = settings::early_language(&arguments);
    let words = crate::ui::words::Words::new(lang);
    let parsed = cli::command(&words).try_get_matches_from(&arguments);
    let parsed = parsed.and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let exit = match (error.use_stderr(), is_drop_in(&arguments)) {
                (false, _) => Exit::InOrder,
                (true, true) => Exit::NeedsWork,
                (true, false) => Exit::Failed,
            };
            // Nothing is left to do when the terminal does not take the help either.
            let _ = error.print();
            return exit;
        }
    };
    let mut ui = Ui::new(&cli.shared, lang);
    // The exit code of a command of Prisma that fails is 1; 2 says something else there.
    let drop_in = matches!(cli.command, Some(Command::Prisma(_)));
    let done = match App::new(&ui, cli.shared) {
        Ok(mut app) => Box::pin(dispatch(&mut ui, &mut app, cli.command)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(exit) => exit,
        Err(error) => match tell(&mut ui, &error).unwrap_or(Exit::Failed) {
            Exit::Failed if drop_in => Exit::NeedsWork,
            exit => exit,
        },
    }
}

/// Whether these words, which were not understood, were meant for Prisma's commands.
fn is_drop_in(arguments: &[OsString]) -> bool {
    let words = arguments.iter().skip(1);
    let mut words = words.skip_while(|word| *word != "prisma").skip(1);
    words.any(|word| ["validate", "format", "migrate", "db"].iter().any(|verb| word == verb))
        || arguments.get(1).is_some_and(|word| word == "prisma")
}

async fn dispatch(ui: &mut Ui, app: &mut App, command: Option<Command>) -> Result<Exit, CliError> {
    match command {
        None => check::check(ui, app, &check::CheckArgs::default()).await,
        Some(Command::Check(args)) => check::check(ui, app, &args).await,
        Some(Command::Plan(args)) => plan::plan(ui, app, &args).await,
        Some(Command::Apply(args)) => apply::apply(ui, app, &args).await,
        Some(Command::Resume(args)) => Box::pin(resume::resume(ui, app, &args)).await,
        Some(Command::History(args)) => history::history(ui, app, &args),
        Some(Command::Show(args)) => show::show(ui, app, &args),
        Some(Command::New(args)) => Box::pin(new::new(ui, app, &args)).await,
        Some(Command::Adopt(args)) => adopt::adopt(ui, app, &args).await,
        Some(Command::Baseline(args)) => baseline::baseline(ui, app, &args).await,
        Some(Command::Squash(args)) => squash::squash(ui, app, &args).await,
        Some(Command::Doctor(args)) => Box::pin(doctor::doctor(ui, app, &args)).await,
        Some(Command::Drift(args)) => drift::drift(ui, app, &args).await,
        Some(Command::Backup(args)) => backup::backup(ui, app, &args).await,
        Some(Command::Backups(args)) => backups::backups(ui, app, &args).await,
        Some(Command::Resolve(args)) => resolve::resolve(ui, app, &args).await,
        Some(Command::Restore(args)) => restore::restore(ui, app, &args).await,
        Some(Command::Rollback(args)) => Box::pin(rollback::rollback(ui, app, &args)).await,
        Some(Command::Services(args)) => services::services(ui, app, &args),
        Some(Command::Verify(args)) => verify::verify(ui, app, &args).await,
        Some(Command::Restart(args)) => restart::restart(ui, app, &args).await,
        Some(Command::Logs(args)) => logs::logs(ui, app, &args).await,
        Some(Command::Notify(args)) => notify::notify(ui, app, &args).await,
        Some(Command::Init(args)) => init::init(ui, app, &args),
        Some(Command::Demo(args)) => demo::demo(ui, app, &args).await,
        Some(Command::Prisma(args)) => prisma::prisma(ui, app, args).await,
        Some(Command::EngineBench(args)) => engine_bench::engine_bench(ui, app, &args),
        Some(Command::Replay(args)) => replay::replay(ui, app, &args).await,
        Some(Command::Reference(args)) => reference::reference(ui, app, &args),
    }
}

/// Whether the program was started under the name `prisma`, so that a Dockerfile can put this one
/// file where the CLI used to be.
fn called_prisma(arguments: &[OsString]) -> bool {
    let name = arguments.first().and_then(|word| Path::new(word).file_stem());
    name.is_some_and(|name| name.eq_ignore_ascii_case("prisma"))
}

/// Says an error; a reader that went away (`| head`) is none.
fn tell(ui: &mut Ui, error: &CliError) -> io::Result<Exit> {
    match error {
        CliError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            return Ok(Exit::InOrder);
        }
        CliError::Output(error) => {
            let heading = ui.say("error-output");
            ui.error(&heading, &chain(error))?;
        }
        CliError::Told { heading, causes, remedy } => {
            ui.error(heading, causes)?;
            if let Some(remedy) = remedy {
                ui.hint(remedy)?;
            }
        }
    }
    Ok(Exit::Failed)
}

/// What every command works with: the settings, resolved.
pub(crate) struct App {
    shared: Shared,
    folder: PathBuf,
    environment: BTreeMap<String, String>,
    limits: Limits,
}

impl App {
    fn new(ui: &Ui, shared: Shared) -> Result<Self, CliError> {
        let folder = settings::folder(&shared).and_then(|folder| {
            std::fs::metadata(&folder)?
                .is_dir()
                .then_some(folder)
                .ok_or_else(|| io::Error::from(io::ErrorKind::NotADirectory))
        });
        let folder = folder.map_err(|error| {
            let path = shared.dir.as_deref().unwrap_or_else(|| Path::new("."));
            let values = [("path", path.display().to_string().into())];
            CliError::because(ui.tell("error-folder", &values), &error, None)
        })?;
        let environment = settings::environment();
        Ok(Self { shared, folder, environment, limits: Limits::default() })
    }

    /// The same settings for another folder, in an environment of its own.
    pub(crate) fn within(&self, folder: PathBuf, environment: BTreeMap<String, String>) -> Self {
        let shared =
            Shared { jobs: self.shared.jobs, timeout: self.shared.timeout, ..Shared::default() };
        Self { shared, folder, environment, limits: Limits::default() }
    }

    /// The folder radoub was pointed at, absolute.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The environment of the process.
    pub(crate) fn environment(&self) -> &BTreeMap<String, String> {
        &self.environment
    }

    /// The journals of this fleet: flag over variable over `radoub.toml` over `.radoub` beside it.
    pub(crate) fn journals(&self, fleet: &Fleet) -> Journals {
        match &self.shared.state_dir {
            Some(folder) => Journals::below(&self.folder.join(folder)),
            None => Journals::below(&fleet.state_folder),
        }
    }

    /// Who runs this.
    pub(crate) fn who(&self) -> Who {
        settings::who(&self.environment)
    }

    /// Whether Prisma's lock is taken, which Prisma's own variable can switch off (Prisma facts 1.7).
    pub(crate) fn takes_advisory_lock(&self) -> bool {
        let off = self.environment.get("PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK");
        off.is_none_or(|value| matches!(value.as_str(), "" | "0"))
    }

    /// How the databases are looked at: flag over variable over `radoub.toml` over default.
    pub(crate) fn look(&self) -> Look {
        let (asked, default) = (&self.shared, Lanes::default());
        let jobs = asked.jobs.map(usize::from).or(self.limits.jobs);
        let per_server = asked.per_server.map(usize::from);
        let per_server = per_server.or(self.limits.connections_per_server);
        Look {
            lanes: Lanes {
                jobs: jobs.unwrap_or(default.jobs),
                per_server: per_server.unwrap_or(default.per_server),
            },
            timeout: self.shared.timeout.map(|it| it.0),
            depth: Depth::Glance,
        }
    }
}

impl App {
    /// The source of scratch databases of a command that works on one service, which may have this shadow database.
    pub(crate) fn workshop_alone(&self, shadow: Option<&DatabaseUrl>) -> Workshop {
        let look = self.look();
        Workshop::new(WorkshopSettings {
            forced: None,
            timeout: look.timeout,
            per_server: look.lanes.per_server,
            temporary: std::env::temp_dir(),
            search: settings::search_path(),
            live: shadow.map(|_| self.live_around()).unwrap_or_default(),
        })
    }
}

/// A moment in the zone of this machine, to the second.
pub(crate) fn moment(at: SystemTime) -> String {
    let Ok(at) = jiff::Timestamp::try_from(at) else { return "?".to_owned() };
    at.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A moment for machines: RFC 3339, UTC.
pub(crate) fn instant(at: SystemTime) -> String {
    jiff::Timestamp::try_from(at).map_or_else(|_| "?".to_owned(), |at| at.to_string())
}

/// A length of time: `8 ms`, `1.2 s`; with a decimal comma in French.
pub(crate) fn duration(ui: &Ui, took: Duration) -> String {
    let text = match took.as_secs_f64() {
        seconds if seconds < 1.0 => return format!("{:.0} ms", seconds * 1000.0),
        seconds => format!("{seconds:.1} s"),
    };
    match ui.words().lang() {
        cli::Lang::Fr => text.replace('.', ","),
        cli::Lang::En => text,
    }
}

/// Whether there is a person to ask.
pub(crate) fn may_ask(ui: &Ui, app: &App) -> bool {
    let ci = app.environment().get("CI").map(String::as_str);
    ui.view() != View::Json && ui.may_ask(ci)
}

/// Asks the person at the terminal, yes or no; a script has to say `--yes`, so nobody to ask means no.
pub(crate) async fn agreed(ui: &mut Ui, app: &App, question: &str) -> Result<bool, CliError> {
    Ok(may_ask(ui, app) && ui.confirm(question).await?)
}

/// A size: `8 kB`, `1.2 MB`, `8 ko` in French.
pub(crate) fn size(ui: &Ui, bytes: u64) -> String {
    const UNITS: [(&str, &str); 5] =
        [("B", "o"), ("kB", "ko"), ("MB", "Mo"), ("GB", "Go"), ("TB", "To")];
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut number = bytes as f64;
    let mut unit = 0;
    while number >= 1024.0 && unit + 1 < UNITS.len() {
        number /= 1024.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && number < 10.0);
    let text = format!("{number:.digits$}");
    match ui.words().lang() {
        cli::Lang::Fr => format!("{} {}", text.replace('.', ","), UNITS[unit].1),
        cli::Lang::En => format!("{text} {}", UNITS[unit].0),
    }
}

/// A number with its thousands apart: `12,000`, `12 000` in French.
pub(crate) fn number(ui: &Ui, number: u64) -> String {
    let digits = number.to_string();
    let mark = match ui.words().lang() {
        cli::Lang::Fr => '\u{202f}',
        cli::Lang::En => ',',
    };
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

/// `15.18` for 150018.
pub(crate) fn version_of_server(number: u32) -> String {
    format!("{}.{}", number / 10_000, number % 10_000)
}

/// The name of an oddity in JSON.
pub(crate) fn oddity_key(kind: OddityKind) -> &'static str {
    match kind {
        OddityKind::WithoutScript => "without-script",
        OddityKind::NotUtf8 => "not-utf8",
        OddityKind::ByteOrderMark => "byte-order-mark",
        OddityKind::Empty => "empty-file",
        OddityKind::StraySql => "stray-sql",
        OddityKind::DuplicateTimestamp => "duplicate-timestamp",
    }
}

/// A warning of discovery as a sentence.
pub(crate) fn warning_text(ui: &Ui, warning: &Warning) -> String {
    let mut values: Vec<(&str, crate::ui::words::Value<'_>)> =
        warning.values.iter().map(|(name, value)| (*name, value.clone().into())).collect();
    if let Some(file) = &warning.file {
        values.push(("file", file.display().to_string().into()));
    }
    ui.tell(warning.key, &values)
}
