//! `radoub services`: the inventory, as the guide's table "Services avec Prisma", with where each
//! fact was found.

use serde_json::{Value as Json, json};

use radoub_engine::fleet::{Fact, Fleet, Managed, Origin, Prisma, Service};

use super::check::not_applicable;
use super::{App, warning_text};
use crate::error::{CliError, Exit};
use crate::ui::table::table;
use crate::ui::{Tone, Ui, View};

/// What `services` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct ServicesArgs {
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[arg(long)]
    markdown: bool,
}

pub(crate) fn services(ui: &mut Ui, app: &mut App, args: &ServicesArgs) -> Result<Exit, CliError> {
    let fleet = app.inventory_with_gaps(ui)?.fleet;
    let fleet = App::narrow(ui, fleet, &args.services)?;
    match ui.view() {
        View::Json => {
            let document = document(ui, &fleet);
            ui.json(&document)?;
        }
        _ if args.markdown => markdown(ui, &fleet)?,
        _ => show(ui, &fleet)?,
    }
    Ok(Exit::InOrder)
}

fn headings(ui: &Ui) -> Vec<String> {
    ["services-column-service", "services-column-database", "services-column-status"]
        .iter()
        .map(|key| ui.say(key))
        .collect()
}

/// Name of the database and the status of the guide's table.
fn cells(ui: &Ui, service: &Service) -> (String, String) {
    match &service.prisma {
        Prisma::NotApplicable(_) => {
            (ui.say("services-no-database"), ui.say("state-not-applicable"))
        }
        Prisma::Managed(managed) => match &managed.url {
            Ok(url) => (url.database().to_owned(), ui.say("services-found")),
            Err(_) => (ui.say("unknown"), ui.say("services-problem")),
        },
    }
}

fn markdown(ui: &mut Ui, fleet: &Fleet) -> Result<(), CliError> {
    let headings = headings(ui).join(" | ");
    writeln!(ui.data(), "| {headings} |\n|---------|----------------|--------|")?;
    for service in &fleet.services {
        let (database, status) = cells(ui, service);
        writeln!(ui.data(), "| {} | {database} | {status} |", service.name)?;
    }
    Ok(())
}

fn show(ui: &mut Ui, fleet: &Fleet) -> Result<(), CliError> {
    let rows = fleet
        .services
        .iter()
        .map(|service| {
            let (database, status) = cells(ui, service);
            vec![service.name.to_string(), database, status]
        })
        .collect();
    let text = table(headings(ui), rows);
    writeln!(ui.data(), "{text}")?;
    for service in &fleet.services {
        let name = Tone::Strong.paint(&service.name);
        writeln!(ui.data(), "\n{name}")?;
        for line in facts(ui, fleet, service) {
            writeln!(ui.data(), "  {line}")?;
        }
    }
    for warning in &fleet.warnings {
        let text = warning_text(ui, warning);
        ui.warning(&text)?;
    }
    Ok(())
}

/// Everything known about a service, each fact with its origin.
fn facts(ui: &Ui, fleet: &Fleet, service: &Service) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fact = |key: &str, value: String, fact: Fact| {
        let origin = service.origins.iter().find(|it| it.fact == fact).map(place);
        let origin = origin.map(|it| Tone::Quiet.paint(format!("  ({it})"))).unwrap_or_default();
        lines.push(format!("{}{value}{origin}", ui.say(key)));
    };
    fact("services-fact-folder", relative(fleet, &service.folder), Fact::Service);
    match &service.prisma {
        Prisma::NotApplicable(reason) => lines.push(not_applicable(ui, reason)),
        Prisma::Managed(managed) => {
            fact("services-fact-schema", relative(fleet, &managed.schema), Fact::Schema);
            fact(
                "services-fact-migrations",
                relative(fleet, &managed.migrations),
                Fact::Migrations,
            );
            match &managed.url {
                Ok(url) => {
                    fact("services-fact-url", url.masked(), Fact::Url);
                    if let Some(endpoint) =
                        service.origins.iter().find(|it| it.fact == Fact::Endpoint)
                    {
                        fact("services-fact-endpoint", url.server(), endpoint.fact);
                    }
                }
                Err(problem) => {
                    let failure = radoub_engine::observe::url_failure(problem);
                    lines.extend(super::check::failure_lines(ui, &failure));
                    let remedy = super::check::failure_remedy(ui, &failure, service.name.as_str());
                    lines.extend(remedy.map(|it| format!("→ {it}")));
                }
            }
            if let Some(version) = &managed.prisma_version {
                let mut text = version.text.clone();
                if !version.pinned {
                    text = format!("{text} {}", ui.say("services-unpinned"));
                }
                let origin = service.origins.iter().find(|it| it.fact == Fact::PrismaVersion);
                let origin = origin.map(place).map(|it| Tone::Quiet.paint(format!("  ({it})")));
                lines.push(format!(
                    "{}{text}{}",
                    ui.say("services-fact-prisma"),
                    origin.unwrap_or_default()
                ));
            }
        }
    }
    for warning in &service.warnings {
        lines.push(format!("{} {}", ui.say("mark-warning"), warning_text(ui, warning)));
    }
    lines
}

fn relative(fleet: &Fleet, path: &std::path::Path) -> String {
    let inside = path.strip_prefix(&fleet.root).unwrap_or(path);
    if inside.as_os_str().is_empty() { ".".to_owned() } else { inside.display().to_string() }
}

/// `docker-compose.yml:181, DATABASE_URL`.
fn place(origin: &Origin) -> String {
    let mut text = origin.file.display().to_string();
    if let Some(line) = origin.line {
        text = format!("{text}:{line}");
    }
    match &origin.key {
        Some(key) => format!("{text}, {key}"),
        None => text,
    }
}

fn document(ui: &Ui, fleet: &Fleet) -> Json {
    let services: Vec<Json> = fleet
        .services
        .iter()
        .map(|service| {
            let origins: Vec<Json> = service
                .origins
                .iter()
                .map(|it| {
                    json!({
                        "fact": it.fact.as_str(),
                        "file": it.file,
                        "line": it.line,
                        "key": it.key,
                    })
                })
                .collect();
            json!({
                "service": service.name.as_str(),
                "composeService": service.compose_service,
                "group": service.group,
                "folder": service.folder,
                "applicable": matches!(service.prisma, Prisma::Managed(_)),
                "reason": match &service.prisma {
                    Prisma::NotApplicable(reason) => Some(not_applicable(ui, reason)),
                    Prisma::Managed(_) => None,
                },
                "prisma": match &service.prisma {
                    Prisma::Managed(managed) => Some(managed_document(ui, managed)),
                    Prisma::NotApplicable(_) => None,
                },
                "origins": origins,
                "warnings": service.warnings.iter().map(|it| warning_text(ui, it)).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "version": 1,
        "command": "services",
        "project": fleet.project,
        "composeFiles": fleet.compose_files,
        "configFile": fleet.config_file,
        "services": services,
        "warnings": fleet.warnings.iter().map(|it| warning_text(ui, it)).collect::<Vec<_>>(),
    })
}

fn managed_document(ui: &Ui, managed: &Managed) -> Json {
    let problem = managed.url.as_ref().err().map(radoub_engine::observe::url_failure);
    json!({
        "schema": managed.schema,
        "migrations": managed.migrations,
        "schemas": managed.schemas,
        "version": managed.prisma_version.as_ref().map(|it| &it.text),
        "pinned": managed.prisma_version.as_ref().map(|it| it.pinned),
        "url": managed.url.as_ref().ok().map(radoub_engine::fleet::DatabaseUrl::masked),
        "database": managed.url.as_ref().ok().map(radoub_engine::fleet::DatabaseUrl::database),
        "server": managed.url.as_ref().ok().map(radoub_engine::fleet::DatabaseUrl::server),
        "problem": problem.map(|it| super::check::failure_document(ui, &it)),
    })
}
