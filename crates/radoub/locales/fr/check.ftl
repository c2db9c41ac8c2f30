# `radoub check` : les mots du guide, à la lettre.
check-heading = Vérification Migrations Prisma
check-checking = Checking { $service }...
check-column-service = SERVICE
check-column-database = BASE
check-column-state = ÉTAT

state-up-to-date = ✅ À jour
state-pending = ⚠️ { $count ->
    [one] { $count } migration en attente
   *[other] { $count } migrations en attente
}
state-in-progress = ⏳ Migration en cours
state-failed = ❌ { $count ->
    [one] { $count } migration en échec
   *[other] { $count } migrations en échec
}
state-edited = ⚠️ { $count ->
    [one] { $count } migration modifiée après application
   *[other] { $count } migrations modifiées après application
}
state-diverged = ❌ Le dossier et la base racontent deux histoires
state-behind = ⚠️ { $count ->
    [one] Il manque au dossier { $count } migration appliquée
   *[other] Il manque au dossier { $count } migrations appliquées
}
state-not-managed = ⚠️ Base non gérée par Prisma Migrate
state-no-migrations = ⚠️ Aucune migration
state-database-missing = ❌ Base absente
state-unreachable = ❌ Injoignable
state-invalid = ❌ Réglages ou fichiers erronés
state-not-applicable = ⚠️ N/A

check-pending = en attente : { $migration }
check-failed = en échec : { $migration }, lancée le { $started }
check-last-failure = le dernier essai de { $migration }, le { $started }, a échoué sans rien changer :
check-edited = modifiée après application : { $migration }
check-missing = appliquée, mais absente du dossier : { $migration }
check-not-managed = elle contient des tables et pas de _prisma_migrations : poussée, restaurée ou faite à la main. `migrate deploy` la refuserait (P3005).
check-lock-holder = le verrou de migration est tenu par le processus { $pid } ({ $application }, { $client }) depuis le { $since }
check-era = Prisma { $version } valide instruction par instruction : un échec y laisse une moitié de migration. radoub apply exécute chaque fichier d'un bloc.

check-verdict-up-to-date = ✅ TOUTES LES MIGRATIONS SONT À JOUR
check-verdict-none = ⚠️ AUCUN SERVICE N'UTILISE PRISMA MIGRATE ICI
check-verdict-need = ⚠️ { $count ->
    [one] { $count } SERVICE SUR { $total } DEMANDE ATTENTION
   *[other] { $count } SERVICES SUR { $total } DEMANDENT ATTENTION
}

not-applicable-no-schema = pas de schéma Prisma
not-applicable-prisma-next = Prisma 8, dont les migrations sont un autre système
not-applicable-other-provider = son schéma est pour { $provider }, pas pour PostgreSQL

remedy-apply = radoub apply { $service }
remedy-mend-script = corriger { $migration }/migration.sql, puis : radoub apply { $service }
remedy-create-database = radoub apply { $service } --create-database
remedy-resolve-failed = radoub resolve { $service }
remedy-restore-file = remettre { $migration }/migration.sql comme il était (git checkout), et écrire une nouvelle migration
remedy-restore-or-allow = remettre { $migration }/migration.sql comme il était (git checkout), ou l'accepter tel qu'il est : radoub adopt { $service } --allow edited
remedy-fetch-files = récupérer le dossier manquant { $migration } (git pull), ou vérifier que la bonne version est extraite
remedy-restore-script = remettre { $migration }/migration.sql, ou supprimer le dossier
remedy-wait = attendre la fin, puis : radoub check { $service }
remedy-first-migration = radoub new init --service { $service }
remedy-mend-connection = démarrer le serveur ou corriger son adresse
remedy-mend-settings = corriger le réglage
remedy-mend-lock-file = mettre provider = "postgresql" dans migration_lock.toml

watch-column-before = AVANT
watch-looked = Regardé à { $at } ; de nouveau toutes les { $every } s, jusqu'à Ctrl-C
watch-last = Dernier regard : { $at }
watch-looking = regarde …
watch-details = autre dans le détail
watch-first = { $at }  { $service } : { $after }
watch-changed = { $at }  { $service } : { $before } → { $after }
