//! SQL of extensions.

use super::Writer;
use crate::model::Extension;
use crate::name::Ident;

impl Writer {
    pub(super) fn drop_extension(&mut self, name: &Ident) {
        let name = self.ident(name);
        self.statement(&format!("DROP EXTENSION {name}"));
    }

    pub(super) fn create_extension(&mut self, extension: &Extension) {
        let mut text = format!("CREATE EXTENSION IF NOT EXISTS {}", self.ident(&extension.name));
        if extension.namespace.is_some() || extension.version.is_some() {
            text.push_str(" WITH");
        }
        if let Some(namespace) = &extension.namespace {
            text.push_str(" SCHEMA ");
            text.push_str(&self.ident(namespace));
        }
        if let Some(version) = &extension.version {
            text.push_str(" VERSION ");
            text.push_str(&self.ident(&Ident::new(version.as_str())));
        }
        self.statement(&text);
    }

    pub(super) fn alter_extension(
        &mut self,
        name: &Ident,
        version: Option<&str>,
        namespace: Option<&Ident>,
    ) {
        let name = self.ident(name);
        if let Some(version) = version {
            let version = self.ident(&Ident::new(version));
            self.statement(&format!("ALTER EXTENSION {name} UPDATE TO {version}"));
        }
        if let Some(namespace) = namespace {
            let namespace = self.ident(namespace);
            self.statement(&format!("ALTER EXTENSION {name} SET SCHEMA {namespace}"));
        }
    }
}
