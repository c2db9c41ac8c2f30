//! From the settings to the fleet, and what is told when there is none.

use radoub_engine::fleet::compose::ComposeError;
use radoub_engine::fleet::discover::{self, DiscoverError, Inventory, Settings};
use radoub_engine::fleet::docker::{Docker, NoContainers};
use radoub_engine::fleet::file::FleetFileError;
use radoub_engine::fleet::place::Place;
use radoub_engine::fleet::{DatabaseUrl, Fleet, ServiceName};

use super::App;
use crate::error::{CliError, chain};
use crate::ui::Ui;

impl App {
    /// The fleet, as discovered; the limits of `radoub.toml` count from now on.
    pub(crate) fn fleet(&mut self, ui: &Ui) -> Result<Fleet, CliError> {
        self.inventory(ui).map(|inventory| inventory.fleet)
    }

    /// The fleet with the Compose project that it was found in.
    pub(crate) fn inventory(&mut self, ui: &Ui) -> Result<Inventory, CliError> {
        self.found(ui, discover::inventory)
    }

    /// As [`Self::inventory`], of a project as well that lacks variables, for commands that only look.
    pub(crate) fn inventory_with_gaps(&mut self, ui: &Ui) -> Result<Inventory, CliError> {
        self.found(ui, discover::inventory_with_gaps)
    }

    fn found(
        &mut self,
        ui: &Ui,
        inventory: fn(&Settings<'_>) -> Result<Inventory, DiscoverError>,
    ) -> Result<Inventory, CliError> {
        let docker = Docker::default();
        let config_file = self.shared.config.clone().map(|path| self.folder.join(path));
        let config_file = config_file.or_else(|| discover::config_file(&self.folder));
        let settings = Settings {
            root: &self.folder,
            compose_files: &self.shared.files,
            env_files: &self.shared.env_files,
            profiles: &self.shared.profiles,
            project_name: self.shared.project_name.as_deref(),
            environment: &self.environment,
            config_file: config_file.as_deref(),
            containers: &docker,
        };
        let inventory = inventory(&settings).map_err(|error| told(ui, &error))?;
        self.limits = inventory.fleet.limits;
        Ok(inventory)
    }

    /// The databases of the fleet whose `radoub.toml` is the nearest above the folder, for the drop-in, which
    /// works on one service and must empty no other's. A fleet that cannot be read names none; what its databases
    /// hold keeps them from being emptied all the same.
    pub(crate) fn live_around(&self) -> Vec<(ServiceName, DatabaseUrl)> {
        let Some(file) = discover::config_file(&self.folder) else { return Vec::new() };
        let settings = Settings {
            root: file.parent().unwrap_or(&self.folder),
            compose_files: &[],
            env_files: &[],
            profiles: &[],
            project_name: None,
            environment: &self.environment,
            config_file: Some(&file),
            containers: &NoContainers,
        };
        discover::inventory(&settings).map(|it| it.fleet.live).unwrap_or_default()
    }

    /// The services that were asked for, in the order of the fleet; all of them when none was.
    pub(crate) fn narrow(ui: &Ui, mut fleet: Fleet, asked: &[String]) -> Result<Fleet, CliError> {
        if asked.is_empty() {
            return Ok(fleet);
        }
        let is_called = |service: &radoub_engine::fleet::Service, name: &String| {
            service.name.as_str() == name
                || service.compose_service.as_ref() == Some(name)
                || service.group.as_ref() == Some(name)
                || service.also.contains(name)
        };
        for name in asked {
            if !fleet.services.iter().any(|it| is_called(it, name)) {
                let known: Vec<&str> =
                    fleet.services.iter().map(|it| ServiceName::as_str(&it.name)).collect();
                let values =
                    [("service", name.as_str().into()), ("known", known.join(", ").into())];
                return Err(CliError::Told {
                    heading: ui.tell("error-service-unknown", &values),
                    causes: Vec::new(),
                    remedy: None,
                });
            }
        }
        fleet.services.retain(|it| asked.iter().any(|name| is_called(it, name)));
        Ok(fleet)
    }
}

fn told(ui: &Ui, error: &DiscoverError) -> CliError {
    match error {
        DiscoverError::NoFolder { root } => {
            let values = [("path", root.display().to_string().into())];
            alone(ui.tell("error-folder", &values), None)
        }
        DiscoverError::NothingFound { root, compose_names, schema_names } => {
            let values = [("path", root.display().to_string().into())];
            CliError::Told {
                heading: ui.tell("discover-nothing", &values),
                causes: vec![compose_names.join(", "), schema_names.join(", ")],
                remedy: Some(ui.say("discover-nothing-remedy")),
            }
        }
        DiscoverError::Compose(error) => compose(ui, error),
        DiscoverError::File(error) => fleet_file(ui, error),
    }
}

fn alone(heading: String, remedy: Option<String>) -> CliError {
    CliError::Told { heading, causes: Vec::new(), remedy }
}

/// A wrong place in a file: heading, the line itself, what to do.
fn at(
    ui: &Ui,
    key: &str,
    place: &Place,
    excerpt: &str,
    values: &[(&str, crate::ui::words::Value<'_>)],
) -> CliError {
    let mut all = vec![("place", place.to_string().into())];
    all.extend(values.iter().cloned());
    let remedy = format!("{key}-remedy");
    CliError::Told {
        heading: ui.tell(key, &all),
        causes: excerpt.lines().map(str::to_owned).collect(),
        remedy: ui.words().has(&remedy).then(|| ui.tell(&remedy, &all)),
    }
}

fn compose(ui: &Ui, error: &ComposeError) -> CliError {
    match error {
        ComposeError::Unreadable { file, source, .. } => {
            let values = [("path", file.display().to_string().into())];
            CliError::Told {
                heading: ui.tell("discover-unreadable", &values),
                causes: chain(source),
                remedy: None,
            }
        }
        ComposeError::Malformed { place, problem, excerpt } => {
            at(ui, "discover-yaml", place, excerpt, &[("problem", problem.clone().into())])
        }
        ComposeError::MalformedEnv { place, problem } => {
            at(ui, "discover-env", place, "", &[("problem", (*problem).into())])
        }
        ComposeError::Shape { place, path, expected, found } => {
            let values = [
                ("key", path.clone().into()),
                ("expected", (*expected).into()),
                ("found", (*found).into()),
            ];
            at(ui, "discover-shape", place, "", &values)
        }
        ComposeError::Circle { place, chain } => {
            at(ui, "discover-circle", place, "", &[("chain", chain.join(" → ").into())])
        }
        ComposeError::ExtendsUnknown { place, service, file } => {
            let values =
                [("service", service.clone().into()), ("file", file.display().to_string().into())];
            at(ui, "discover-extends", place, "", &values)
        }
        ComposeError::IncludeConflict { place, service, other } => {
            let values = [("service", service.clone().into()), ("other", other.to_string().into())];
            at(ui, "discover-include", place, "", &values)
        }
        ComposeError::Variables { missing, invalid } => {
            let mut causes: Vec<String> = missing
                .iter()
                .map(|variable| {
                    let place = variable.places.first().map(ToString::to_string);
                    let values = [
                        ("place", place.unwrap_or_default().into()),
                        ("variable", variable.name.clone().into()),
                        ("message", said(&variable.message).into()),
                        ("more", variable.places.len().saturating_sub(1).into()),
                    ];
                    ui.tell("discover-variable-missing", &values)
                })
                .collect();
            causes.extend(invalid.iter().map(|variable| {
                let values = [
                    ("place", variable.place.to_string().into()),
                    ("key", variable.path.clone().into()),
                ];
                ui.tell("discover-variable-invalid", &values)
            }));
            let names: Vec<&str> = missing.iter().map(|it| it.name.as_str()).collect();
            let values = [("names", names.join(", ").into())];
            CliError::Told {
                heading: ui.say("discover-variables"),
                causes,
                remedy: Some(ui.tell("discover-variables-remedy", &values))
                    .filter(|_| !missing.is_empty()),
            }
        }
    }
}

fn fleet_file(ui: &Ui, error: &FleetFileError) -> CliError {
    let meant = |suggestion: &Option<String>| suggestion.clone().unwrap_or_default();
    match error {
        FleetFileError::Unreadable { file, source } => {
            let values = [("path", file.display().to_string().into())];
            CliError::Told {
                heading: ui.tell("discover-unreadable", &values),
                causes: chain(source),
                remedy: None,
            }
        }
        FleetFileError::Malformed { place, problem, excerpt, suggestion } => {
            let told =
                at(ui, "discover-toml", place, excerpt, &[("problem", problem.clone().into())]);
            suggest(ui, told, &meant(suggestion))
        }
        FleetFileError::UnknownService { place, name, suggestion } => {
            let told =
                at(ui, "discover-toml-service", place, "", &[("service", name.clone().into())]);
            suggest(ui, told, &meant(suggestion))
        }
        FleetFileError::UnknownHazard { place, name, suggestion } => {
            let told =
                at(ui, "discover-toml-hazard", place, "", &[("hazard", name.clone().into())]);
            suggest(ui, told, &meant(suggestion))
        }
        FleetFileError::Circle { place, chain } => {
            at(ui, "discover-toml-circle", place, "", &[("chain", chain.join(" → ").into())])
        }
        FleetFileError::Version { place, found } => {
            at(ui, "discover-toml-version", place, "", &[("version", (*found).into())])
        }
        FleetFileError::Both { place, service, first, second } => {
            let values = [
                ("service", service.clone().into()),
                ("first", (*first).into()),
                ("second", (*second).into()),
            ];
            at(ui, "discover-toml-both", place, "", &values)
        }
        FleetFileError::Lacks { place, entry, key } => {
            let values = [("entry", entry.clone().into()), ("key", (*key).into())];
            at(ui, "discover-toml-lacks", place, "", &values)
        }
        FleetFileError::Unfit { place, entry, key, why } => {
            let values = [("entry", entry.clone().into()), ("key", (*key).into())];
            at(ui, &format!("discover-toml-unfit-{why}"), place, "", &values)
        }
        FleetFileError::NameTaken { place, name } => {
            at(ui, "discover-toml-name", place, "", &[("service", name.clone().into())])
        }
    }
}

fn suggest(ui: &Ui, told: CliError, suggestion: &str) -> CliError {
    match told {
        CliError::Told { heading, causes, .. } if !suggestion.is_empty() => CliError::Told {
            heading,
            causes,
            remedy: Some(ui.tell("discover-did-you-mean", &[("name", suggestion.into())])),
        },
        other => other,
    }
}

/// A message for a sentence that chooses its form by `blank`.
fn said(message: &str) -> String {
    if message.is_empty() { "blank".to_owned() } else { message.to_owned() }
}
