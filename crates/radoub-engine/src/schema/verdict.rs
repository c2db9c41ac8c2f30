//! What is wrong with a schema, and where: Prisma's `validate`.

use std::ops::Range;
use std::path::PathBuf;

use radoub_prisma::configuration::{Configuration, Setting, SettingValue, configuration};
use radoub_prisma::datamodel::resolve;
use radoub_prisma::diagnostic::{Diagnostic, Severity, SourceFile};

use super::{Located, SchemaText, release};
use crate::fleet::place::{Place, without_user};

/// A mistake or a remark, and the line that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, relative to the working directory.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Characters of the line that are meant, at least 1.
    pub width: usize,
    /// The line before, empty on the first; passwords masked.
    pub before: String,
    /// The line; passwords masked.
    pub text: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where one remedy is known.
    pub remedy: Option<String>,
}

/// What is to be said about a schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What stops Prisma, in the order of files and lines.
    pub mistakes: Vec<Mistake>,
    /// What does not.
    pub remarks: Vec<Mistake>,
    /// True when the schema itself is right, and only the variables that it names are not.
    pub only_variables: bool,
}

impl SchemaText {
    /// The data model's verdict alone; what variables hold is not looked at.
    pub fn validate(&self, major: u8) -> Verdict {
        self.verdict(&resolve(&self.files, release(major)).1)
    }

    pub(crate) fn verdict(&self, diagnostics: &[Diagnostic]) -> Verdict {
        let mut verdict = Verdict::default();
        let mut diagnostics: Vec<&Diagnostic> = diagnostics.iter().collect();
        diagnostics.sort_by_key(|it| (it.file, it.span.start));
        for diagnostic in diagnostics {
            let mistake = self.mistake(diagnostic);
            match diagnostic.severity {
                Severity::Error => verdict.mistakes.push(mistake),
                Severity::Warning => verdict.remarks.push(mistake),
            }
        }
        verdict
    }

    fn mistake(&self, diagnostic: &Diagnostic) -> Mistake {
        let Diagnostic { file, span, message, remedy, .. } = diagnostic;
        self.at(*file, span, message.clone(), remedy.clone())
    }

    fn at(
        &self,
        file: usize,
        span: &Range<usize>,
        message: String,
        remedy: Option<String>,
    ) -> Mistake {
        let nothing = SourceFile { path: PathBuf::from(&self.shown), text: String::new() };
        let source = self.files.get(file).unwrap_or(&nothing);
        let place = Place::at_offset(&source.path, &source.text, span.start);
        let line = |number: usize| source.text.lines().nth(number).unwrap_or_default().trim_end();
        let (written, text) = (line(place.line - 1), without_user(line(place.line - 1)));
        let meant = source.text.get(span.clone()).unwrap_or_default();
        let meant = meant.lines().next().unwrap_or_default().trim_end().chars().count();
        // Of a line with something masked only the beginning of the span is sure.
        let width = if text == written { meant.max(1) } else { 1 };
        let before = place.line.checked_sub(2).map(line).map(without_user).unwrap_or_default();
        Mistake {
            file: place.file.display().to_string(),
            line: place.line,
            column: place.column,
            width,
            before,
            text,
            message,
            remedy,
        }
    }

    pub(super) fn configuration(&self, major: u8) -> Configuration {
        configuration(&self.files, release(major)).0
    }
}

impl Located {
    /// What Prisma's `validate` says: about the schema, and, when it is right, about the variables
    /// of its datasource (up to 6; measured: `url` and `directUrl`, one error at a time).
    pub fn validate(&self) -> Verdict {
        let mut verdict = self.schema.validate(self.major);
        if verdict.mistakes.is_empty() && self.major < 7 {
            let datasource = self.schema.configuration(self.major).datasource;
            verdict.mistakes.extend(datasource.and_then(|it| {
                let url = it.url.as_ref().and_then(|url| self.url_problem(&it.name, url, true));
                let direct = || {
                    it.direct_url.as_ref().and_then(|url| self.url_problem(&it.name, url, false))
                };
                let (message, span) = url.or_else(direct)?;
                Some(self.schema.at(it.file, &span, message, None))
            }));
            verdict.only_variables = !verdict.mistakes.is_empty();
        }
        verdict
    }

    /// What is wrong with the URL of datasource `name`, in Prisma's words; of `directUrl` the
    /// protocol is not looked at.
    fn url_problem(
        &self,
        name: &str,
        url: &Setting,
        protocol: bool,
    ) -> Option<(String, Range<usize>)> {
        let head = format!("Error validating datasource `{name}`:");
        let (value, empty) = match &url.value {
            SettingValue::Literal(text) => {
                (text, format!("{head} You must provide a nonempty URL."))
            }
            SettingValue::Env(variable) => match self.variables.get(variable) {
                None => {
                    let message = format!("Environment variable not found: {variable}.");
                    return Some((message, url.span.clone()));
                }
                Some(text) => (
                    text,
                    format!(
                        "{head} You must provide a nonempty URL. The environment variable \
                         `{variable}` resolved to an empty string."
                    ),
                ),
            },
        };
        if value.is_empty() {
            return Some((empty, url.span.clone()));
        }
        let known = ["postgresql://", "postgres://"].iter().any(|start| value.starts_with(start));
        let wrong = protocol && !known;
        wrong.then(|| {
            let message = format!(
                "{head} the URL must start with the protocol `postgresql://` or `postgres://`."
            );
            (message, url.span.clone())
        })
    }
}
