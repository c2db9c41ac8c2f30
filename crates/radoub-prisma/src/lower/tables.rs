//! Tables of models, and of implicit many-to-many relations behind them.

use radoub_schema::model::{
    Action, Arity, Column, ForeignKey, Index, IndexColumn, Method, PrimaryKey, Table,
};
use radoub_schema::name::Ident;
use smol_str::SmolStr;

use super::Lowering;
use crate::datamodel::{JoinTable, Model, ModelId, RelationMode, RelationSide};
use crate::version::PrismaMajor;

impl Lowering<'_> {
    pub(super) fn tables(&self) -> Vec<Table> {
        let mut keys = self.keys_in_order().peekable();
        let mut tables = Vec::with_capacity(self.datamodel.models.len());
        for (id, model) in self.datamodel.tables() {
            let mut table = self.table(id, model);
            while let Some(key) = keys.next_if(|key| key.model == id) {
                table.foreign_keys.push(self.foreign_key(key));
            }
            tables.push(table);
        }
        let mut joins: Vec<&JoinTable> = self.datamodel.join_tables.iter().collect();
        joins.sort_by_key(|join| (join.a.model, join.a.field));
        for join in joins {
            let table = self.join_table(join);
            // Where a model stands for the same table, the relation wins (measured); `db pull` writes both
            // without foreign keys.
            tables.retain(|other| other.name != table.name);
            tables.push(table);
        }
        tables
    }

    /// The table of a model, without its foreign keys.
    fn table(&self, id: ModelId, model: &Model) -> Table {
        let mut columns = Vec::with_capacity(model.fields.len());
        columns.extend(model.columns().map(|(_, field)| self.column(field)));
        Table {
            columns,
            primary_key: model.primary_key.as_ref().map(|key| self.primary_key(id, key)),
            indexes: self.indexes(id, model),
            ..Table::new(self.name(model.schema.as_ref(), &model.database_name))
        }
    }

    /// The table of an implicit many-to-many relation (Prisma facts 9.5).
    fn join_table(&self, join: &JoinTable) -> Table {
        let names = || [Ident::new("A"), Ident::new("B")];
        let index = |name: &SmolStr, unique: bool, columns: &[Ident]| Index {
            name: Ident::from(name.clone()),
            unique,
            method: Method::BTree,
            columns: columns
                .iter()
                .map(|name| IndexColumn { name: name.clone(), sort: None, operator_class: None })
                .collect(),
            predicate: None,
            is_constraint: false,
        };
        let mut table = Table::new(self.name(join.schema.as_ref(), &join.database_name));
        table.columns = vec![self.join_column("A", join.a), self.join_column("B", join.b)];
        if self.setting.major == PrismaMajor::Five {
            table.indexes.push(index(&join.unique_index_name, true, &names()));
        } else {
            let name = Ident::from(join.primary_key_name.clone());
            table.primary_key = Some(PrimaryKey { name, columns: names().to_vec() });
        }
        table.indexes.push(index(&join.index_name, false, &names()[1..]));
        if self.datamodel.relation_mode == RelationMode::ForeignKeys {
            let key = |name: &SmolStr, column: &str, side: RelationSide| {
                let model = self.datamodel.model(side.model);
                ForeignKey {
                    name: Ident::from(name.clone()),
                    columns: vec![Ident::new(column)],
                    referenced_table: self.name(model.schema.as_ref(), &model.database_name),
                    referenced_columns: vec![self.column_name(side.model, side.id)],
                    on_delete: Action::Cascade,
                    on_update: Action::Cascade,
                }
            };
            table.foreign_keys.push(key(&join.a_foreign_key_name, "A", join.a));
            table.foreign_keys.push(key(&join.b_foreign_key_name, "B", join.b));
        }
        table
    }

    /// A column with the type of the id that it refers to; a serial one becomes an integer.
    fn join_column(&self, name: &str, side: RelationSide) -> Column {
        let id = self.datamodel.field(side.model, side.id);
        Column {
            name: Ident::new(name),
            kind: self.column_type(&id.kind),
            domain: None,
            arity: Arity::Required,
            default: None,
            is_identity: false,
            generated: None,
            filled_by_client: false,
        }
    }
}
