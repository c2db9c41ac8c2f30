//! Extensions of the datasource.

use radoub_schema::model::Extension;
use radoub_schema::name::Ident;

use super::Lowering;

impl Lowering<'_> {
    /// Those that are asked for, in byte order; none when they are not managed.
    pub(super) fn extensions(&self) -> Vec<Extension> {
        let wanted = self.datamodel.extensions.iter().flatten();
        let mut extensions: Vec<Extension> = wanted
            .map(|extension| Extension {
                name: Ident::new(extension.database_name.as_str()),
                namespace: extension.schema.as_deref().map(Ident::from),
                version: extension.version.clone(),
                is_relocatable: false,
            })
            .collect();
        extensions.sort_by(|a, b| a.name.cmp(&b.name));
        extensions
    }
}
