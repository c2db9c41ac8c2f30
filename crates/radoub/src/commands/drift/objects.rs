//! Differences between two sides, object by object, in words.

use std::collections::BTreeMap;

use radoub_engine::drift::{Drift, Side};
use radoub_schema::model::unmanaged::UnmanagedObject;
use radoub_schema::name::ObjectName;
use radoub_schema::outline::{
    Difference, DifferenceKind, Fate, Object, ObjectKind, Part, PartKind,
};

use crate::ui::Ui;
use crate::ui::words::Value;

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The first objects and parts, and how many more there are.
    Short,
    /// Everything.
    All,
}

impl Detail {
    /// Names in one line.
    fn names(self) -> usize {
        if self == Self::Short { 8 } else { usize::MAX }
    }

    /// Objects that changed.
    fn objects(self) -> usize {
        if self == Self::Short { 5 } else { usize::MAX }
    }

    /// Parts of one object.
    fn parts(self) -> usize {
        if self == Self::Short { 4 } else { usize::MAX }
    }
}

/// What is different between two sides, a line each; nothing when they agree or one is not known.
pub(crate) fn differences(
    ui: &Ui,
    one: &Drift,
    from: Side,
    to: Side,
    detail: Detail,
) -> Vec<String> {
    let objects = one.outline(from, to).unwrap_or_default();
    if objects.is_empty() {
        return Vec::new();
    }
    let side = |side: Side| ui.say(&format!("side-{}", side.as_str()));
    let statements = one.statements(from, to).unwrap_or_default();
    let values =
        [("from", side(from).into()), ("to", side(to).into()), ("count", statements.into())];
    let mut lines = vec![ui.tell("drift-between", &values)];
    for (fate, only) in [(Fate::Comes, to), (Fate::Goes, from)] {
        let mut kinds: BTreeMap<ObjectKind, Vec<&Object>> = BTreeMap::new();
        for object in objects.iter().filter(|it| it.fate == fate) {
            kinds.entry(object.kind).or_default().push(object);
        }
        for (kind, objects) in kinds {
            let mut names: Vec<String> =
                objects.iter().take(detail.names()).map(|it| plain(&it.name)).collect();
            if let Some(more) = objects.len().checked_sub(names.len()).filter(|it| *it > 0) {
                names.push(ui.tell("drift-more", &[("count", more.into())]));
            }
            let kind = ui
                .tell(&format!("drift-kind-{}", kind.as_str()), &[("count", objects.len().into())]);
            let values = [
                ("side", side(only).into()),
                ("kind", kind.into()),
                ("names", names.join(", ").into()),
            ];
            lines.push(format!("  {}", ui.tell("drift-only", &values)));
        }
    }
    let changed: Vec<&Object> = objects.iter().filter(|it| it.fate == Fate::Changes).collect();
    for object in changed.iter().take(detail.objects()) {
        let kind = ui.tell(&format!("drift-kind-{}", object.kind.as_str()), &[("count", 1.into())]);
        let values = [("kind", kind.into()), ("name", plain(&object.name).into())];
        lines.push(format!("  {}", ui.tell("drift-different", &values)));
        for part in object.parts.iter().take(detail.parts()) {
            lines.push(format!("    {}", part_line(ui, part)));
        }
        if let Some(more) = object.parts.len().checked_sub(detail.parts()).filter(|it| *it > 0) {
            lines.push(format!("    {}", ui.tell("drift-more", &[("count", more.into())])));
        }
    }
    if let Some(more) = changed.len().checked_sub(detail.objects()).filter(|it| *it > 0) {
        lines.push(format!("  {}", ui.tell("drift-more", &[("count", more.into())])));
    }
    lines
}

/// A name as a person writes it: `public` goes without saying.
pub(crate) fn plain(name: &ObjectName) -> String {
    match name.namespace.as_ref().filter(|it| it.as_str() != "public") {
        Some(namespace) => format!("{}.{}", namespace.as_str(), name.name.as_str()),
        None => name.name.as_str().to_owned(),
    }
}

/// `+ column email TEXT NOT NULL`.
fn part_line(ui: &Ui, part: &Part) -> String {
    let sign = match part.fate {
        Fate::Comes => '+',
        Fate::Goes => '-',
        Fate::Changes => '~',
    };
    let mut text =
        format!("{sign} {} {}", ui.say(&format!("drift-part-{}", part.kind.as_str())), part.name);
    if matches!(part.kind, PartKind::Index | PartKind::Unique | PartKind::ForeignKey)
        && part.fate != Fate::Changes
    {
        text.push_str(&format!(" ({})", part.columns.join(", ")));
    }
    if let Some(target) = part.target.as_ref().filter(|_| part.fate != Fate::Changes) {
        text.push_str(&format!(" → {}", plain(target)));
    }
    let told = match (part.fate, part.kind) {
        (Fate::Comes | Fate::Goes, PartKind::Column) => {
            let only = part.differences.first();
            only.and_then(|it| it.to.clone().or_else(|| it.from.clone()))
        }
        (Fate::Changes, _) => {
            let differences: Vec<String> =
                part.differences.iter().map(|it| difference(ui, it)).collect();
            let values = [("part", text.into()), ("differences", differences.join(", ").into())];
            return ui.tell("drift-part-changes", &values);
        }
        _ => None,
    };
    match told.filter(|it| !it.is_empty()) {
        Some(told) => format!("{text} {told}"),
        None => text,
    }
}

/// `type TEXT → INTEGER`.
fn difference(ui: &Ui, difference: &Difference) -> String {
    let nothing = || "—".to_owned();
    let values: [(&str, Value<'_>); 2] = [
        ("from", difference.from.clone().unwrap_or_else(nothing).into()),
        ("to", difference.to.clone().unwrap_or_else(nothing).into()),
    ];
    let key = match difference.kind {
        DifferenceKind::Type => "drift-difference-type",
        DifferenceKind::Arity => "drift-difference-arity",
        DifferenceKind::Default => "drift-difference-default",
        DifferenceKind::Sequence => "drift-difference-sequence",
        DifferenceKind::Name => "drift-difference-name",
        DifferenceKind::Definition => "drift-difference-definition",
    };
    ui.tell(key, &values)
}

/// What Prisma does not see in the database: shown, never called wrong.
pub(super) fn unmanaged(ui: &Ui, one: &Drift) -> Vec<String> {
    let Some(live) = &one.live else { return Vec::new() };
    if live.unmanaged.objects.is_empty() {
        return vec![ui.say("drift-unmanaged-none")];
    }
    let mut lines =
        vec![ui.tell("drift-unmanaged", &[("count", live.unmanaged.objects.len().into())])];
    lines.extend(live.unmanaged.objects.iter().map(|it| format!("  {}", unmanaged_line(ui, it))));
    lines
}

/// `trigger touch on orders`.
pub(crate) fn unmanaged_line(ui: &Ui, object: &UnmanagedObject) -> String {
    let kind = ui.say(&format!("unmanaged-{}", object.kind.as_str()));
    match object.table.as_ref().filter(|table| **table != object.name) {
        Some(table) => {
            let values = [
                ("kind", kind.into()),
                ("name", plain(&object.name).into()),
                ("table", plain(table).into()),
            ];
            ui.tell("drift-unmanaged-on", &values)
        }
        None => format!("{kind} {}", plain(&object.name)),
    }
}
