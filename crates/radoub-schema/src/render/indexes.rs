//! SQL of indexes.

use super::Writer;
use crate::model::{Index, IndexColumn, Method, Sort};
use crate::name::ObjectName;

impl Writer {
    pub(super) fn create_index(&mut self, table: &ObjectName, index: &Index) {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let method = method(index.method);
        // Other methods know no direction; of a database Prisma writes one all the same.
        let directed =
            index.method == Method::BTree || self.dialect.fidelity == super::Fidelity::Exact;
        let columns: Vec<String> =
            index.columns.iter().map(|column| self.index_column(column, directed)).collect();
        let predicate = match &index.predicate {
            Some(predicate) => format!(" WHERE ({predicate})"),
            None => String::new(),
        };
        let (name, table) = (self.ident(&index.name), self.object(table));
        self.statement(&format!(
            "CREATE {unique}INDEX {name} ON {table}{method}({}){predicate}",
            columns.join(", ")
        ));
    }

    /// What an index is made of: `UNIQUE USING GIN ("a", "b" DESC) WHERE (x)`.
    pub(super) fn index_definition(&self, index: &Index) -> String {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let method = method(index.method).trim_start();
        // A database says every direction; the usual one goes without saying.
        let columns: Vec<String> = index
            .columns
            .iter()
            .map(|column| self.index_column(column, true).trim_end_matches(" ASC").to_owned())
            .collect();
        let predicate = index.predicate.as_ref().map(|it| format!(" WHERE ({it})"));
        format!("{unique}{method}({}){}", columns.join(", "), predicate.unwrap_or_default())
    }

    pub(super) fn drop_index(&mut self, table: &ObjectName, name: &ObjectName, index: &Index) {
        // PostgreSQL refuses to drop the index of a constraint (2BP01); Prisma tries (#327).
        if index.is_constraint && self.dialect.fidelity == super::Fidelity::Sound {
            let (table, name) = (self.object(table), self.ident(&index.name));
            return self.statement(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
        }
        let name = self.object(name);
        self.statement(&format!("DROP INDEX {name}"));
    }

    /// `"name" class DESC`.
    fn index_column(&self, column: &IndexColumn, directed: bool) -> String {
        let mut text = self.ident(&column.name);
        if let Some(class) = &column.operator_class {
            text.push(' ');
            text.push_str(&class.name);
        }
        match column.sort.filter(|_| directed) {
            Some(Sort::Asc) => text.push_str(" ASC"),
            Some(Sort::Desc) => text.push_str(" DESC"),
            None => {}
        }
        text
    }
}

/// How the method is written between the table and the parenthesis.
fn method(method: Method) -> &'static str {
    match method {
        Method::BTree => "",
        Method::Hash => " USING HASH ",
        Method::Gin => " USING GIN ",
        Method::Gist => " USING GIST ",
        Method::SpGist => " USING SPGIST ",
        Method::Brin => " USING BRIN ",
    }
}
