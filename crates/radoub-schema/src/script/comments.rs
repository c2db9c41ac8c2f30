//! What a script says about itself in the comments before its first statement.

/// The remarks of the person who wrote a migration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remarks {
    /// What it is for: a line `Description: …`, or the free lines, joined.
    pub description: Option<String>,
    /// What it changes for others: a line `Impact: …`.
    pub impact: Option<String>,
}

/// Reads the comments before the first statement of a script.
///
/// What Prisma writes by itself (`-- AlterTable`, its `Warnings:` block, the remark of an empty
/// migration) is nobody's remark and is left out.
pub fn remarks(text: &str) -> Remarks {
    let mut remarks = Remarks::default();
    let mut free: Vec<String> = Vec::new();
    for line in leading(text) {
        let keyed = |key: &str| {
            let (head, rest) = line.split_once(':')?;
            head.trim().eq_ignore_ascii_case(key).then(|| rest.trim().to_owned())
        };
        if let Some(said) = keyed("Description") {
            remarks.description.get_or_insert(said);
        } else if let Some(said) = keyed("Impact") {
            remarks.impact.get_or_insert(said);
        } else {
            free.push(line);
        }
    }
    if remarks.description.is_none() && !free.is_empty() {
        remarks.description = Some(free.join(" "));
    }
    remarks
}

/// The lines of the comments before the first statement, without their marks and without Prisma's.
fn leading(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("--") {
            let (line, after) = comment.split_once('\n').unwrap_or((comment, ""));
            lines.push(line.trim_start_matches('-').trim().to_owned());
            rest = after.trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let (block, after) = comment.split_once("*/").unwrap_or((comment, ""));
            if !block.trim_start().starts_with("Warnings:") {
                lines.extend(
                    block.lines().map(|line| line.trim().trim_start_matches('*').trim().to_owned()),
                );
            }
            rest = after.trim_start();
        } else {
            break;
        }
    }
    lines.retain(|line| !line.is_empty() && !is_of_prisma(line));
    lines
}

/// `AlterTable`, `CreateIndex` and their like: one word of two, as Prisma labels its statements.
fn is_of_prisma(line: &str) -> bool {
    const VERBS: &[&str] = &["Create", "Alter", "Drop", "Add", "Rename", "Redefine"];
    let is_label = VERBS.iter().any(|verb| {
        line.strip_prefix(verb).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_uppercase())
                && rest.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
    });
    is_label || line == "This is an empty migration."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(text: &str, description: Option<&str>, impact: Option<&str>) {
        let remarks = remarks(text);
        assert_eq!(remarks.description.as_deref(), description, "{text:?}");
        assert_eq!(remarks.impact.as_deref(), impact, "{text:?}");
    }

    #[test]
    fn what_a_person_wrote_is_read() {
        says(
            "-- Rôle des techniciens\n-- et de leurs aides\nALTER TABLE t",
            Some("Rôle des techniciens et de leurs aides"),
            None,
        );
        says(
            "-- Description: Rôle\n-- Impact : Permet d'assigner\nSELECT 1",
            Some("Rôle"),
            Some("Permet d'assigner"),
        );
        says(
            "/* Un rôle\n * de plus */\n-- AlterTable\nALTER TABLE t",
            Some("Un rôle de plus"),
            None,
        );
        says("SELECT 1; -- later", None, None);
    }

    #[test]
    fn what_prisma_wrote_is_not() {
        says("-- AlterTable\nALTER TABLE t ADD COLUMN a int;", None, None);
        says(
            "/*\n  Warnings:\n\n  - You are about to drop x.\n\n*/\n-- CreateIndex\nCREATE INDEX",
            None,
            None,
        );
        says("-- This is an empty migration.", None, None);
        says("", None, None);
    }
}
