//! A comparison by object, for a person: which object comes, goes or changes, and what of it.
//!
//! Nothing here is SQL and nothing is a sentence: whoever shows it has the words. What Prisma's
//! own readable form looks like is the matter of [`crate::summary`].

use std::collections::BTreeMap;

use crate::model::{Arity, Column, ForeignKey, Index};
use crate::name::{Ident, ObjectName};
use crate::render::{default_text, type_text};
use crate::step::{Change, Clause, ColumnChange, EnumChange, Step};

/// One object that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name; the default namespace is left out.
    pub name: ObjectName,
    /// What becomes of it.
    pub fate: Fate,
    /// What of it differs. Of a table that comes: its columns; of one that goes: nothing.
    pub parts: Vec<Part>,
}

/// A kind of object, in the order of showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A namespace.
    Namespace,
    /// An extension.
    Extension,
    /// An enum type.
    Enum,
    /// A table.
    Table,
}

impl ObjectKind {
    /// The name in `--json` and in the keys of sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::Extension => "extension",
            Self::Enum => "enum",
            Self::Table => "table",
        }
    }
}

/// What becomes of an object or a part on the way from one side to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Only the side that is wanted has it.
    Comes,
    /// Only the side that is left has it.
    Goes,
    /// Both have it, and not alike.
    Changes,
}

impl Fate {
    /// The name in `--json` and in the keys of sentences, as seen from the side that is left.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comes => "missing",
            Self::Goes => "extra",
            Self::Changes => "different",
        }
    }
}

/// A part of an object that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its name; empty for an enum's order of nothing, never else.
    pub name: String,
    /// The columns that a key or an index is over.
    pub columns: Vec<String>,
    /// The table that a foreign key refers to.
    pub target: Option<ObjectName>,
    /// What becomes of it.
    pub fate: Fate,
    /// In what it differs, when it changes; its type, when a column comes or goes.
    pub differences: Vec<Difference>,
}

/// A kind of part, in the order of showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// A column.
    Column,
    /// The primary key.
    PrimaryKey,
    /// A unique index or constraint.
    Unique,
    /// An index.
    Index,
    /// A foreign key.
    ForeignKey,
    /// A label of an enum type.
    Label,
    /// The version or the namespace of an extension.
    Setting,
}

impl PartKind {
    /// The name in `--json` and in the keys of sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::PrimaryKey => "primary-key",
            Self::Unique => "unique",
            Self::Index => "index",
            Self::ForeignKey => "foreign-key",
            Self::Label => "label",
            Self::Setting => "setting",
        }
    }
}

/// One difference, both sides as SQL writes them; `None` where a side has nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub kind: DifferenceKind,
    /// On the side that is left.
    pub from: Option<String>,
    /// On the side that is wanted.
    pub to: Option<String>,
}

/// In what a part differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DifferenceKind {
    /// The type of a column.
    Type,
    /// `NOT NULL`, `NULL`, `[]`.
    Arity,
    /// The default of a column.
    Default,
    /// Whether a sequence feeds a column.
    Sequence,
    /// The name of a key or an index.
    Name,
    /// What else a key or an index is made of: columns, directions, actions.
    Definition,
}

impl DifferenceKind {
    /// The name in `--json` and in the keys of sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Arity => "arity",
            Self::Default => "default",
            Self::Sequence => "sequence",
            Self::Name => "name",
            Self::Definition => "definition",
        }
    }
}

/// What tells one part of one object from all others: the unit in which differences are counted
/// and compared. The name of a part is not in it where Prisma pairs by other things.
pub type Atom = (ObjectKind, ObjectName, Option<(PartKind, Vec<String>)>);

/// The objects of these steps, by kind and name; parts by kind and name. Names in
/// `default_namespace` lose it.
pub fn outline(steps: &[Step], default_namespace: &Ident) -> Vec<Object> {
    let mut objects: BTreeMap<(ObjectKind, ObjectName), Object> = BTreeMap::new();
    for step in steps {
        let (kind, name, fate, parts) = described(&step.change);
        let name = without(name, default_namespace);
        let object = objects.entry((kind, name.clone())).or_insert(Object {
            kind,
            name,
            fate,
            parts: Vec::new(),
        });
        // Keys and indexes of a table that comes or goes are steps of their own, and say the same.
        match (object.fate, fate) {
            (Fate::Changes, Fate::Comes | Fate::Goes) => {
                object.fate = fate;
                object.parts = parts;
            }
            (Fate::Changes, Fate::Changes) => object.parts.extend(parts),
            (Fate::Comes, Fate::Comes) if object.parts.is_empty() => object.parts = parts,
            // Made again under the same name: another kind of change than any clause.
            (Fate::Goes, Fate::Comes) | (Fate::Comes, Fate::Goes) => {
                object.fate = Fate::Changes;
                object.parts = Vec::new();
            }
            _ => {}
        }
    }
    let mut objects: Vec<Object> = objects.into_values().collect();
    for object in &mut objects {
        for part in &mut object.parts {
            part.target = part.target.take().map(|name| without(name, default_namespace));
        }
        object.parts = merged(std::mem::take(&mut object.parts));
        object.parts.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    }
    objects
}

/// Every part that these steps touch; an object as a whole when it comes or goes.
pub fn atoms(step: &Step, default_namespace: &Ident) -> Vec<Atom> {
    let (kind, name, fate, parts) = described(&step.change);
    let name = without(name, default_namespace);
    if fate != Fate::Changes {
        return vec![(kind, name, None)];
    }
    let atom = |part: Part| (kind, name.clone(), Some(identity(&part)));
    parts.into_iter().map(atom).collect()
}

/// The atom of one clause of a change of this table.
pub fn clause_atom(table: &ObjectName, clause: &Clause, default_namespace: &Ident) -> Atom {
    let part = of_clause(clause);
    let table = without(table.clone(), default_namespace);
    (ObjectKind::Table, table, Some(identity(&part)))
}

/// Columns and labels are known by their name, keys and indexes by their columns.
fn identity(part: &Part) -> (PartKind, Vec<String>) {
    match part.kind {
        PartKind::Column | PartKind::Label | PartKind::Setting => {
            (part.kind, vec![part.name.clone()])
        }
        PartKind::PrimaryKey => (part.kind, Vec::new()),
        // What is unique on one side need not be on the other.
        PartKind::Unique | PartKind::Index => (PartKind::Index, part.columns.clone()),
        PartKind::ForeignKey => (part.kind, part.columns.clone()),
    }
}

fn without(name: ObjectName, default_namespace: &Ident) -> ObjectName {
    ObjectName { namespace: name.namespace.filter(|it| it != default_namespace), name: name.name }
}

/// What goes and comes again over the same columns is one part that changes.
fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::new();
    for part in parts {
        let opposite = merged.iter_mut().find(|other| {
            let there_and_back = matches!(
                (other.fate, part.fate),
                (Fate::Goes, Fate::Comes) | (Fate::Comes, Fate::Goes)
            );
            there_and_back && identity(other) == identity(&part)
        });
        let Some(other) = opposite else {
            merged.push(part);
            continue;
        };
        let (goes, comes) =
            if part.fate == Fate::Comes { (&*other, &part) } else { (&part, &*other) };
        let mut differences = Vec::new();
        let definition = |part: &Part| {
            part.differences.first().and_then(|it| it.to.clone().or_else(|| it.from.clone()))
        };
        let (from, to) = (definition(goes), definition(comes));
        if from != to {
            differences.push(Difference { kind: DifferenceKind::Definition, from, to });
        }
        if goes.name != comes.name {
            differences.push(Difference {
                kind: DifferenceKind::Name,
                from: Some(goes.name.clone()),
                to: Some(comes.name.clone()),
            });
        }
        *other = Part { fate: Fate::Changes, differences, ..comes.clone() };
    }
    merged
}

/// Kind and name of the object that a change is about, what becomes of it, and the parts.
fn described(change: &Change) -> (ObjectKind, ObjectName, Fate, Vec<Part>) {
    use ObjectKind as K;
    let whole = |kind, name: &Ident, fate| (kind, ObjectName::bare(name.clone()), fate, Vec::new());
    let part = |table: &ObjectName, part| (K::Table, table.clone(), Fate::Changes, vec![part]);
    match change {
        Change::CreateNamespace(name) => whole(K::Namespace, name, Fate::Comes),
        Change::DropExtension(name) => whole(K::Extension, name, Fate::Goes),
        Change::CreateExtension(it) => whole(K::Extension, &it.name, Fate::Comes),
        Change::AlterExtension { name, version, namespace } => {
            let setting = |text: &str| Part {
                differences: vec![Difference {
                    kind: DifferenceKind::Definition,
                    from: None,
                    to: Some(text.to_owned()),
                }],
                ..bare(PartKind::Setting, text, Fate::Changes)
            };
            let parts = version.iter().map(|it| setting(it));
            let parts = parts.chain(namespace.iter().map(|it| setting(it.as_str()))).collect();
            (K::Extension, ObjectName::bare(name.clone()), Fate::Changes, parts)
        }
        Change::CreateEnum(it) => {
            let parts = labels(&it.labels, Fate::Comes);
            (K::Enum, it.name.clone(), Fate::Comes, parts)
        }
        Change::AlterEnum(EnumChange { name, added, removed, .. }) => {
            let mut parts = labels(added, Fate::Comes);
            parts.extend(labels(removed, Fate::Goes));
            (K::Enum, name.clone(), Fate::Changes, parts)
        }
        Change::DropEnum(name) => (K::Enum, name.clone(), Fate::Goes, Vec::new()),
        Change::DropTable(name) => (K::Table, name.clone(), Fate::Goes, Vec::new()),
        Change::CreateTable(table) => {
            let columns = table.columns.iter().map(|it| of_column(it, Fate::Comes));
            (K::Table, table.name.clone(), Fate::Comes, columns.collect())
        }
        Change::AlterTable(change) => {
            let parts = change.clauses.iter().map(of_clause).collect();
            (K::Table, change.table.clone(), Fate::Changes, parts)
        }
        Change::DropForeignKey { table, key } => part(table, of_foreign_key(key, Fate::Goes)),
        Change::AddForeignKey { table, key } => part(table, of_foreign_key(key, Fate::Comes)),
        Change::RenameForeignKey { table, from, to } => {
            part(table, renamed(PartKind::ForeignKey, from, to))
        }
        Change::DropIndex { table, index, .. } => part(table, of_index(index, Fate::Goes)),
        Change::CreateIndex { table, index, .. } => part(table, of_index(index, Fate::Comes)),
        Change::RenameIndex { table, from, to } => {
            part(table, renamed(PartKind::Index, &from.name, to))
        }
    }
}

fn bare(kind: PartKind, name: &str, fate: Fate) -> Part {
    Part {
        kind,
        name: name.to_owned(),
        columns: Vec::new(),
        target: None,
        fate,
        differences: Vec::new(),
    }
}

fn labels(labels: &[String], fate: Fate) -> Vec<Part> {
    labels.iter().map(|label| bare(PartKind::Label, label, fate)).collect()
}

fn texts(names: &[Ident]) -> Vec<String> {
    names.iter().map(|name| name.as_str().to_owned()).collect()
}

/// The one side that a part has, under what it differs in from nothing.
fn sided(kind: DifferenceKind, fate: Fate, text: String) -> Difference {
    match fate {
        Fate::Goes => Difference { kind, from: Some(text), to: None },
        Fate::Comes | Fate::Changes => Difference { kind, from: None, to: Some(text) },
    }
}

fn renamed(kind: PartKind, from: &Ident, to: &Ident) -> Part {
    Part {
        // There is nothing else to know it by; two of one name are never in one table.
        columns: vec![format!("{} {}", from.as_str(), to.as_str())],
        differences: vec![Difference {
            kind: DifferenceKind::Name,
            from: Some(from.as_str().to_owned()),
            to: Some(to.as_str().to_owned()),
        }],
        ..bare(kind, from.as_str(), Fate::Changes)
    }
}

fn of_clause(clause: &Clause) -> Part {
    let key = |key: &crate::model::PrimaryKey, fate| Part {
        columns: texts(&key.columns),
        differences: vec![sided(DifferenceKind::Definition, fate, texts(&key.columns).join(", "))],
        ..bare(PartKind::PrimaryKey, key.name.as_str(), fate)
    };
    match clause {
        Clause::DropPrimaryKey(it) => key(it, Fate::Goes),
        Clause::AddPrimaryKey(it) => key(it, Fate::Comes),
        Clause::RenamePrimaryKey { from, key } => {
            Part { columns: texts(&key.columns), ..renamed(PartKind::PrimaryKey, from, &key.name) }
        }
        Clause::DropColumn(column) => of_column(column, Fate::Goes),
        Clause::AddColumn(column) => of_column(column, Fate::Comes),
        Clause::AlterColumn(change) | Clause::RecreateColumn(change) => of_change(change),
    }
}

fn of_column(column: &Column, fate: Fate) -> Part {
    let mut text = type_text(column);
    if column.arity == Arity::Required {
        text.push_str(" NOT NULL");
    }
    if let Some(default) = default_text(column) {
        text.push_str(" DEFAULT ");
        text.push_str(&default);
    }
    Part {
        differences: vec![sided(DifferenceKind::Type, fate, text)],
        ..bare(PartKind::Column, column.name.as_str(), fate)
    }
}

fn of_change(change: &ColumnChange) -> Part {
    let (from, to, differs) = (&change.from, &change.to, change.differs);
    let mut differences = Vec::new();
    let mut push = |kind, from, to| differences.push(Difference { kind, from, to });
    if differs.kind.is_some() {
        push(DifferenceKind::Type, Some(type_text(from)), Some(type_text(to)));
    }
    if differs.arity {
        let text = |arity| match arity {
            Arity::Required => "NOT NULL",
            Arity::Nullable => "NULL",
            Arity::List => "[]",
        };
        push(
            DifferenceKind::Arity,
            Some(text(from.arity).to_owned()),
            Some(text(to.arity).to_owned()),
        );
    }
    if differs.default {
        push(DifferenceKind::Default, default_text(from), default_text(to));
    }
    if differs.autoincrement {
        let text = |column: &Column| column.autoincrements().then(|| "autoincrement".to_owned());
        push(DifferenceKind::Sequence, text(from), text(to));
    }
    Part { differences, ..bare(PartKind::Column, to.name.as_str(), Fate::Changes) }
}

fn of_index(index: &Index, fate: Fate) -> Part {
    let kind = if index.unique { PartKind::Unique } else { PartKind::Index };
    let columns = index.columns.iter().map(|it| it.name.as_str().to_owned()).collect();
    let definition = sided(DifferenceKind::Definition, fate, crate::render::index_text(index));
    Part { columns, differences: vec![definition], ..bare(kind, index.name.as_str(), fate) }
}

fn of_foreign_key(key: &ForeignKey, fate: Fate) -> Part {
    let definition = sided(DifferenceKind::Definition, fate, crate::render::actions_text(key));
    Part {
        columns: texts(&key.columns),
        target: Some(key.referenced_table.clone()),
        differences: vec![definition],
        ..bare(PartKind::ForeignKey, key.name.as_str(), fate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Terms, steps};
    use crate::model::{ColumnType, SqlSchema, Table};
    use crate::types::NativeType;

    fn table(name: &str, columns: &[(&str, NativeType)]) -> Table {
        let column = |(name, kind): &(&str, NativeType)| Column {
            name: Ident::new(*name),
            kind: ColumnType::Native(*kind),
            domain: None,
            arity: Arity::Required,
            default: None,
            is_identity: false,
            generated: None,
            filled_by_client: false,
        };
        let columns = columns.iter().map(column).collect();
        Table { columns, ..Table::new(ObjectName::bare(name)) }
    }

    fn index(name: &str, unique: bool) -> Index {
        Index {
            name: Ident::new(name),
            unique,
            method: crate::model::Method::BTree,
            columns: vec![crate::model::IndexColumn {
                name: Ident::new("a"),
                sort: None,
                operator_class: None,
            }],
            predicate: None,
            is_constraint: false,
        }
    }

    /// One line per object and part: `table t missing`, `  column a different type TEXT→INTEGER`.
    fn shown(from: Vec<Table>, to: Vec<Table>) -> Vec<String> {
        let schema = |tables| SqlSchema { tables, ..SqlSchema::empty() };
        let steps = steps(&schema(from), schema(to), &Terms::default());
        let mut lines = Vec::new();
        for object in outline(&steps, &Ident::new("public")) {
            let (kind, fate) = (object.kind.as_str(), object.fate.as_str());
            lines.push(format!("{kind} {} {fate}", object.name));
            for part in object.parts {
                let differences = part.differences.iter().map(|it| {
                    let side = |side: &Option<String>| side.clone().unwrap_or_default();
                    format!(" {} {}→{}", it.kind.as_str(), side(&it.from), side(&it.to))
                });
                let (kind, fate) = (part.kind.as_str(), part.fate.as_str());
                lines.push(format!(
                    "  {kind} {} {fate}{}",
                    part.name,
                    differences.collect::<String>()
                ));
            }
        }
        lines
    }

    #[test]
    fn objects_come_go_and_change_with_their_parts() {
        use NativeType as N;
        let from = vec![
            table("gone", &[("id", N::Integer)]),
            Table {
                indexes: vec![index("t_a_idx", false)],
                ..table("t", &[("a", N::Text), ("b", N::Text), ("c", N::Text)])
            },
        ];
        let to = vec![
            table("new", &[("id", N::Integer)]),
            Table {
                indexes: vec![index("t_a_key", true)],
                ..table("t", &[("a", N::Text), ("b", N::VarChar(Some(3))), ("d", N::Text)])
            },
        ];
        assert_eq!(
            shown(from, to),
            [
                "table \"gone\" extra",
                "table \"new\" missing",
                "  column id missing type →INTEGER NOT NULL",
                "table \"t\" different",
                "  column b different type TEXT→VARCHAR(3)",
                "  column c extra type TEXT NOT NULL→",
                "  column d missing type →TEXT NOT NULL",
                "  unique t_a_key different definition (\"a\")→UNIQUE (\"a\") name t_a_idx→t_a_key",
            ]
        );
    }
}
