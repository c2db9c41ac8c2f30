//! Columns.

use std::collections::BTreeMap;

use radoub_schema::model::{Arity, Column, ColumnDefault, ColumnType, Generation};
use radoub_schema::name::Ident;
use radoub_schema::render::Fidelity;
use tokio_postgres::Row;

use super::types::{Typed, Types};
use super::{Relations, defaults, letter};
use crate::database::{QueryError, read};

/// The answers about columns.
#[derive(Debug, Default)]
pub(super) struct Answers {
    pub(super) columns: Vec<Row>,
    pub(super) defaults: Vec<Row>,
}

/// Gives the relations their columns.
pub(super) fn columns(
    answers: &Answers,
    types: &Types<'_>,
    fidelity: Fidelity,
    relations: &mut Relations,
) -> Result<(), QueryError> {
    let defaults = answers.defaults.iter().map(|row| Ok(((read(row, 0)?, read(row, 1)?), row)));
    let defaults: BTreeMap<(u32, i16), &Row> = defaults.collect::<Result<_, QueryError>>()?;
    for row in &answers.columns {
        let Some(relation) = relations.of_row(row)? else { continue };
        let number: i16 = read(row, 1)?;
        let default = defaults.get(&(read(row, 0)?, number));
        // Of one whose table went while we asked there is none.
        let default = default.map_or(Ok(None), |default| read(default, 2))?;
        let column = column(row, default, types, fidelity)?;
        let place = usize::try_from(number).unwrap_or_default().saturating_sub(1);
        if relation.names.len() <= place {
            relation.names.resize(place + 1, None);
        }
        relation.names[place] = Some(column.name.clone());
        relation.columns.push((number, column));
    }
    for relation in &mut relations.list {
        relation.columns.sort_by_key(|(number, _)| *number);
        let columns = relation.columns.drain(..).map(|(_, column)| column);
        relation.table.columns.extend(columns);
    }
    Ok(())
}

fn column(
    row: &Row,
    default: Option<&str>,
    types: &Types<'_>,
    fidelity: Fidelity,
) -> Result<Column, QueryError> {
    let unknown = || Typed {
        kind: ColumnType::Unsupported("unknown".to_owned()),
        domain: None,
        is_list: false,
        not_null: false,
    };
    let Typed { kind, domain, is_list, not_null } =
        types.of(read(row, 3)?, read(row, 4)?).unwrap_or_else(unknown);
    let arity = match (is_list, not_null || read(row, 5)?) {
        (true, _) => Arity::List,
        (false, true) => Arity::Required,
        (false, false) => Arity::Nullable,
    };
    let generated = match letter(row, 7)? {
        0 => None,
        b'v' => Some(Generation::Virtual),
        _ => Some(Generation::Stored),
    };
    let default = match default {
        // Prisma takes the expression of a generated column for a default.
        Some(text) if generated.is_some() && fidelity == Fidelity::Sound => {
            Some(ColumnDefault::Expression(Some(text.to_owned())))
        }
        Some(text) => defaults::parse(text, &kind, arity, fidelity),
        None => None,
    };
    Ok(Column {
        name: Ident::new(read::<&str>(row, 2)?),
        kind,
        domain,
        arity,
        default,
        is_identity: letter(row, 6)? != 0,
        generated,
        filled_by_client: false,
    })
}
