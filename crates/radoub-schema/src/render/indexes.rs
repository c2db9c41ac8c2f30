//! SQL of indexes.

use super::{Fidelity, Writer};
use crate::model::{Index, IndexColumn, Method, Sort};
use crate::name::ObjectName;

impl Writer {
    pub(super) fn create_index(&mut self, table: &ObjectName, index: &Index) {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let method = match index.method {
            Method::BTree => "",
            Method::Hash => " USING HASH ",
            Method::Gin => " USING GIN ",
            Method::Gist => " USING GIST ",
            Method::SpGist => " USING SPGIST ",
            Method::Brin => " USING BRIN ",
        };
        self.put("CREATE ").put(unique).put("INDEX ").ident(&index.name);
        self.put(" ON ").object(table).put(method);
        self.put("(").list(&index.columns, ", ", Self::index_column).put(")");
        if let Some(predicate) = &index.predicate {
            self.put(" WHERE (").put(predicate).put(")");
        }
        self.end();
    }

    pub(super) fn drop_index(&mut self, table: &ObjectName, name: &ObjectName, index: &Index) {
        // PostgreSQL refuses to drop the index of a constraint (2BP01); Prisma tries (#327).
        if index.is_constraint && self.dialect.fidelity == Fidelity::Sound {
            return self.drop_constraint(table, &index.name);
        }
        self.put("DROP INDEX ").object(name).end();
    }

    /// `"name" class DESC`.
    fn index_column(&mut self, column: &IndexColumn) {
        self.ident(&column.name);
        if let Some(class) = &column.operator_class {
            self.put(" ").put(&class.name);
        }
        match column.sort {
            Some(Sort::Asc) => self.put(" ASC"),
            Some(Sort::Desc) => self.put(" DESC"),
            None => self,
        };
    }
}
