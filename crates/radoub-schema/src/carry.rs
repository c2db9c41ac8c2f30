//! What Prisma does not see, carried into a script that would lose it on an empty database.
//!
//! The definitions are the server's own words; here they only get their place: what the tables
//! need before them, the rest behind them.

use crate::model::unmanaged::{Carry, Unmanaged, UnmanagedKind, UnmanagedObject};

/// The objects that `live` has and `history` does not make: other ones, or the same in another
/// form.
pub fn lost(live: &Unmanaged, history: &Unmanaged) -> Unmanaged {
    let objects = live.objects.iter().filter(|object| !history.objects.contains(object));
    Unmanaged { objects: objects.cloned().collect() }
}

/// Those that a script can carry.
pub fn carried(objects: &Unmanaged) -> Unmanaged {
    let objects = objects.objects.iter().filter(|object| object.carry != Carry::ByHand);
    Unmanaged { objects: objects.cloned().collect() }
}

/// The script with these objects before and behind what it does; those that cannot be carried are
/// left out. A script without steps and nothing to carry stays as it is.
pub fn script(managed: &str, is_empty: bool, objects: &Unmanaged) -> String {
    let mut parts: Vec<String> = objects.before().map(definition).collect();
    if !is_empty {
        parts.push(managed.to_owned());
    }
    parts.extend(objects.after().map(definition));
    if parts.is_empty() {
        return managed.to_owned();
    }
    parts.join("\n")
}

/// A comment line and the definition, ended.
fn definition(object: &UnmanagedObject) -> String {
    format!("-- {}\n{};\n", heading(object.kind), object.definition.trim_end())
}

/// The word of the comment line, in the manner of Prisma's.
fn heading(kind: UnmanagedKind) -> &'static str {
    use UnmanagedKind as K;
    match kind {
        K::Extension => "CreateExtension",
        K::Collation => "CreateCollation",
        K::Domain => "CreateDomain",
        K::CompositeType | K::RangeType => "CreateType",
        K::Sequence => "CreateSequence",
        K::Function => "CreateFunction",
        K::Procedure => "CreateProcedure",
        K::Aggregate => "CreateAggregate",
        K::Operator => "CreateOperator",
        K::OperatorClass => "CreateOperatorClass",
        K::Cast => "CreateCast",
        K::TextSearch => "CreateTextSearch",
        K::View => "CreateView",
        K::MaterializedView => "CreateMaterializedView",
        K::ViewIndex | K::PartialIndex | K::ExpressionIndex | K::OtherIndex => "CreateIndex",
        K::ForeignTable => "CreateForeignTable",
        K::Partitioning | K::Partition | K::Inheritance | K::TableDetail | K::RowSecurity => {
            "AlterTable"
        }
        K::ColumnDetail | K::Identity | K::GeneratedColumn => "AlterColumn",
        K::ForeignKey => "AddForeignKey",
        K::Check | K::Exclusion | K::ConstraintDetail => "AddConstraint",
        K::IndexDetail => "AlterIndex",
        K::Statistics => "CreateStatistics",
        K::Rule => "CreateRule",
        K::Trigger | K::EventTrigger => "CreateTrigger",
        K::Policy => "CreatePolicy",
        K::Comment => "Comment",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::ObjectName;

    fn object(kind: UnmanagedKind, name: &str, carry: Carry) -> UnmanagedObject {
        UnmanagedObject {
            kind,
            name: ObjectName::bare(name),
            table: None,
            definition: format!("CREATE {name}"),
            carry,
        }
    }

    #[test]
    fn objects_stand_before_and_behind_the_tables() {
        use UnmanagedKind as K;
        let objects = Unmanaged {
            objects: vec![
                object(K::Domain, "d", Carry::Before),
                object(K::View, "v", Carry::After),
                object(K::Partition, "p", Carry::ByHand),
            ],
        };
        let text = script("-- CreateTable\nCREATE TABLE t;\n", false, &objects);
        assert_eq!(
            text,
            "-- CreateDomain\nCREATE d;\n\n-- CreateTable\nCREATE TABLE t;\n\n-- CreateView\nCREATE v;\n"
        );
        assert_eq!(script("-- nothing\n", true, &Unmanaged::default()), "-- nothing\n");
        assert_eq!(script("-- nothing\n", true, &objects).lines().next(), Some("-- CreateDomain"));
        let known = Unmanaged { objects: vec![objects.objects[0].clone()] };
        assert_eq!(carried(&lost(&objects, &known)).objects.len(), 1);
    }
}
