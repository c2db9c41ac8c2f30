//! The files of `examples/fleet`, inside the program.
//!
//! A new file there needs a line here; a test compares the two.

/// Takes files of the example by their paths in it.
macro_rules! files {
    ($($path:literal,)*) => {
        &[$(($path, include_str!(concat!("../../../../examples/fleet/", $path)))),*]
    };
}

/// Path in the fleet's folder, with `/`, and text.
pub(super) const FILES: &[(&str, &str)] = files![
    ".env.example",
    "docker-compose.yml",
    "services/analytics-service/package.json",
    "services/analytics-service/prisma/migrations/20251119150000_init/migration.sql",
    "services/analytics-service/prisma/migrations/20260122094500_rapports/migration.sql",
    "services/analytics-service/prisma/migrations/migration_lock.toml",
    "services/analytics-service/prisma/schema.prisma",
    "services/auth-service/package.json",
    "services/auth-service/prisma/migrations/20251104091500_init/migration.sql",
    "services/auth-service/prisma/migrations/20260108140210_auditlog_index/migration.sql",
    "services/auth-service/prisma/migrations/20260212000000_auditlog_level_oldvalue_service_image/migration.sql",
    "services/auth-service/prisma/migrations/migration_lock.toml",
    "services/auth-service/prisma/schema.prisma",
    "services/billing-service/package.json",
    "services/billing-service/prisma/migrations/20251110100000_init/migration.sql",
    "services/billing-service/prisma/migrations/20251203164500_paiements/migration.sql",
    "services/billing-service/prisma/migrations/migration_lock.toml",
    "services/billing-service/prisma/schema.prisma",
    "services/commercial-service/package.json",
    "services/commercial-service/prisma/migrations/20251112093000_init/migration.sql",
    "services/commercial-service/prisma/migrations/20260106101500_devis/migration.sql",
    "services/commercial-service/prisma/migrations/migration_lock.toml",
    "services/commercial-service/prisma/schema.prisma",
    "services/communication-service/package.json",
    "services/communication-service/prisma/migrations/20251113140000_init/migration.sql",
    "services/communication-service/prisma/migrations/20260115090000_message_envoye_le/migration.sql",
    "services/communication-service/prisma/migrations/migration_lock.toml",
    "services/communication-service/prisma/schema.prisma",
    "services/customer-service/package.json",
    "services/customer-service/prisma/migrations/20251106090000_init/migration.sql",
    "services/customer-service/prisma/migrations/20260114110500_siret_unique/migration.sql",
    "services/customer-service/prisma/migrations/migration_lock.toml",
    "services/customer-service/prisma/schema.prisma",
    "services/hr-service/package.json",
    "services/hr-service/prisma/migrations/20251107083000_init/migration.sql",
    "services/hr-service/prisma/migrations/20260121153000_contrat_interim/migration.sql",
    "services/hr-service/prisma/migrations/migration_lock.toml",
    "services/hr-service/prisma/schema.prisma",
    "services/inventory-service/package.json",
    "services/inventory-service/prisma/migrations/20251114080000_init/migration.sql",
    "services/inventory-service/prisma/migrations/20260112134500_mouvement_index/migration.sql",
    "services/inventory-service/prisma/migrations/migration_lock.toml",
    "services/inventory-service/prisma/schema.prisma",
    "services/notification-service/package.json",
    "services/notification-service/src/index.ts",
    "services/procurement-service/package.json",
    "services/procurement-service/prisma/migrations/20251117091500_init/migration.sql",
    "services/procurement-service/prisma/migrations/20260120160000_delai_fournisseur/migration.sql",
    "services/procurement-service/prisma/migrations/migration_lock.toml",
    "services/procurement-service/prisma/schema.prisma",
    "services/project-service/package.json",
    "services/project-service/prisma/migrations/20251118103000_init/migration.sql",
    "services/project-service/prisma/migrations/20260113120000_tache_parent/migration.sql",
    "services/project-service/prisma/migrations/migration_lock.toml",
    "services/project-service/prisma/schema.prisma",
    "services/technical-service/package.json",
    "services/technical-service/prisma/migrations/20251105101000_init/migration.sql",
    "services/technical-service/prisma/migrations/20260119083000_duree_intervention/migration.sql",
    "services/technical-service/prisma/migrations/20260212182206_add_role_to_intervention_technicien/migration.sql",
    "services/technical-service/prisma/migrations/migration_lock.toml",
    "services/technical-service/prisma/schema.prisma",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::Path;

    use super::FILES;

    fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_file_of_the_example_is_in_the_program() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/fleet");
        let mut found = BTreeMap::new();
        collect(&root, &root, &mut found);
        let ours: BTreeMap<String, String> =
            FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(ours.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>());
        assert_eq!(ours, found);
    }
}
