//! SQL of indexes.

use super::{Fidelity, Writer};
use crate::model::{Index, IndexColumn, Method, Sort};
use crate::name::ObjectName;

impl Writer {
    pub(super) fn create_index(&mut self, table: &ObjectName, index: &Index) {
        let unique = if index.unique { "UNIQUE " } else { "" };
        // Other methods know no direction; of a database Prisma writes one all the same.
        let directed = index.method == Method::BTree || self.dialect.fidelity == Fidelity::Exact;
        self.put("CREATE ").put(unique).put("INDEX ").ident(&index.name);
        self.put(" ON ").object(table).put(method(index.method)).put("(");
        self.list(&index.columns, ", ", |writer, column| {
            writer.index_column(column, column.sort.filter(|_| directed));
        });
        self.put(")").predicate(index);
        self.end();
    }

    /// What an index is made of: `UNIQUE USING GIN ("a", "b" DESC) WHERE (x)`.
    pub(super) fn index_definition(&mut self, index: &Index) {
        self.put(if index.unique { "UNIQUE " } else { "" }).put(method(index.method).trim_start());
        self.put("(");
        self.list(&index.columns, ", ", |writer, column| {
            // A database says every direction; the usual one goes without saying.
            writer.index_column(column, column.sort.filter(|sort| *sort == Sort::Desc));
        });
        self.put(")").predicate(index);
    }

    fn predicate(&mut self, index: &Index) {
        if let Some(predicate) = &index.predicate {
            self.put(" WHERE (").put(predicate).put(")");
        }
    }

    pub(super) fn drop_index(&mut self, table: &ObjectName, name: &ObjectName, index: &Index) {
        // PostgreSQL refuses to drop the index of a constraint (2BP01); Prisma tries (#327).
        if index.is_constraint && self.dialect.fidelity == Fidelity::Sound {
            return self.drop_constraint(table, &index.name);
        }
        self.put("DROP INDEX ").object(name).end();
    }

    /// `"name" class DESC`.
    fn index_column(&mut self, column: &IndexColumn, sort: Option<Sort>) {
        self.ident(&column.name);
        if let Some(class) = &column.operator_class {
            self.put(" ").put(&class.name);
        }
        match sort {
            Some(Sort::Asc) => self.put(" ASC"),
            Some(Sort::Desc) => self.put(" DESC"),
            None => self,
        };
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
