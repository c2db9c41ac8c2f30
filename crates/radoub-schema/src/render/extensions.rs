//! SQL of extensions.

use super::Writer;
use crate::model::Extension;
use crate::name::Ident;

impl Writer {
    pub(super) fn drop_extension(&mut self, name: &Ident) {
        self.put("DROP EXTENSION ").ident(name).end();
    }

    pub(super) fn create_extension(&mut self, extension: &Extension) {
        self.put("CREATE EXTENSION IF NOT EXISTS ").ident(&extension.name);
        if extension.namespace.is_some() || extension.version.is_some() {
            self.put(" WITH");
        }
        if let Some(namespace) = &extension.namespace {
            self.put(" SCHEMA ").ident(namespace);
        }
        if let Some(version) = &extension.version {
            self.put(" VERSION ").ident(&Ident::new(version.as_str()));
        }
        self.end();
    }

    pub(super) fn alter_extension(
        &mut self,
        name: &Ident,
        version: Option<&str>,
        namespace: Option<&Ident>,
    ) {
        if let Some(version) = version {
            self.put("ALTER EXTENSION ").ident(name);
            self.put(" UPDATE TO ").ident(&Ident::new(version)).end();
        }
        if let Some(namespace) = namespace {
            self.put("ALTER EXTENSION ").ident(name).put(" SET SCHEMA ").ident(namespace).end();
        }
    }
}
