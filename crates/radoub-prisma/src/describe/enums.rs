//! Enum blocks.

use radoub_schema::model::RemarkKind;
use radoub_schema::name::ObjectName;

use super::warning::Remarked;
use super::{Block, Description, documentation, names, quoted};

/// Above an enum type with a comment in the database.
const COMMENTED: &str = "This enum is commented in the database, and requires an additional setup \
    for migrations: Read more: https://pris.ly/d/database-comments";

impl Description<'_> {
    pub(super) fn enums(&mut self) -> Vec<Block> {
        (0..self.found.schema.enums.len()).map(|place| self.enumeration(place)).collect()
    }

    fn enumeration(&mut self, place: usize) -> Block {
        let found = &self.found.schema.enums[place];
        let named = &self.names.enums[place];
        let previous = self.previous.enumeration(place);
        let mut above = previous.map_or_else(Vec::new, |block| block.documentation.clone());
        if self.found.remarks.iter().any(|it| it.kind == RemarkKind::Comment && it.on == found.name)
        {
            if previous.is_none() {
                above.push(COMMENTED.to_owned());
            }
            self.warnings.comments.push(Remarked::of("enum", &named.name));
        }
        let mut text = format!("{}enum {} {{\n", documentation(&above), named.name);
        for (label, name) in found.labels.iter().zip(&self.values[place]) {
            let before = previous.and_then(|block| block.line(label));
            let Some(name) = name else {
                self.warnings.commented_values.push((named.name.clone(), label.clone()));
                text.push_str(&format!("// {label} @map({})\n", quoted(label)));
                continue;
            };
            text.push_str(&before.map_or_else(String::new, |it| documentation(&it.documentation)));
            text.push_str(name);
            if before.is_some_and(|it| it.is_mapped) {
                self.warnings.remapped_values.push((named.name.clone(), name.clone()));
            }
            if name != label || before.is_some_and(|it| it.is_mapped) {
                text.push_str(&format!(" @map({})", quoted(label)));
            }
            text.push('\n');
        }
        if named.is_kept && named.is_mapped {
            self.warnings.remapped_enums.push(named.name.clone());
        }
        text.push_str(&self.block_names(named, &found.name));
        text.push_str("}\n");
        Block { place: previous.map(|block| block.place), text, is_model: false }
    }

    /// The name of a label in the schema.
    pub(super) fn value_name(&self, name: &ObjectName, label: &str) -> Option<&str> {
        let place = self.enum_place(name)?;
        let labels = &self.found.schema.enums[place].labels;
        let at = labels.iter().position(|it| it == label)?;
        self.values[place][at].as_deref()
    }

    /// `@@map` and `@@schema` of a block.
    pub(super) fn block_names(&self, named: &names::Named, original: &ObjectName) -> String {
        let mut text = String::new();
        if named.is_mapped {
            text.push_str(&format!("@@map({})\n", quoted(original.name.as_str())));
        }
        if let Some(namespace) =
            original.namespace.as_ref().filter(|_| self.previous.names_namespaces())
        {
            text.push_str(&format!("@@schema({})\n", quoted(namespace.as_str())));
        }
        text
    }
}
