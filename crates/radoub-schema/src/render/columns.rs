//! SQL of columns: their definition, and the clauses that change one.

use super::defaults::has_default;
use super::{Fidelity, Writer};
use crate::model::{Arity, Column, ColumnType, Generation};
use crate::name::{Ident, ObjectName};
use crate::step::ColumnChange;
use crate::types::NativeType;

impl Writer {
    /// The type of a column, `[]` included; a sequence makes it a serial one.
    pub(super) fn type_of(&mut self, column: &Column) -> &mut Self {
        match (&column.kind, column.autoincrements()) {
            (ColumnType::Native(NativeType::SmallInt), true) => self.put("SMALLSERIAL"),
            (ColumnType::Native(NativeType::Integer), true) => self.put("SERIAL"),
            (ColumnType::Native(NativeType::BigInt), true) => self.put("BIGSERIAL"),
            _ => self.plain_type_of(column),
        }
    }

    /// The type of a column, whatever feeds it.
    pub(super) fn plain_type_of(&mut self, column: &Column) -> &mut Self {
        let is_list = column.arity == Arity::List;
        match &column.kind {
            ColumnType::Native(kind) => {
                self.put(kind.sql_name());
                kind.write_arguments(&mut self.text).expect("writing to a string does not fail");
            }
            ColumnType::Enum(name) => {
                self.object(name);
            }
            // A database gives the name of the array type, which has no arrays of its own.
            ColumnType::Unsupported(text) if is_list && self.is_sound() => {
                self.put(text.strip_prefix('_').unwrap_or(text));
            }
            ColumnType::Unsupported(text) => {
                self.put(text);
            }
        }
        if is_list { self.put("[]") } else { self }
    }

    /// `"name" TYPE NOT NULL DEFAULT x`.
    pub(super) fn column(&mut self, column: &Column) {
        self.ident(&column.name).put(" ").type_of(column);
        if column.arity == Arity::Required {
            self.put(" NOT NULL");
        }
        if !has_default(column) {
            return;
        }
        match column.generated.filter(|_| self.is_sound()) {
            Some(Generation::Stored) => {
                self.put(" GENERATED ALWAYS AS (").default_of(column).put(") STORED");
            }
            Some(Generation::Virtual) => {
                self.put(" GENERATED ALWAYS AS (").default_of(column).put(")");
            }
            None => {
                self.put(" DEFAULT ").default_of(column);
            }
        }
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
        let mut push = |clause: &dyn Fn(&mut Self)| {
            around.own.push(self.apart(|writer| {
                writer.put("ALTER COLUMN ").ident(&to.name).put(" ");
                clause(writer);
            }));
        };
        let plain = |sql: &'static str| {
            move |writer: &mut Self| {
                writer.put(sql);
            }
        };
        if differs.arity {
            match to.arity {
                Arity::Required => push(&plain("SET NOT NULL")),
                Arity::Nullable => push(&plain("DROP NOT NULL")),
                Arity::List => {}
            }
        }
        // Neither an identity nor an expression is a default that could be set or dropped; Prisma
        // tries (#334, #335).
        let was_identity = is_sound && differs.autoincrement && from.is_identity;
        let was_generated = is_sound && differs.default && from.generated.is_some();
        if was_identity {
            push(&plain("DROP IDENTITY"));
        }
        if was_generated {
            push(&plain("DROP EXPRESSION"));
        }
        if differs.default && has_default(to) {
            push(&|writer| {
                writer.put("SET DEFAULT ").default_of(to);
            });
        } else if differs.default && !was_generated {
            push(&plain("DROP DEFAULT"));
        }
        if differs.autoincrement && to.autoincrements() {
            let sequence = sequence_name(table, &to.name, self.dialect.fidelity);
            push(&|writer| {
                writer.put("SET DEFAULT nextval(").constant(&sequence).put(")");
            });
            around.before.push(format!("CREATE SEQUENCE {sequence}"));
            around.after.push(self.apart(|writer| {
                writer.put("ALTER SEQUENCE ").put(&sequence).put(" OWNED BY ");
                writer.object(table).put(".").ident(&to.name);
            }));
        } else if differs.autoincrement && !(is_sound && differs.default) && !was_identity {
            // After `SET DEFAULT` this takes the new default away again; Prisma writes it.
            push(&plain("DROP DEFAULT"));
        }
        let list_changes = differs.arity && (from.arity == Arity::List || to.arity == Arity::List);
        if differs.kind.is_some() || list_changes {
            push(&|writer| {
                writer.put("SET DATA TYPE ").target_type(change);
            });
        }
        if let Some(sequence) = &change.dropped_sequence {
            around.after.push(self.drop_sequence(table, &to.name, sequence));
        }
    }

    /// What follows `SET DATA TYPE`.
    fn target_type(&mut self, change: &ColumnChange) {
        if self.dialect.fidelity == Fidelity::Exact {
            self.type_of(&change.to);
            return;
        }
        // There is no type `serial` outside of a column definition (#261).
        self.plain_type_of(&change.to);
        if needs_expression(&change.from.kind, &change.to.kind) {
            let list = if change.from.arity == Arity::List { "[]" } else { "" };
            self.put(" USING ").ident(&change.to.name).put("::text").put(list);
            self.put("::").plain_type_of(&change.to);
        }
    }

    /// Drops the sequence that fed a column. Prisma between two schema files drops one without a
    /// name, which cannot run (#260); it is one of the two that Prisma makes.
    fn drop_sequence(&self, table: &ObjectName, column: &Ident, sequence: &Ident) -> String {
        if self.dialect.fidelity == Fidelity::Exact {
            return self.apart(|writer| {
                writer.put("DROP SEQUENCE ").ident(sequence);
            });
        }
        let mut names = vec![sequence.as_str().to_owned()];
        if sequence.as_str().is_empty() {
            let made = format!("{}_{}_seq", table.name.as_str(), column.as_str());
            names = vec![made.clone(), made.to_lowercase()];
            names.dedup();
        }
        self.apart(|writer| {
            writer.put("DROP SEQUENCE IF EXISTS ").list(&names, ", ", |writer, name| {
                let namespace = table.namespace.clone();
                writer.object(&ObjectName { namespace, name: Ident::new(name.as_str()) });
            });
        })
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
