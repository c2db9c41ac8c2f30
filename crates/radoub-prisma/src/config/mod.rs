//! `prisma.config.{js,ts,mjs,cjs,mts,cts}` read without running it: the common static forms.
//!
//! Such a file is a program. Literals, `env('X')`, `process.env.X` with fall-backs, `path.join` and
//! constants of the same file are understood; anything else is named with its place, so that it
//! can be given in radoub's own settings (Prisma facts 1.3).

mod expression;
mod tokens;

use std::collections::BTreeMap;
use std::ops::Range;

use expression::{Js, Reader, What};
use tokens::tokens;

use crate::diagnostic::{Diagnostic, Severity};

/// Names of the file, in the order of looking, relative to the package (7.10; 6.19 knows those
/// without `7`, and `.config/prisma.*` but not `.config/prisma.config.*`).
pub const STEMS: [&str; 5] = [
    "prisma7.config",
    ".config/prisma7",
    "prisma.config",
    ".config/prisma",
    ".config/prisma.config",
];

/// Extensions of the file, in the order of looking.
pub const EXTENSIONS: [&str; 6] = ["js", "ts", "mjs", "cjs", "mts", "cts"];

/// What a configuration file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// `schema`: file or folder, relative to the configuration file.
    pub schema: Option<Value>,
    /// `migrations.path`, relative to the configuration file.
    pub migrations: Option<Value>,
    /// `datasource.url`.
    pub url: Option<Value>,
    /// `datasource.directUrl`, of some releases of 6.
    pub direct_url: Option<Value>,
    /// `datasource.shadowDatabaseUrl`.
    pub shadow_database_url: Option<Value>,
    /// `migrations.seed`: the command of `db seed`.
    pub seed: Option<Value>,
    /// `migrations.initShadowDb`: SQL for a shadow database, before the migrations.
    pub shadow_init: Option<Value>,
    /// `tables.external`: tables that others look after, as written.
    pub external_tables: Vec<String>,
    /// `enums.external`: the same for enum types.
    pub external_enums: Vec<String>,
    /// Paths of the `.env` files it loads itself, relative to the working directory.
    pub env_files: Vec<String>,
}

/// A value, and its bytes in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// How to get at it.
    pub expression: Expression,
    /// Bytes of the value in the file.
    pub span: Range<usize>,
}

/// A text that may depend on the environment.
#[derive(Clone, PartialEq, Eq)]
pub enum Expression {
    /// A literal.
    Text(String),
    /// `env('X')` (`required`), or `process.env.X`.
    Env {
        /// The variable.
        name: String,
        /// True when Prisma refuses to run without it.
        required: bool,
    },
    /// `left ?? right`, or `left || right`.
    Either {
        /// Counts when it is set.
        left: Box<Expression>,
        /// Counts otherwise.
        right: Box<Expression>,
        /// True for `||`, for which an empty text counts as none.
        or_empty: bool,
    },
    /// Texts one after the other.
    Joined(Vec<Expression>),
}

/// A literal may be a URL with its password, so literals are not shown.
impl std::fmt::Debug for Expression {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(_) => out.write_str("Text(…)"),
            Self::Env { name, .. } => out.debug_tuple("Env").field(name).finish(),
            Self::Either { left, right, .. } => {
                out.debug_tuple("Either").field(left).field(right).finish()
            }
            Self::Joined(parts) => out.debug_tuple("Joined").field(parts).finish(),
        }
    }
}

impl Expression {
    /// The text, with variables from `lookup`; the missing variable's name otherwise.
    ///
    /// # Errors
    ///
    /// The first variable that is needed and not set.
    pub fn resolve(&self, lookup: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
        match self {
            Self::Text(text) => Ok(text.clone()),
            Self::Env { name, .. } => lookup(name).ok_or_else(|| name.clone()),
            Self::Either { left, right, or_empty } => match left.resolve(lookup) {
                Ok(text) if !(*or_empty && text.is_empty()) => Ok(text),
                // The variable to set is the first one, whatever the fall-back lacks.
                Ok(_) => right.resolve(lookup),
                Err(name) => right.resolve(lookup).map_err(|_| name),
            },
            Self::Joined(parts) => parts.iter().map(|part| part.resolve(lookup)).collect(),
        }
    }

    /// The variables it may ask for, in order.
    pub fn variables(&self) -> Vec<&str> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::Env { name, .. } => vec![name],
            Self::Either { left, right, .. } => [left.variables(), right.variables()].concat(),
            Self::Joined(parts) => parts.iter().flat_map(Self::variables).collect(),
        }
    }
}

/// Reads a configuration file, with a diagnostic for everything in it that matters and cannot be
/// known without running it. Diagnostics are about file 0.
pub fn config(text: &str) -> (Config, Vec<Diagnostic>) {
    let tokens = tokens(text);
    let mut file = File {
        names: BTreeMap::new(),
        exported: None,
        env_files: Vec::new(),
        diagnostics: Vec::new(),
    };
    file.read(&mut Reader::new(&tokens));
    let mut config = Config { env_files: std::mem::take(&mut file.env_files), ..Config::default() };
    let Some(exported) = file.exported.take().map(|exported| file.unwrapped(exported, 0)) else {
        file.unknown(0..0, "the default export");
        return (config, file.diagnostics);
    };
    if !matches!(exported.what, What::Object(_)) {
        file.unknown(exported.span, "the default export");
        return (config, file.diagnostics);
    }
    let datasource = file.member(&exported, "datasource");
    let migrations = file.member(&exported, "migrations");
    config.schema = file.value(Some(&exported), "schema", "schema");
    config.migrations = file.value(migrations.as_ref(), "path", "migrations.path");
    config.url = file.value(datasource.as_ref(), "url", "datasource.url");
    config.direct_url = file.value(datasource.as_ref(), "directUrl", "datasource.directUrl");
    config.shadow_database_url =
        file.value(datasource.as_ref(), "shadowDatabaseUrl", "datasource.shadowDatabaseUrl");
    config.seed = file.value(migrations.as_ref(), "seed", "migrations.seed");
    config.shadow_init = file.value(migrations.as_ref(), "initShadowDb", "migrations.initShadowDb");
    config.external_tables = file.external(&exported, "tables");
    config.external_enums = file.external(&exported, "enums");
    (config, file.diagnostics)
}

struct File {
    /// Constants of the file.
    names: BTreeMap<String, Js>,
    exported: Option<Js>,
    env_files: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

/// How often a name may lead to a name.
const MOST_STEPS: usize = 20;

impl File {
    /// Goes through the statements of the file.
    fn read(&mut self, reader: &mut Reader<'_>) {
        while reader.kind(0).is_some() {
            match (reader.name(0), reader.name(1)) {
                (Some("import"), _) if reader.text(1) == Some("dotenv/config") => {
                    self.env_files.push(".env".to_owned());
                    reader.at += 2;
                }
                (Some("export"), Some("default")) => {
                    reader.at += 2;
                    self.exported = Some(reader.expression());
                }
                (Some("export"), _) if reader.is(1, "=") => {
                    reader.at += 2;
                    self.exported = Some(reader.expression());
                }
                (Some("module"), _)
                    if reader.is(1, ".")
                        && reader.name(2) == Some("exports")
                        && reader.is(3, "=") =>
                {
                    reader.at += 4;
                    self.exported = Some(reader.expression());
                }
                (Some("exports"), _)
                    if reader.is(1, ".")
                        && reader.name(2) == Some("default")
                        && reader.is(3, "=") =>
                {
                    reader.at += 4;
                    self.exported = Some(reader.expression());
                }
                (Some("const" | "let" | "var"), Some(name)) => {
                    reader.at += 2;
                    // A type may stand between the name and its value.
                    while reader.kind(0).is_some() && !reader.is(0, "=") && !reader.is(0, ";") {
                        reader.skip();
                    }
                    if reader.eat("=") {
                        let value = reader.expression();
                        self.note_env_file(&value);
                        self.names.insert(name.to_owned(), value);
                    }
                }
                (Some("dotenv" | "config" | "loadEnvFile" | "process"), _) => {
                    let before = reader.at;
                    let call = reader.expression();
                    self.note_env_file(&call);
                    if reader.at == before {
                        reader.at += 1;
                    }
                }
                _ => reader.skip(),
            }
        }
    }

    /// Takes note of `dotenv.config({ path })`, `config()`, `loadEnvFile('…')`.
    fn note_env_file(&mut self, call: &Js) {
        let What::Call(name, arguments) = &call.what else { return };
        let is_loader = matches!(
            name.as_str(),
            "dotenv.config" | "config" | "loadEnvFile" | "process.loadEnvFile" | "dotenv.expand"
        );
        if !is_loader {
            return;
        }
        let first = arguments.first();
        let path = match first.map(|first| &first.what) {
            None => Some(".env".to_owned()),
            Some(What::Object(_)) => match first.and_then(|first| self.member(first, "path")) {
                None => Some(".env".to_owned()),
                Some(path) => self.static_text(&path),
            },
            Some(_) => first.and_then(|first| self.static_text(first)),
        };
        self.env_files.extend(path);
    }

    fn static_text(&self, value: &Js) -> Option<String> {
        self.expression(value, 0)?.resolve(&|_| None).ok()
    }

    /// The object behind `defineConfig(…)`, names and parentheses.
    fn unwrapped(&self, value: Js, depth: usize) -> Js {
        match &value.what {
            What::Call(_, arguments) if depth < MOST_STEPS => match arguments.as_slice() {
                [only] => self.unwrapped(only.clone(), depth + 1),
                _ => value,
            },
            What::Name(name) if depth < MOST_STEPS => match self.names.get(name) {
                Some(known) => self.unwrapped(known.clone(), depth + 1),
                None => value,
            },
            _ => value,
        }
    }

    /// A member of an object, looked for through names and `...spread`; the last one counts.
    fn member(&self, object: &Js, name: &str) -> Option<Js> {
        self.member_within(object, name, 0)
    }

    fn member_within(&self, object: &Js, name: &str, depth: usize) -> Option<Js> {
        let object = self.unwrapped(object.clone(), 0);
        let What::Object(members) = &object.what else { return None };
        members.iter().rev().find_map(|member| match &member.name {
            Some(found) if found == name => Some(member.value.clone()),
            None if depth < MOST_STEPS => self.member_within(&member.value, name, depth + 1),
            _ => None,
        })
    }

    /// A member as a value; one that needs running becomes a diagnostic.
    fn value(&mut self, object: Option<&Js>, name: &str, path: &str) -> Option<Value> {
        let object = object?;
        let member = self.member(object, name)?;
        if matches!(member.what, What::Nothing) {
            return None;
        }
        if let Some(expression) = self.expression(&member, 0) {
            return Some(Value { expression, span: member.span });
        }
        self.unknown(member.span, path);
        None
    }

    /// The names of `kind: { external: […] }`; those that need running become diagnostics.
    fn external(&mut self, exported: &Js, kind: &str) -> Vec<String> {
        let object = self.member(exported, kind);
        let Some(list) = object.and_then(|object| self.member(&object, "external")) else {
            return Vec::new();
        };
        let list = self.unwrapped(list, 0);
        let path = format!("{kind}.external");
        let What::List(elements) = list.what else {
            if !matches!(list.what, What::Nothing) {
                self.unknown(list.span, &path);
            }
            return Vec::new();
        };
        let mut names = Vec::new();
        for element in elements {
            match self.static_text(&element) {
                Some(name) => names.push(name),
                None => self.unknown(element.span, &path),
            }
        }
        names
    }

    fn unknown(&mut self, span: Range<usize>, what: &str) {
        self.diagnostics.push(Diagnostic {
            file: 0,
            span,
            message: format!("{what} cannot be read without running the file"),
            remedy: Some("give it in radoub.toml".to_owned()),
            severity: Severity::Warning,
        });
    }

    fn expression(&self, value: &Js, depth: usize) -> Option<Expression> {
        if depth > MOST_STEPS {
            return None;
        }
        let deeper = |value: &Js| self.expression(value, depth + 1);
        match &value.what {
            What::Text(text) => Some(Expression::Text(text.clone())),
            What::Env(name) => Some(Expression::Env { name: name.clone(), required: true }),
            What::Process(name) => Some(Expression::Env { name: name.clone(), required: false }),
            What::Name(name) => deeper(self.names.get(name)?),
            What::Either { left, right, or_empty } => {
                let left = deeper(left)?;
                // `?? undefined` adds nothing.
                if matches!(right.what, What::Nothing) {
                    return Some(left);
                }
                let right = deeper(right)?;
                Some(Expression::Either {
                    left: Box::new(left),
                    right: Box::new(right),
                    or_empty: *or_empty,
                })
            }
            What::Joined(parts) => {
                parts.iter().map(deeper).collect::<Option<_>>().map(Expression::Joined)
            }
            What::Path(parts) => {
                let mut joined = Vec::new();
                for part in parts {
                    if matches!(part.what, What::Here) {
                        continue;
                    }
                    if !joined.is_empty() {
                        joined.push(Expression::Text("/".to_owned()));
                    }
                    joined.push(deeper(part)?);
                }
                Some(match joined.as_slice() {
                    [only] => only.clone(),
                    _ => Expression::Joined(joined),
                })
            }
            What::Here => Some(Expression::Text(".".to_owned())),
            What::Call(name, arguments) if name == "String" => deeper(arguments.first()?),
            What::Object(_) | What::List(_) | What::Nothing | What::Call(..) | What::Other => None,
        }
    }
}

#[cfg(test)]
mod tests;
