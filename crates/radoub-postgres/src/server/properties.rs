//! What a database is besides its contents: owner, collation, rights, settings. No dump of one database
//! holds them, so they are read, kept and given to the database that takes its place.

use std::fmt::Write as _;

use radoub_schema::name::Ident;
use tokio_postgres::types::Type;

use super::{Server, comment, literal};
use crate::database::{Database, QueryError, read};

/// What a database is besides its contents.
const PROPERTIES: &str = include_str!("properties.sql");

/// What a database is besides its contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Properties {
    /// Object id.
    pub oid: u32,
    /// Role that owns it.
    pub owner: String,
    /// Name of the encoding, `UTF8`.
    pub encoding: String,
    /// `datcollate`.
    pub collate: String,
    /// `datctype`.
    pub ctype: String,
    /// Who compares texts.
    pub provider: Provider,
    /// The locale of [`Provider::Icu`] and [`Provider::Builtin`].
    pub locale: Option<String>,
    /// Rules on top of an ICU locale.
    pub rules: Option<String>,
    /// Tablespace; `None` for the usual one.
    pub tablespace: Option<String>,
    /// Connections at most; -1 for any number.
    pub connection_limit: i32,
    /// Its comment.
    pub comment: Option<String>,
    /// Who may do what; `None` when nobody ever changed it.
    pub grants: Option<Vec<Grant>>,
    /// `ALTER DATABASE … SET` and `ALTER ROLE … IN DATABASE … SET`.
    pub settings: Vec<Setting>,
    /// Bytes on disk.
    pub bytes: i64,
}

/// Who compares texts in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Provider {
    /// The C library.
    Libc,
    /// ICU (PostgreSQL 15 and later).
    Icu,
    /// PostgreSQL itself (17 and later).
    Builtin,
}

impl Provider {
    /// The word of `LOCALE_PROVIDER`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Libc => "libc",
            Self::Icu => "icu",
            Self::Builtin => "builtin",
        }
    }

    /// The provider of that word; the C library for every other.
    pub fn of(word: &str) -> Self {
        match word {
            "icu" | "i" => Self::Icu,
            "builtin" | "b" => Self::Builtin,
            _ => Self::Libc,
        }
    }
}

/// A right on a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who has it; empty for everybody.
    pub role: String,
    /// `CONNECT`, `CREATE` or `TEMPORARY`.
    pub privilege: String,
    /// Whether it may be handed on.
    pub grantable: bool,
}

/// A setting of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// For which role; empty for every.
    pub role: String,
    /// `name=value`.
    pub line: String,
}

impl Properties {
    /// The options of `CREATE DATABASE` that cannot be changed afterwards.
    pub(crate) fn at_birth(&self) -> String {
        let mut text = format!(
            "TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}",
            literal(&self.encoding),
            literal(&self.collate),
            literal(&self.ctype)
        );
        match (self.provider, &self.locale) {
            // The word itself is unknown before 15, where there is no other.
            (Provider::Libc, _) | (_, None) => {}
            (Provider::Icu, Some(locale)) => {
                let _ = write!(text, " LOCALE_PROVIDER icu ICU_LOCALE {}", literal(locale));
                if let Some(rules) = &self.rules {
                    let _ = write!(text, " ICU_RULES {}", literal(rules));
                }
            }
            (Provider::Builtin, Some(locale)) => {
                let _ = write!(text, " LOCALE_PROVIDER builtin BUILTIN_LOCALE {}", literal(locale));
            }
        }
        if let Some(tablespace) = &self.tablespace {
            let _ = write!(text, " TABLESPACE {}", Ident::new(tablespace.as_str()));
        }
        text
    }

    /// The statements that give another database the rest.
    fn dressing(&self, name: &str, me: &str) -> Vec<String> {
        let name = Ident::new(name);
        let mut statements = Vec::new();
        if self.connection_limit != -1 {
            let limit = self.connection_limit;
            statements.push(format!("ALTER DATABASE {name} CONNECTION LIMIT {limit}"));
        }
        for setting in &self.settings {
            let Some((key, value)) = setting.line.split_once('=') else { continue };
            let subject = if setting.role.is_empty() {
                format!("DATABASE {name}")
            } else {
                format!("ROLE {} IN DATABASE {name}", Ident::new(setting.role.as_str()))
            };
            let key: Vec<String> = key.split('.').map(|it| Ident::new(it).to_string()).collect();
            let value = setting_value(&key.join("."), value);
            statements.push(format!("ALTER {subject} SET {} TO {value}", key.join(".")));
        }
        if let Some(grants) = &self.grants {
            statements.push(format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"));
            for grant in grants {
                let role = if grant.role.is_empty() {
                    "PUBLIC".to_owned()
                } else {
                    Ident::new(grant.role.as_str()).to_string()
                };
                let option = if grant.grantable { " WITH GRANT OPTION" } else { "" };
                let privilege = grant.privilege.as_str();
                if !["CONNECT", "CREATE", "TEMPORARY"].contains(&privilege) {
                    continue;
                }
                statements.push(format!("GRANT {privilege} ON DATABASE {name} TO {role}{option}"));
            }
        }
        // Last, because the rest takes the rights of an owner.
        if self.owner != me {
            let owner = Ident::new(self.owner.as_str());
            statements.push(format!("ALTER DATABASE {name} OWNER TO {owner}"));
        }
        statements
    }
}

/// Settings that are lists take each element as a literal of its own; in the catalog they are already
/// quoted that way.
fn setting_value(key: &str, value: &str) -> String {
    const LISTS: [&str; 6] = [
        "\"search_path\"",
        "\"datestyle\"",
        "\"temp_tablespaces\"",
        "\"session_preload_libraries\"",
        "\"local_preload_libraries\"",
        "\"unix_socket_directories\"",
    ];
    if !LISTS.contains(&key.to_lowercase().as_str()) {
        return literal(value);
    }
    let mut elements = Vec::new();
    let mut element = String::new();
    let mut quoted = false;
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                element.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => elements.push(std::mem::take(&mut element)),
            blank if blank.is_whitespace() && !quoted => {}
            other => element.push(other),
        }
    }
    elements.push(element);
    elements.iter().map(|it| literal(it)).collect::<Vec<_>>().join(", ")
}

impl Database {
    /// What this database is besides its contents.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn properties(&self) -> Result<Properties, QueryError> {
        let found = properties_of(self, self.url().database()).await?;
        Ok(found.expect("a database that we are connected to has a row in pg_database"))
    }
}

impl Server {
    /// What a database is besides its contents; `None` when there is none of that name.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn properties(&self, name: &str) -> Result<Option<Properties>, QueryError> {
        properties_of(&self.database, name).await
    }

    /// Gives a database owner, rights, settings and limits of another; gives back what was refused, a line
    /// each, such as a right of a role that is no more.
    ///
    /// # Errors
    ///
    /// [`QueryError`] when the server cannot be asked any more.
    pub async fn dress(
        &self,
        name: &str,
        properties: &Properties,
    ) -> Result<Vec<String>, QueryError> {
        let me: String = read(&self.database.row("SELECT current_user::text", &[]).await?, 0)?;
        let mut refused = Vec::new();
        for statement in properties.dressing(name, &me) {
            match self.database.run(&statement).await {
                Ok(()) => {}
                Err(QueryError::Refused(said)) => refused.push(format!("{statement}: {said}")),
                Err(error) => return Err(error),
            }
        }
        Ok(refused)
    }

    /// Puts a comment in the place of the mark.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn unmark(&self, name: &str, text: Option<&str>) -> Result<(), QueryError> {
        self.database.run(&comment(name, text)).await
    }
}

async fn properties_of(database: &Database, name: &str) -> Result<Option<Properties>, QueryError> {
    let rows = database.rows(PROPERTIES, &[(&name, Type::TEXT)]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let pairs = |first: usize| -> Result<Vec<(String, String)>, QueryError> {
        let (roles, texts): (Vec<String>, Vec<String>) = (read(row, first)?, read(row, first + 1)?);
        Ok(roles.into_iter().zip(texts).collect())
    };
    let grants = pairs(12)?.into_iter().map(|(role, right)| Grant {
        role,
        grantable: right.ends_with('*'),
        privilege: right.trim_end_matches('*').to_owned(),
    });
    let settings = pairs(14)?.into_iter().map(|(role, line)| Setting { role, line });
    Ok(Some(Properties {
        oid: read(row, 0)?,
        owner: read(row, 1)?,
        encoding: read(row, 2)?,
        collate: read(row, 3)?,
        ctype: read(row, 4)?,
        provider: Provider::of(read(row, 5)?),
        locale: read(row, 6)?,
        rules: read(row, 7)?,
        tablespace: read(row, 8)?,
        connection_limit: read(row, 9)?,
        comment: read(row, 10)?,
        grants: read::<bool>(row, 11)?.then(|| grants.collect()),
        settings: settings.collect(),
        bytes: read(row, 16)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_set_element_by_element() {
        assert_eq!(
            setting_value("\"search_path\"", "app, \"$user\", \"a,b\""),
            "E'app', E'$user', E'a,b'"
        );
        assert_eq!(setting_value("\"work_mem\"", "4MB"), "E'4MB'");
    }
}
