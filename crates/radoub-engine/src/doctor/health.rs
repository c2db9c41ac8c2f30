//! Health routes as the source has them: whether there is one, and whether it asks anything.
//!
//! A look at the text, not a run: a handler that is a constant by every sign is called one, everything else is left
//! alone. What a route answers while its tables are broken is found where containers run.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::{Check, Doctor, Finding, Notes};
use crate::fleet::place::{line_at, relative};

/// Extensions of source files.
const SOURCES: [&str; 8] = ["js", "ts", "mjs", "cjs", "mts", "cts", "jsx", "tsx"];

/// Folders that hold no source of the service, or tests of it.
const LEFT_OUT: [&str; 11] = [
    "node_modules",
    "dist",
    "build",
    "coverage",
    "test",
    "tests",
    "__tests__",
    "e2e",
    "migrations",
    "generated",
    "public",
];

/// Larger files are bundles.
const MOST_BYTES: u64 = 512 * 1024;
const MOST_FILES: usize = 3000;

pub(super) fn examine(doctor: &Doctor<'_>, notes: &mut Notes<'_>) {
    for (service, _) in doctor.managed() {
        let name = service.name.as_str();
        let files = sources(&service.folder);
        if files.is_empty() {
            notes.unexamined("unexamined-source", Some(name), "");
            continue;
        }
        let mut found_any = false;
        for path in files {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            for route in routes(&text) {
                found_any = true;
                if route.constant {
                    let finding = Finding::new(Check::HealthRouteConstant).of(name);
                    let finding = finding.in_line(&relative(doctor.root(), &path), route.line);
                    notes.add(finding.fact("route", route.path));
                }
            }
        }
        if !found_any && service.health.is_none() {
            notes.add(Finding::new(Check::HealthRouteMissing).of(name));
        }
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut builder = WalkBuilder::new(folder);
    builder.max_depth(Some(10)).require_git(false).git_global(false).follow_links(false);
    builder.filter_entry(|entry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0 || !LEFT_OUT.contains(&name.as_ref())
    });
    let mut files: Vec<PathBuf> = builder
        .build()
        .filter_map(Result::ok)
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy();
            let is_source =
                entry.path().extension().is_some_and(|it| SOURCES.iter().any(|known| it == *known));
            let is_config = name.contains(".config.")
                || name.contains(".test.")
                || name.contains(".spec.")
                || name.contains(".d.ts");
            is_source
                && !is_config
                && entry.metadata().is_ok_and(|it| it.is_file() && it.len() <= MOST_BYTES)
        })
        .map(|entry| entry.path().to_path_buf())
        .take(MOST_FILES)
        .collect();
    files.sort();
    files
}

/// A health route of a source file.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    path: String,
    line: usize,
    constant: bool,
}

/// Words by which a handler asks something, or may.
const ASKS: [&str; 12] = [
    "await",
    ".then(",
    "prisma",
    "query",
    "pool",
    "redis",
    "mongoose",
    "knex",
    "sequelize",
    "connection",
    "fetch(",
    "axios",
];

/// The health routes of a text.
fn routes(text: &str) -> Vec<Route> {
    let mut found = Vec::new();
    let blank = without_comments(text);
    for quote in ['\'', '"', '`'] {
        for (at, _) in blank.match_indices(quote) {
            let Some(end) = blank[at + 1..].find(quote) else { continue };
            let path = &blank[at + 1..at + 1 + end];
            let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            let is_health = matches!(
                last,
                "health" | "healthz" | "healthcheck" | "health-check" | "livez" | "readyz"
            );
            if !is_health || path.contains(char::is_whitespace) || path.contains("://") {
                continue;
            }
            let before = blank[..at].trim_end();
            let is_decorator = ["@Get(", "@All("].iter().any(|it| before.ends_with(it));
            let is_call =
                [".get(", ".use(", ".all(", ".route("].iter().any(|it| before.ends_with(it));
            let body = if is_decorator {
                method_below(&blank[at + 1 + end..])
            } else if is_call {
                arguments(&blank[at + 2 + end..])
            } else {
                continue;
            };
            let Some(body) = body else { continue };
            let line = line_at(&blank, at);
            found.push(Route { path: path.to_owned(), line, constant: is_constant(&body, &blank) });
        }
    }
    found.sort_by_key(|it| it.line);
    found
}

/// Whether a handler answers without asking anybody.
fn is_constant(handler: &str, text: &str) -> bool {
    let is_inline = handler.contains("=>") || handler.contains("function") || handler.contains('{');
    let body = if is_inline {
        handler.to_owned()
    } else {
        // Named: its definition in the same file, or nobody knows.
        let name = handler.trim_matches([',', ' ', '\n', '\r', '\t']);
        if name.is_empty() || !name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_') {
            return false;
        }
        let starts =
            [format!("function {name}("), format!("const {name} ="), format!("let {name} =")];
        let Some(at) = starts.iter().find_map(|it| text.find(it.as_str())) else { return false };
        match braces(&text[at..]) {
            Some(body) => body,
            None => return false,
        }
    };
    let lower = body.to_lowercase();
    let answers = ["json(", "send(", "end(", "sendstatus(", "status(", "return", "reply", "ok"];
    answers.iter().any(|it| lower.contains(it))
        && !ASKS.iter().any(|it| lower.contains(it))
        && !calls_own_code(&body)
}

/// Whether a handler calls something besides what writes an answer or tells the time.
fn calls_own_code(body: &str) -> bool {
    const KNOWN: [&str; 22] = [
        "json",
        "send",
        "status",
        "end",
        "sendStatus",
        "code",
        "type",
        "set",
        "header",
        "setHeader",
        "writeHead",
        "text",
        "Date",
        "toISOString",
        "now",
        "uptime",
        "memoryUsage",
        "function",
        "stringify",
        "floor",
        "round",
        "write",
    ];
    body.match_indices('(').any(|(at, _)| {
        let before = body[..at].trim_end();
        let start = before
            .rfind(|it: char| !(it.is_ascii_alphanumeric() || it == '_' || it == '$'))
            .map_or(0, |it| it + 1);
        let name = &before[start..];
        !name.is_empty()
            && !KNOWN.contains(&name)
            && !["if", "return", "async", "get", "for", "catch", "handler"].contains(&name)
    })
}

/// What stands between the path and the end of the call.
fn arguments(text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix(',')?;
    let mut depth = 0_i32;
    for (at, character) in rest.char_indices() {
        match character {
            '(' | '{' | '[' => depth += 1,
            ')' if depth == 0 => return Some(rest[..at].to_owned()),
            ')' | '}' | ']' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The method that a decorator stands before.
fn method_below(text: &str) -> Option<String> {
    braces(text)
}

/// The first block in braces.
fn braces(text: &str) -> Option<String> {
    let start = text.find('{')?;
    let mut depth = 0_usize;
    for (at, character) in text[start..].char_indices() {
        match character {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(text[start..=start + at].to_owned());
                }
            }
            _ => {}
        }
    }
    None
}

/// The text with its comments blanked, so that places stay.
fn without_comments(text: &str) -> String {
    let mut blank = String::with_capacity(text.len());
    let mut rest = text;
    let mut quote = None;
    while let Some(character) = rest.chars().next() {
        let width = character.len_utf8();
        match quote {
            Some(open) => {
                if character == '\\' && rest.len() > 1 {
                    let next = rest[1..].chars().next().map_or(0, char::len_utf8);
                    blank.push_str(&rest[..=next]);
                    rest = &rest[1 + next..];
                    continue;
                }
                // A text in single or double quotes ends with its line.
                if character == open || (character == '\n' && open != '`') {
                    quote = None;
                }
            }
            None if rest.starts_with("//") || rest.starts_with("/*") => {
                let end = if rest.starts_with("//") {
                    rest.find('\n').unwrap_or(rest.len())
                } else {
                    rest.find("*/").map_or(rest.len(), |at| at + 2)
                };
                blank.extend(rest[..end].chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
                rest = &rest[end..];
                continue;
            }
            None if matches!(character, '\'' | '"' | '`') => quote = Some(character),
            None => {}
        }
        blank.push(character);
        rest = &rest[width..];
    }
    blank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_that_asks_nobody_is_told_from_one_that_does() {
        let cases = [
            (
                "app.get('/health', (req, res) => { res.json({ status: 'ok' }); });",
                "/health:1 constant",
            ),
            (
                "app.get('/health', (_req, res) => res.status(200).json({ status: 'ok', at: new Date().toISOString(), up: process.uptime() }));",
                "/health:1 constant",
            ),
            (
                "app.get('/health', async (req, res) => {\n  await prisma.$queryRaw`SELECT 1`;\n  res.json({ ok: true });\n});",
                "/health:1",
            ),
            ("router.get(\"/api/health\", healthController.check);", "/api/health:1"),
            (
                "const health = (req, res) => { res.send('ok'); };\napp.get('/health', health);",
                "/health:2 constant",
            ),
            ("app.get('/health', health);", "/health:1"),
            ("// app.get('/health', (req, res) => res.send('ok'));\n", ""),
            (
                "@Controller()\nclass A {\n  @Get('health')\n  check() { return { status: 'ok' }; }\n}",
                "health:3 constant",
            ),
            ("@Get('health')\ncheck() { return this.health.check([]); }", "health:1"),
            ("fastify.get('/healthz', async () => ({ ok: true }));", "/healthz:1 constant"),
            ("app.get('/health', (req, res) => { res.json(checkAll()); });", "/health:1"),
            ("fetch('http://x/health')", ""),
        ];
        for (text, expected) in cases {
            let shown: Vec<String> = routes(text)
                .iter()
                .map(|it| {
                    format!("{}:{}{}", it.path, it.line, if it.constant { " constant" } else { "" })
                })
                .collect();
            assert_eq!(shown.join("; "), expected, "{text}");
        }
    }
}
