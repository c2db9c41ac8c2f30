//! The `generator` blocks, of which only the preview features matter.

use std::collections::BTreeSet;

use super::previews::{PreviewFeature, preview_feature};
use super::{Reader, find};
use crate::syntax::ast::Block;

impl Reader<'_> {
    /// Reads one and adds its preview features.
    pub(super) fn generator(
        &mut self,
        block: Block<'_>,
        postgres: bool,
        features: &mut BTreeSet<String>,
    ) {
        let Some(properties) = self.properties(block) else { return };
        let Some(provider) = find(&properties, "provider") else {
            self.error_with(
                block.span(),
                "the generator has no `provider`".to_owned(),
                "add `provider = \"prisma-client\"`",
            );
            return;
        };
        self.setting(provider.value);
        let Some(list) = find(&properties, "previewFeatures") else { return };
        for element in list.value.elements() {
            let Some(name) = element.as_string() else {
                self.error(element.span(), "a preview feature is a string".to_owned());
                continue;
            };
            match preview_feature(&name, self.major, postgres) {
                PreviewFeature::Active(known) => {
                    features.insert(known.to_owned());
                }
                PreviewFeature::Settled => {
                    let message = format!("preview feature `{name}` is no longer a preview");
                    features.insert(name.into_owned());
                    self.warning(list.value.span(), message, "leave it out of the list");
                }
                PreviewFeature::Unknown => {
                    self.error(list.value.span(), format!("there is no preview feature `{name}`"));
                }
            }
        }
    }
}
