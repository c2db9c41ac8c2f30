//! Names of database objects, which quote themselves.
//!
//! Every identifier that ends up in SQL goes through [`Ident`], so that a capital letter, a
//! reserved word or a hostile name can neither break a statement nor become one.

use std::fmt;

/// The name of a database object, as PostgreSQL stores it (unquoted, case kept).
///
/// `Display` gives the quoted form, so `format!("DROP TABLE {name}")` is safe by construction.
/// Source: PostgreSQL manual, 4.1.1 (quoted identifiers double the quote inside).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ident(String);

impl Ident {
    /// Takes the name as it is stored in the catalog, without quotes.
    pub fn new(name: impl Into<String>) -> Self {
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
        out.write_str(&self.0.replace('"', "\"\""))?;
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

#[cfg(test)]
mod tests {
    use super::Ident;

    #[test]
    fn a_hostile_name_stays_one_identifier() {
        assert_eq!(Ident::new("a\"b; drop").to_string(), "\"a\"\"b; drop\"");
    }

    #[test]
    fn case_is_kept() {
        assert_eq!(Ident::new("parabellum_Analytics").to_string(), "\"parabellum_Analytics\"");
    }
}
