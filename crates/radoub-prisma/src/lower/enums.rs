//! Enum types, used or not.

use radoub_schema::model::Enum;

use super::Lowering;

impl Lowering<'_> {
    pub(super) fn enums(&self) -> Vec<Enum> {
        let enums = self.datamodel.enums.iter();
        enums
            .map(|it| Enum {
                name: self.name(it.schema.as_ref(), &it.database_name),
                labels: it.values.iter().map(|value| value.database_name.to_string()).collect(),
            })
            .collect()
    }
}
