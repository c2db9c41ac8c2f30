//! `radoub init`: writes a commented `radoub.toml` of what was discovered. Discovery alone is
//! enough to work, so the file changes nothing until somebody edits it.

use std::path::PathBuf;

use super::App;
use crate::error::{CliError, Exit, chain};
use crate::ui::Ui;

/// What `init` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    #[arg(long)]
    force: bool,
    #[arg(long)]
    print: bool,
}

pub(crate) fn init(ui: &mut Ui, app: &mut App, args: &InitArgs) -> Result<Exit, CliError> {
    let fleet = app.fleet(ui)?;
    let text = radoub_engine::fleet::init::init_text(&fleet);
    if args.print {
        write!(ui.data(), "{text}")?;
        return Ok(Exit::InOrder);
    }
    let path: PathBuf = app.folder().join("radoub.toml");
    let shown = path.display().to_string();
    let written = if args.force {
        std::fs::write(&path, &text)
    } else {
        // Creating only a new file also keeps two `init`s from overwriting each other.
        std::fs::File::create_new(&path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
    };
    match written {
        Ok(()) => {
            let values = [("path", shown.into()), ("count", fleet.services.len().into())];
            let text = ui.tell("init-written", &values);
            writeln!(ui.data(), "{text}")?;
            Ok(Exit::InOrder)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(CliError::Told {
            heading: ui.tell("init-exists", &[("path", shown.into())]),
            causes: Vec::new(),
            remedy: Some(ui.say("init-exists-remedy")),
        }),
        Err(error) => Err(CliError::Told {
            heading: ui.tell("init-failed", &[("path", shown.into())]),
            causes: chain(&error),
            remedy: None,
        }),
    }
}
