//! Indexes of models.

use radoub_schema::model::{Index, IndexColumn, Method, OperatorClass, Sort};
use radoub_schema::name::Ident;

use super::Lowering;
use crate::datamodel::{
    self, Condition, ConditionValue, IndexAlgorithm, IndexField, IndexKind, Model, ModelId,
    Predicate, SortOrder,
};

impl Lowering<'_> {
    /// `@unique` fields first, then `@@index`, then `@@unique` (Prisma facts 10.1).
    pub(super) fn indexes(&self, id: ModelId, model: &Model) -> Vec<Index> {
        let mut indexes: Vec<&datamodel::Index> = model.indexes.iter().collect();
        indexes.sort_by_key(|index| match (index.on_field, index.kind) {
            (true, _) => 0,
            (false, IndexKind::Normal) => 1,
            (false, IndexKind::Unique) => 2,
        });
        indexes.into_iter().map(|index| self.index(id, index)).collect()
    }

    fn index(&self, model: ModelId, index: &datamodel::Index) -> Index {
        let method = match index.algorithm {
            None | Some(IndexAlgorithm::BTree) => Method::BTree,
            Some(IndexAlgorithm::Hash) => Method::Hash,
            Some(IndexAlgorithm::Gin) => Method::Gin,
            Some(IndexAlgorithm::Gist) => Method::Gist,
            Some(IndexAlgorithm::SpGist) => Method::SpGist,
            Some(IndexAlgorithm::Brin) => Method::Brin,
        };
        Index {
            name: Ident::from(index.database_name.clone()),
            unique: index.kind == IndexKind::Unique,
            method,
            columns: index
                .fields
                .iter()
                .map(|field| self.index_column(model, field, method))
                .collect(),
            predicate: index.predicate.as_ref().map(|it| self.predicate(model, it)),
            is_constraint: false,
        }
    }

    fn index_column(&self, model: ModelId, field: &IndexField, method: Method) -> IndexColumn {
        let operator_class = field.ops.as_ref().map(|class| {
            let is_known = matches!(class, datamodel::OperatorClass::Named(_));
            let name = class.database_name();
            OperatorClass { is_default: is_known && is_default(&name, method), is_known, name }
        });
        IndexColumn {
            name: self.column_name(model, field.field),
            sort: field.sort.map(|sort| match sort {
                SortOrder::Asc => Sort::Asc,
                SortOrder::Desc => Sort::Desc,
            }),
            operator_class,
        }
    }

    /// The condition of a partial index as SQL, without outer parentheses.
    fn predicate(&self, model: ModelId, predicate: &Predicate) -> String {
        match predicate {
            Predicate::Raw(text) => text.clone(),
            Predicate::Conditions(conditions) => {
                let parts: Vec<String> =
                    conditions.iter().map(|condition| self.condition(model, condition)).collect();
                parts.join(" AND ")
            }
        }
    }

    fn condition(&self, model: ModelId, condition: &Condition) -> String {
        let name = self.column_name(model, condition.field);
        let value = match &condition.value {
            ConditionValue::Null if condition.negated => return format!("{name} IS NOT NULL"),
            ConditionValue::Null => return format!("{name} IS NULL"),
            ConditionValue::Boolean(value) => value.to_string(),
            ConditionValue::Number(digits) => digits.clone(),
            ConditionValue::String(text) | ConditionValue::EnumValue(text) => {
                format!("'{}'", text.replace('\'', "''"))
            }
        };
        let operator = if condition.negated { "!=" } else { "=" };
        format!("{name} {operator} {value}")
    }
}

/// Whether a class that Prisma has a name for is the one that its type gets anyway (measured).
fn is_default(class: &str, method: Method) -> bool {
    match method {
        Method::Gin => matches!(class, "array_ops" | "jsonb_ops"),
        Method::SpGist => matches!(class, "text_ops" | "inet_ops"),
        Method::Brin => class.ends_with("_minmax_ops") || class == "inet_inclusion_ops",
        Method::BTree | Method::Hash | Method::Gist => false,
    }
}
