//! Names of database objects, which quote themselves.
//!
//! Every identifier that ends up in SQL goes through [`Ident`], so that a capital letter, a
//! reserved word or a hostile name can neither break a statement nor become one.

use std::fmt;

use smol_str::SmolStr;

/// The name of a database object, as PostgreSQL stores it (unquoted, case kept).
///
/// A copy costs next to nothing: short names are in the value, long ones are shared.
/// `Display` gives the quoted form, so `format!("DROP TABLE {name}")` is safe by construction.
/// Source: PostgreSQL manual, 4.1.1 (quoted identifiers double the quote inside).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(SmolStr);

impl Ident {
    /// Takes the name as it is stored in the catalog, without quotes.
    pub fn new(name: impl Into<SmolStr>) -> Self {
        Self(name.into())
    }

    /// The bare name, for comparing and for bound parameters; never for building SQL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("\"")?;
        for (at, part) in self.0.split('"').enumerate() {
            if at > 0 {
                out.write_str("\"\"")?;
            }
            out.write_str(part)?;
        }
        out.write_str("\"")
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl From<&str> for Ident {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Ident {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl From<SmolStr> for Ident {
    fn from(name: SmolStr) -> Self {
        Self(name)
    }
}

/// The name of an object with or without its namespace.
///
/// Two names are equal when both parts are; what a missing namespace stands for is decided by
/// who compares ([`crate::diff`]). `Display` gives the quoted form, `"ns"."name"` or `"name"`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// The namespace (PostgreSQL schema), when it is part of the name.
    pub namespace: Option<Ident>,
    /// The name in it.
    pub name: Ident,
}

impl ObjectName {
    /// A name without namespace.
    pub fn bare(name: impl Into<Ident>) -> Self {
        Self { namespace: None, name: name.into() }
    }

    /// A name in a namespace.
    pub fn in_namespace(namespace: impl Into<Ident>, name: impl Into<Ident>) -> Self {
        Self { namespace: Some(namespace.into()), name: name.into() }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(out, "{namespace}.")?;
        }
        write!(out, "{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Ident, ObjectName};

    #[test]
    fn a_qualified_name_quotes_each_part() {
        assert_eq!(ObjectName::in_namespace("a.b", "C").to_string(), "\"a.b\".\"C\"");
        assert_eq!(ObjectName::bare("C").to_string(), "\"C\"");
    }

    #[test]
    fn a_hostile_name_stays_one_identifier() {
        assert_eq!(Ident::new("a\"b; drop").to_string(), "\"a\"\"b; drop\"");
    }

    #[test]
    fn case_is_kept() {
        assert_eq!(Ident::new("parabellum_Analytics").to_string(), "\"parabellum_Analytics\"");
    }
}
