//! The members of a fleet before their databases are known: which folders they are, and what
//! `radoub.toml` changes about them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use toml::Spanned;

use super::compose::{ComposeService, Project};
use super::file::{FleetFileError, HealthSection, Loaded, ServiceSection, closest};
use super::folder::{Found, Given, Surveyor, names_in, origin_at};
use super::place::{Place, joined, relative};
use super::source::GivenUrl;
use super::walk::{Seen, walk};
use super::{Check, Errands, Fact, HealthRoute, Origin};
use crate::hazard::Hazard;
use crate::rebuild::Rebuild;

/// A URL given by `radoub.toml`, and where.
pub(crate) type SourcedUrl = (GivenUrl, Option<Place>);

/// A member.
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) compose_service: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) after: Vec<String>,
    pub(crate) wave: Option<u32>,
    pub(crate) canary: bool,
    pub(crate) allow: BTreeSet<Hazard>,
    pub(crate) errands: Errands,
    pub(crate) rebuild: Rebuild,
    pub(crate) health: Option<HealthRoute>,
    pub(crate) checks: Vec<Check>,
    pub(crate) found: Found,
    pub(crate) url: Option<SourcedUrl>,
    pub(crate) shadow_url: Option<SourcedUrl>,
    pub(crate) origins: Vec<Origin>,
}

impl Member {
    fn new(name: String, found: Found) -> Self {
        Self {
            name,
            compose_service: None,
            group: None,
            after: Vec::new(),
            wave: None,
            canary: false,
            allow: BTreeSet::new(),
            errands: Errands::default(),
            rebuild: Rebuild::default(),
            health: None,
            checks: Vec::new(),
            found,
            url: None,
            shadow_url: None,
            origins: Vec::new(),
        }
    }
}

/// The services of a project that have a package of their own.
pub(crate) fn members_of_compose(project: &Project, surveyor: &Surveyor<'_>) -> Vec<Member> {
    let mut workspaces = Workspaces::default();
    let root = project.files.first().and_then(|file| file.parent());
    let active = project.services.iter().filter(|service| service.active);
    active.filter_map(|service| member_of(service, root, surveyor, &mut workspaces)).collect()
}

/// Where the packages of a repository lie, below the folder of its Compose file.
const PACKAGES: [&str; 4] = ["", "services", "apps", "packages"];

/// A service with a build context is a member whatever it holds; one with only an image, built elsewhere, is one
/// when a bind-mounted folder has a schema, as in development, or a package of its name.
fn member_of(
    service: &ComposeService,
    root: Option<&Path>,
    surveyor: &Surveyor<'_>,
    workspaces: &mut Workspaces,
) -> Option<Member> {
    let mut first: Option<Found> = None;
    let mut with_schema = None;
    let mut folders = folders_of(service);
    // One that is given no address is the database server itself, beside a package of the same name.
    if let (None, true, Some(root)) = (&service.build, has_address(service), root) {
        let named = PACKAGES.map(|packages| root.join(packages).join(&service.name));
        folders.extend(named.into_iter().filter(|folder| folder.is_dir()));
    }
    for folder in folders {
        let found = surveyor.survey(&folder, &Given::default());
        if found.schema.is_some() {
            with_schema = Some(found);
            break;
        }
        if let Some(found) = workspaces.schema_of(&found, surveyor) {
            with_schema = Some(found);
            break;
        }
        if first.as_ref().is_none_or(|first| first.package.is_none() && found.package.is_some()) {
            first = Some(found);
        }
    }
    let found = match (with_schema, &service.build) {
        (Some(found), _) => found,
        (None, Some(_)) => first?,
        (None, None) => return None,
    };
    let mut member = Member::new(service.name.clone(), found);
    member.compose_service = Some(service.name.clone());
    member.origins.push(origin_at(
        Fact::Service,
        service.place.clone(),
        &format!("services.{}", service.name),
    ));
    Some(member)
}

/// Whether a service is told where a database is.
fn has_address(service: &ComposeService) -> bool {
    let is_address =
        |text: &str| text.starts_with("postgres://") || text.starts_with("postgresql://");
    service.environment.values().any(|it| is_address(&it.value))
}

/// Folders of this machine that may be the package of a service, the likeliest first: that of its
/// Dockerfile, its working directory, the build context, bind-mounted folders.
fn folders_of(service: &ComposeService) -> Vec<PathBuf> {
    let context = service.build.as_ref().and_then(|build| build.context.clone());
    let mut folders: Vec<PathBuf> = Vec::new();
    if let (Some(context), Some(build)) = (&context, &service.build)
        && let Some(dockerfile) = &build.dockerfile
    {
        let folder = joined(context, dockerfile);
        folders.extend(
            folder
                .parent()
                .filter(|folder| *folder != context && folder.starts_with(context))
                .map(Path::to_path_buf),
        );
    }
    if let Some(working_dir) = service.working_dir.as_deref() {
        for bind in &service.binds {
            let target = bind.target.trim_end_matches('/');
            if let Some(rest) = working_dir.strip_prefix(target)
                && (rest.is_empty() || rest.starts_with('/'))
            {
                folders.push(joined(&bind.source, rest.trim_start_matches('/')));
            }
        }
        // `/app/services/x` in a container is often `services/x` in the context.
        if let Some(context) = &context {
            let parts: Vec<&str> = working_dir.split('/').filter(|part| !part.is_empty()).collect();
            let tails = (0..parts.len()).map(|from| context.join(parts[from..].join("/")));
            folders.extend(tails.filter(|folder| folder.join("package.json").is_file()));
        }
    }
    folders.extend(context);
    folders.extend(service.binds.iter().map(|bind| bind.source.clone()));
    let mut known = BTreeSet::new();
    folders.retain(|folder| known.insert(folder.clone()) && folder.is_dir());
    // A service whose context is gone is still a member, with nothing in it.
    if folders.is_empty() {
        folders.extend(service.build.as_ref().and_then(|build| build.context.clone()));
    }
    folders
}

/// Packages of workspaces by name, read when first asked for.
#[derive(Debug, Default)]
struct Workspaces {
    by_root: BTreeMap<PathBuf, BTreeMap<String, PathBuf>>,
}

impl Workspaces {
    /// The schema of a package of the same workspace that this one depends on, when there is
    /// exactly one such package: the `packages/db` of a monorepo.
    fn schema_of(&mut self, found: &Found, surveyor: &Surveyor<'_>) -> Option<Found> {
        let (_, package) = found.package.as_ref()?;
        let is_local = |range: &str| {
            range == "*" || range.starts_with("workspace:") || range.starts_with("file:")
        };
        let mut names = package.dependencies.iter().filter(|(_, range)| is_local(range)).peekable();
        names.peek()?;
        let root = workspace_root(&found.folder)?;
        let packages = self.by_root.entry(root.clone()).or_insert_with(|| named_packages(&root));
        let mut schemas = names
            .filter_map(|(name, _)| packages.get(name))
            .map(|folder| surveyor.survey(folder, &Given::default()))
            .filter(|found| found.schema.is_some());
        let first = schemas.next()?;
        schemas.next().is_none().then_some(first)
    }
}

/// The nearest folder above that says it is the root of a workspace.
fn workspace_root(folder: &Path) -> Option<PathBuf> {
    let is_root = |folder: &Path| {
        let names = names_in(folder);
        let has = |name: &str| names.iter().any(|known| known == name);
        has("pnpm-workspace.yaml")
            || has("package.json")
                && std::fs::read_to_string(folder.join("package.json"))
                    .is_ok_and(|text| text.contains("\"workspaces\""))
    };
    folder.ancestors().skip(1).take(6).find(|folder| is_root(folder)).map(Path::to_path_buf)
}

fn named_packages(root: &Path) -> BTreeMap<String, PathBuf> {
    let packages = walk(root).packages;
    let named = packages.into_iter().filter_map(|folder| {
        let text = std::fs::read_to_string(folder.join("package.json")).ok()?;
        Some((radoub_prisma::package::package(&text).ok()?.name?, folder))
    });
    named.collect()
}

/// The packages of a tree that have a schema, each under the name of its folder; of two folders of
/// one name, under the name of its package or, when those are the same too, its path.
pub(crate) fn members_of_walk(root: &Path, seen: &Seen, surveyor: &Surveyor<'_>) -> Vec<Member> {
    let mut founds: Vec<Found> = Vec::new();
    for candidate in &seen.candidates {
        let given = Given {
            schema: candidate.schema.clone().map(|schema| (schema, None)),
            ..Given::default()
        };
        let found = surveyor.survey(&candidate.folder, &given);
        let Some(schema) = &found.schema else { continue };
        let is_known = founds.iter().filter_map(|known| known.schema.as_ref()).any(|known| {
            known.path == schema.path
                || candidate.schema.is_some() && schema.path.starts_with(&known.path)
        });
        // A schema apart that names no database is an example or a part of something.
        let is_part = candidate.schema.is_some() && schema.configuration.datasource.is_none();
        if !is_known && !is_part {
            founds.push(found);
        }
    }
    let short = |found: &Found| {
        let name = found.folder.file_name().map(|name| name.to_string_lossy().into_owned());
        name.filter(|_| found.folder != root)
            .or_else(|| found.package.as_ref().and_then(|(_, package)| package.name.clone()))
            .or_else(|| root.file_name().map(|name| name.to_string_lossy().into_owned()))
            .unwrap_or_else(|| "app".to_owned())
    };
    let package =
        |found: &Found| found.package.as_ref().and_then(|(_, package)| package.name.clone());
    let path =
        |found: &Found| relative(root, &found.folder).display().to_string().replace('\\', "/");
    let count = |name: &dyn Fn(&Found) -> Option<String>, found: &Found| {
        let own = name(found);
        founds.iter().filter(|other| own.is_some() && name(other) == own).count()
    };
    let mut names: Vec<String> = Vec::new();
    for found in &founds {
        let mut name = if count(&|found| Some(short(found)), found) == 1 {
            short(found)
        } else if count(&package, found) == 1 {
            package(found).unwrap_or_else(|| path(found))
        } else {
            path(found)
        };
        // Two schemas of one package.
        if names.contains(&name)
            && let Some(schema) = &found.schema
        {
            let folder = schema.path.parent().unwrap_or(&schema.path);
            name = relative(root, folder).display().to_string().replace('\\', "/");
        }
        names.push(name);
    }
    let made = names.into_iter().zip(founds).map(|(name, found)| {
        let mut member = Member::new(name, found);
        let file = match &member.found.package {
            Some((file, _)) => relative(root, file),
            None => relative(root, &member.found.folder),
        };
        member.origins.push(Origin { fact: Fact::Service, file, line: None, key: None });
        member
    });
    made.collect()
}

/// Applies `radoub.toml`: sections change and add members, then some are left out, then all are
/// put in order.
pub(crate) fn apply_file(
    members: &mut Vec<Member>,
    loaded: &Loaded,
    project: Option<&Project>,
    surveyor: &Surveyor<'_>,
) -> Result<(), FleetFileError> {
    let file = &loaded.file;
    let known_names = |members: &[Member]| -> Vec<String> {
        members.iter().map(|member| member.name.clone()).collect()
    };
    let unknown = |name: &Spanned<String>, known: &[String]| FleetFileError::UnknownService {
        place: loaded.place(name),
        name: name.get_ref().clone(),
        suggestion: closest(name.get_ref(), known.iter().map(String::as_str)),
    };
    let mut excluded: BTreeSet<String> = BTreeSet::new();
    for name in &file.fleet.exclude {
        let known = known_names(members);
        if !known.contains(name.get_ref()) && !file.service.contains_key(name) {
            return Err(unknown(name, &known));
        }
        excluded.insert(name.get_ref().clone());
    }
    // A Compose service that several sections claim is copied for each of them.
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for (name, section) in &file.service {
        if section.exclude {
            excluded.insert(name.get_ref().clone());
        }
        let claimed = section.compose_service.as_ref().unwrap_or(name);
        let own = members
            .iter()
            .position(|member| member.name == *claimed.get_ref() && !taken.contains(&member.name));
        let mut member = match own {
            Some(at) => {
                taken.insert(name.get_ref().clone());
                members.remove(at)
            }
            None => added(claimed, name, section, loaded, project, surveyor)
                .ok_or_else(|| unknown(claimed, &known_names(members)))?,
        };
        apply_section(&mut member, name, section, loaded, surveyor);
        member.allow.extend(loaded.hazards(&section.allow)?);
        let new_name = section.rename.clone().unwrap_or_else(|| name.get_ref().clone());
        if members.iter().any(|other| other.name == new_name) {
            return Err(FleetFileError::NameTaken { place: loaded.place(name), name: new_name });
        }
        if excluded.contains(name.get_ref()) {
            excluded.insert(new_name.clone());
        }
        renamed.insert(name.get_ref().clone(), new_name.clone());
        taken.insert(new_name.clone());
        member.name = new_name;
        let at = own.unwrap_or(members.len()).min(members.len());
        members.insert(at, member);
    }
    let current =
        |name: &Spanned<String>| renamed.get(name.get_ref()).unwrap_or(name.get_ref()).clone();
    for (group, names) in &file.groups {
        for name in names {
            let known = known_names(members);
            let Some(member) = members.iter_mut().find(|member| member.name == current(name))
            else {
                return Err(unknown(name, &known));
            };
            member.group.get_or_insert_with(|| group.clone());
        }
    }
    let known = known_names(members);
    for section in file.service.values() {
        if let Some(name) = section.after.iter().find(|name| !known.contains(&current(name))) {
            return Err(unknown(name, &known));
        }
    }
    let mut rank: BTreeMap<String, usize> = BTreeMap::new();
    for (at, name) in file.fleet.order.iter().enumerate() {
        if !known.contains(&current(name)) {
            return Err(unknown(name, &known));
        }
        rank.entry(current(name)).or_insert(at);
    }
    for member in members.iter_mut() {
        let after = std::mem::take(&mut member.after);
        member.after =
            after.into_iter().map(|name| renamed.get(&name).cloned().unwrap_or(name)).collect();
    }
    members.retain(|member| !excluded.contains(&member.name));
    // Stable: those without a place keep the order of the files, behind the others.
    members.sort_by_key(|member| rank.get(&member.name).copied().unwrap_or(usize::MAX));
    Ok(())
}

/// The member that a section adds, when it says enough.
fn added(
    claimed: &Spanned<String>,
    name: &Spanned<String>,
    section: &ServiceSection,
    loaded: &Loaded,
    project: Option<&Project>,
    surveyor: &Surveyor<'_>,
) -> Option<Member> {
    let compose = project.and_then(|project| {
        project.services.iter().find(|service| service.name == *claimed.get_ref())
    });
    let folder = match (&section.dir, compose) {
        (Some(dir), _) => joined(&loaded.folder, dir.get_ref()),
        (None, Some(compose)) => {
            folders_of(compose).into_iter().next().unwrap_or_else(|| loaded.folder.clone())
        }
        (None, None) if section.schema.is_some() => {
            let schema =
                section.schema.as_ref().map(|schema| joined(&loaded.folder, schema.get_ref()))?;
            let beside = schema.parent().unwrap_or(&loaded.folder);
            let is_prisma = beside.file_name().is_some_and(|name| name == "prisma");
            if is_prisma {
                beside.parent().unwrap_or(beside).to_path_buf()
            } else {
                beside.to_path_buf()
            }
        }
        (None, None) => return None,
    };
    let mut member =
        Member::new(name.get_ref().clone(), surveyor.survey(&folder, &Given::default()));
    member.compose_service = compose.map(|compose| compose.name.clone());
    member.origins.push(origin_at(
        Fact::Service,
        loaded.place(name),
        &format!("service.{}", name.get_ref()),
    ));
    Some(member)
}

/// What a section changes about a member.
fn apply_section(
    member: &mut Member,
    name: &Spanned<String>,
    section: &ServiceSection,
    loaded: &Loaded,
    surveyor: &Surveyor<'_>,
) {
    let folder = match &section.dir {
        Some(dir) => joined(&loaded.folder, dir.get_ref()),
        None => member.found.folder.clone(),
    };
    let base = if section.dir.is_some() || member.compose_service.is_some() {
        &folder
    } else {
        &loaded.folder
    };
    let path = |text: &Option<Spanned<String>>| {
        text.as_ref().map(|text| (joined(base, text.get_ref()), Some(loaded.place(text))))
    };
    let given = Given {
        config: None,
        schema: path(&section.schema),
        migrations: path(&section.migrations),
        prisma_version: section
            .prisma_version
            .as_ref()
            .map(|text| (text.get_ref().clone(), Some(loaded.place(text)))),
    };
    let changes_folder =
        given.schema.is_some() || given.migrations.is_some() || given.prisma_version.is_some();
    if changes_folder || folder != member.found.folder {
        member.found = surveyor.survey(&folder, &given);
    }
    member.origins.push(origin_at(
        Fact::Service,
        loaded.place(name),
        &format!("service.{}", name.get_ref()),
    ));
    member.origins.dedup();
    if section.group.is_some() {
        member.group.clone_from(&section.group);
    }
    member.wave = section.wave.or(member.wave);
    member.canary |= section.canary;
    if section.generate.is_some() {
        member.errands.generate.clone_from(&section.generate);
    }
    if section.restart.is_some() {
        member.errands.restart.clone_from(&section.restart);
    }
    if let Some(rebuild) = section.rebuild {
        member.rebuild = rebuild.into();
    }
    if section.logs.is_some() {
        member.errands.logs.clone_from(&section.logs);
    }
    member.checks.extend(section.checks.iter().map(|(name, sql)| Check {
        name: name.get_ref().clone(),
        sql: sql.clone(),
        place: loaded.place(name),
    }));
    member.health = section.health.as_ref().map(HealthSection::route).or(member.health.take());
    member.after.extend(section.after.iter().map(|name| name.get_ref().clone()));
    let text = |url: GivenUrl, place: Place| Some((url, Some(place)));
    let url = None
        .or_else(|| {
            section
                .url
                .as_ref()
                .and_then(|url| text(GivenUrl::Text(url.get_ref().0.clone()), loaded.place(url)))
        })
        .or_else(|| {
            section
                .url_env
                .as_ref()
                .and_then(|url| text(GivenUrl::Variable(url.get_ref().clone()), loaded.place(url)))
        })
        .or_else(|| {
            section.url_file.as_ref().and_then(|url| {
                text(GivenUrl::File(joined(&loaded.folder, url.get_ref())), loaded.place(url))
            })
        })
        .or_else(|| {
            let url = section.url_command.as_ref()?;
            text(GivenUrl::Command(url.get_ref().clone(), loaded.folder.clone()), loaded.place(url))
        });
    member.url = url.or(member.url.take());
    let shadow = None
        .or_else(|| {
            section
                .shadow_url
                .as_ref()
                .and_then(|url| text(GivenUrl::Text(url.get_ref().0.clone()), loaded.place(url)))
        })
        .or_else(|| {
            section
                .shadow_url_env
                .as_ref()
                .and_then(|url| text(GivenUrl::Variable(url.get_ref().clone()), loaded.place(url)))
        });
    member.shadow_url = shadow.or(member.shadow_url.take());
}
