//! What services do to their databases at their start, judged.

use radoub_prisma::package::{Package, package};

use super::{Check, Doctor, Finding, Notes};
use crate::start::{StartDeed, dockerfile_of};

pub(super) fn examine(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    for (service, _) in doctor.managed() {
        let name = service.name.as_str();
        let start = doctor.inventory.start_of(service);
        for step in &start.steps {
            let finding = |check| {
                let finding = Finding::new(check).of(name).at(&step.place);
                let finding = finding.fact("command", &step.command);
                match &step.guard {
                    Some(guard) => finding.fact("guard", guard),
                    None => finding,
                }
            };
            let check = match step.deed {
                StartDeed::Reset => Check::StartResets,
                StartDeed::Push { accepts_loss: true } => Check::StartPushesWithLoss,
                StartDeed::Push { accepts_loss: false } => Check::StartPushes,
                StartDeed::Develop => Check::StartDevelops,
                StartDeed::Deploy | StartDeed::Write => Check::StartMigrates,
                StartDeed::Seed => Check::StartSeeds,
                StartDeed::Generate => Check::StartGenerates,
            };
            notes.add(finding(check));
            if step.deed == StartDeed::Deploy && step.tolerated {
                notes.add(finding(Check::StartIgnoresFailure));
            }
            if let Some(version) = &step.fetched
                && !is_exact(version)
                && !is_installed(doctor, service)
            {
                notes.add(finding(Check::StartDownloadsPrisma));
            }
        }
        for unseen in &start.unseen {
            notes.unexamined("unexamined-start", Some(name), unseen.what.as_str());
        }
    }
}

fn is_exact(version: &str) -> bool {
    version.starts_with(|it: char| it.is_ascii_digit()) && version.matches('.').count() >= 2
}

/// Whether the package brings Prisma's command, or its image installs it.
fn is_installed(doctor: &Doctor<'_>, service: &crate::fleet::Service) -> bool {
    let text = std::fs::read_to_string(service.folder.join("package.json")).unwrap_or_default();
    let package: Package = package(&text).unwrap_or_default();
    let brings = ["prisma", "prisma7", "@prisma/prisma7"];
    if brings.iter().any(|name| package.dependencies.contains_key(*name)) {
        return true;
    }
    let file = dockerfile_of(service, doctor.inventory.compose_of(service));
    file.is_some_and(|(_, file)| {
        let runs = file.stages.iter().flat_map(|stage| &stage.others);
        runs.filter(|it| it.keyword == "RUN").any(|it| {
            it.text.split_whitespace().any(|word| word == "prisma" || word.starts_with("prisma@"))
                && ["install", " add ", " i "].iter().any(|verb| it.text.contains(verb))
        })
    })
}
