//! SQL of columns: their definition, and the clauses that change one.

use super::{Fidelity, Writer, quoted};
use crate::model::{Arity, Column, ColumnType, Generation};
use crate::name::{Ident, ObjectName};
use crate::step::ColumnChange;
use crate::types::NativeType;

impl Writer {
    /// The type of a column, `[]` included; a sequence makes it a serial one.
    pub(super) fn type_of(&self, column: &Column) -> String {
        let serial = match (&column.kind, column.autoincrements()) {
            (ColumnType::Native(NativeType::SmallInt), true) => Some("SMALLSERIAL"),
            (ColumnType::Native(NativeType::Integer), true) => Some("SERIAL"),
            (ColumnType::Native(NativeType::BigInt), true) => Some("BIGSERIAL"),
            _ => None,
        };
        serial.map_or_else(|| self.plain_type_of(column), str::to_owned)
    }

    /// The type of a column, whatever feeds it.
    pub(super) fn plain_type_of(&self, column: &Column) -> String {
        let is_list = column.arity == Arity::List;
        let name = match &column.kind {
            ColumnType::Native(kind) => kind.to_string(),
            ColumnType::Enum(name) => self.object(name),
            // A database gives the name of the array type, which has no arrays of its own.
            ColumnType::Unsupported(text) if is_list && self.is_sound() => {
                text.strip_prefix('_').unwrap_or(text).to_owned()
            }
            ColumnType::Unsupported(text) => text.clone(),
        };
        if is_list { name + "[]" } else { name }
    }

    /// `"name" TYPE NOT NULL DEFAULT x`.
    pub(super) fn column(&self, column: &Column) -> String {
        let mut text = format!("{} {}", self.ident(&column.name), self.type_of(column));
        if column.arity == Arity::Required {
            text.push_str(" NOT NULL");
        }
        if let Some(default) = self.default_of(column) {
            match column.generated.filter(|_| self.is_sound()) {
                Some(Generation::Stored) => {
                    text.push_str(&format!(" GENERATED ALWAYS AS ({default}) STORED"));
                }
                Some(Generation::Virtual) => {
                    text.push_str(&format!(" GENERATED ALWAYS AS ({default})"));
                }
                None => text.push_str(&format!(" DEFAULT {default}")),
            }
        }
        text
    }

    fn is_sound(&self) -> bool {
        self.dialect.fidelity == Fidelity::Sound
    }

    /// The clauses that change a column in place, without `ALTER TABLE` and commas, put into
    /// `around`.
    pub(super) fn alter_column(
        &self,
        table: &ObjectName,
        change: &ColumnChange,
        around: &mut Clauses,
    ) {
        let (from, to, differs) = (&change.from, &change.to, change.differs);
        let is_sound = self.is_sound();
        let prefix = format!("ALTER COLUMN {} ", self.ident(&to.name));
        let mut push = |clause: &str| around.own.push(format!("{prefix}{clause}"));
        if differs.arity {
            match to.arity {
                Arity::Required => push("SET NOT NULL"),
                Arity::Nullable => push("DROP NOT NULL"),
                Arity::List => {}
            }
        }
        // Neither an identity nor an expression is a default that could be set or dropped; Prisma
        // tries (#334, #335).
        let was_identity = is_sound && differs.autoincrement && from.is_identity;
        let was_generated = is_sound && differs.default && from.generated.is_some();
        if was_identity {
            push("DROP IDENTITY");
        }
        if was_generated {
            push("DROP EXPRESSION");
        }
        if differs.default {
            match self.default_of(to) {
                Some(default) => push(&format!("SET DEFAULT {default}")),
                None if was_generated => {}
                None => push("DROP DEFAULT"),
            }
        }
        if differs.autoincrement && to.autoincrements() {
            let sequence = sequence_name(table, &to.name, self.dialect.fidelity);
            push(&format!("SET DEFAULT nextval({})", quoted(&sequence)));
            around.before.push(format!("CREATE SEQUENCE {sequence}"));
            let (table, column) = (self.object(table), self.ident(&to.name));
            around.after.push(format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{column}"));
        } else if differs.autoincrement && !(is_sound && differs.default) && !was_identity {
            // After `SET DEFAULT` this takes the new default away again; Prisma writes it.
            push("DROP DEFAULT");
        }
        let list_changes = differs.arity && (from.arity == Arity::List || to.arity == Arity::List);
        if differs.kind.is_some() || list_changes {
            push(&format!("SET DATA TYPE {}", self.target_type(change)));
        }
        if let Some(sequence) = &change.dropped_sequence {
            around.after.push(self.drop_sequence(table, &to.name, sequence));
        }
    }

    /// What follows `SET DATA TYPE`.
    fn target_type(&self, change: &ColumnChange) -> String {
        if self.dialect.fidelity == Fidelity::Exact {
            return self.type_of(&change.to);
        }
        // There is no type `serial` outside of a column definition (#261).
        let kind = self.plain_type_of(&change.to);
        if needs_expression(&change.from.kind, &change.to.kind) {
            let list = if change.from.arity == Arity::List { "[]" } else { "" };
            let name = self.ident(&change.to.name);
            return format!("{kind} USING {name}::text{list}::{kind}");
        }
        kind
    }

    /// Drops the sequence that fed a column. Prisma between two schema files drops one without a
    /// name, which cannot run (#260); it is one of the two that Prisma makes.
    fn drop_sequence(&self, table: &ObjectName, column: &Ident, sequence: &Ident) -> String {
        if self.dialect.fidelity == Fidelity::Exact {
            return format!("DROP SEQUENCE {}", self.ident(sequence));
        }
        let made = format!("{}_{}_seq", table.name.as_str(), column.as_str());
        let mut names = vec![sequence.as_str().to_owned()];
        if sequence.as_str().is_empty() {
            names = vec![made.clone(), made.to_lowercase()];
            names.dedup();
        }
        let names: Vec<String> = names
            .into_iter()
            .map(|name| ObjectName { namespace: table.namespace.clone(), name: Ident::new(name) })
            .map(|name| self.object(&name))
            .collect();
        format!("DROP SEQUENCE IF EXISTS {}", names.join(", "))
    }
}

/// Whether PostgreSQL has no cast of its own that it would use for a change of type, so that an
/// expression must say it.
#[expect(clippy::match_same_arms, reason = "each arm is a reason of its own")]
fn needs_expression(from: &ColumnType, to: &ColumnType) -> bool {
    use NativeType as N;
    // Everything can be assigned to a text type.
    if let ColumnType::Native(N::Text | N::VarChar(_) | N::Char(_) | N::Citext) = to {
        return false;
    }
    match (from, to) {
        (ColumnType::Unsupported(_), _) | (_, ColumnType::Unsupported(_)) => true,
        (ColumnType::Native(N::Citext), _) => true,
        (ColumnType::Native(N::Money), ColumnType::Native(to)) => !matches!(to, N::Decimal(_)),
        _ => false,
    }
}

/// What one `ALTER TABLE` is made of.
#[derive(Default)]
pub(super) struct Clauses {
    /// Statements that go first.
    pub(super) before: Vec<String>,
    /// The clauses of the statement itself.
    pub(super) own: Vec<String>,
    /// Statements that go last.
    pub(super) after: Vec<String>,
}

/// The name that Prisma gives to the sequence of a column: lower case and without quotes, with
/// its namespace in lower case too (Prisma facts 10.7).
fn sequence_name(table: &ObjectName, column: &Ident, fidelity: Fidelity) -> String {
    let name = format!("{}_{}_seq", table.name.as_str(), column.as_str()).to_lowercase();
    let plain =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !name.starts_with(|letter: char| letter.is_ascii_digit())
            && table.namespace.as_ref().is_none_or(|it| it.as_str() == it.as_str().to_lowercase());
    if !plain && fidelity == Fidelity::Sound {
        // Without quotes this would be another name, or none.
        let namespace = table.namespace.clone();
        return ObjectName { namespace, name: Ident::new(name) }.to_string();
    }
    match &table.namespace {
        Some(namespace) => format!("\"{}\".{name}", namespace.as_str().to_lowercase()),
        None => name,
    }
}
