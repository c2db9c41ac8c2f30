# `radoub apply` et `radoub resolve`.
apply-heading = Application Migrations Prisma
apply-report = RAPPORT FINAL
apply-database-created = base créée
apply-no-engine = Aucun conteneur n'est redémarré : { $reason }
apply-waiting = attente du verrou de migration
apply-waiting-for = attente : le processus { $pid } ({ $application }, { $client }) tient le verrou de migration depuis le { $since }
apply-started = ▶ { $migration }
apply-started-stepwise = ▶ { $migration } (instruction par instruction)
apply-statement = ▶ { $migration } : { $done } sur { $total }
apply-blocked = ⏳ { $migration } : verrouillée par d'autres, essai { $attempt } ({ $blockers })
apply-index-dropped = suppression de l'index invalide { $index } laissé par une construction interrompue
apply-reconnecting = connexion perdue ; on regarde ce qu'il est advenu de { $migration }
apply-applied = ✅ { $migration } ({ $took })
apply-already = { $migration } a été appliquée par quelqu'un d'autre entre-temps
apply-ended = terminé en { $took }
apply-outcome-applied = ✅ { $count ->
    [one] { $count } migration appliquée
   *[other] { $count } migrations appliquées
} ({ $took })
apply-outcome-nothing = ✅ Rien à appliquer
apply-outcome-refused = ⚠️ Laissé tel quel
apply-outcome-failed = ❌ Échec
apply-outcome-failed-after = ❌ Échec, après { $count ->
    [one] { $count } migration appliquée
   *[other] { $count } migrations appliquées
} ({ $took })
apply-outcome-not-applicable = ⚠️ N/A
apply-outcome-created = (base créée)
apply-verdict-nothing = ✅ RIEN À APPLIQUER
apply-verdict-created = ✅ BASE CRÉÉE ; AUCUNE MIGRATION À APPLIQUER
apply-verdict-applied = ✅ TOUTES LES MIGRATIONS EN ATTENTE SONT APPLIQUÉES
apply-verdict-wrong = ❌ { $count ->
    [one] { $count } SERVICE DEMANDE ATTENTION
   *[other] { $count } SERVICES DEMANDENT ATTENTION
}

failure-edited = { $migration } a été modifiée après application ; rien n'a été changé.
failure-edited-remedy = remettre le fichier comme il était et écrire une nouvelle migration, ou l'accepter : radoub apply { $service } --allow { $hazard }
failure-missing = { $migration } est appliquée, et son dossier manque ici : peut-être une version plus ancienne est-elle extraite. Rien n'a été changé.
failure-missing-remedy = récupérer le dossier (git pull), ou l'accepter : radoub apply { $service } --allow { $hazard }
failure-duplicated = { $migration } répète le script d'une autre migration ; rien n'a été changé.
failure-duplicated-remedy = supprimer la copie, ou l'accepter : radoub apply { $service } --allow { $hazard }
failure-not-utf8 = { $migration }/migration.sql n'est pas en UTF-8 : des lettres arriveraient dans la base comme �. Rien n'a été changé.
failure-not-utf8-remedy = enregistrer le fichier en UTF-8, ou l'accepter : radoub apply { $service } --allow { $hazard }
failure-byte-order-mark = { $migration }/migration.sql commence par une marque d'ordre des octets (BOM), que PostgreSQL prend pour une erreur de syntaxe. Rien n'a été changé.
failure-byte-order-mark-remedy = enregistrer le fichier en UTF-8 sans BOM
failure-empty-file = { $migration }/migration.sql est vide ; rien n'a été changé.
failure-empty-file-remedy = remettre le fichier, ou l'accepter : radoub apply { $service } --allow { $hazard }
failure-unterminated = { $migration }/migration.sql ouvre une chaîne ou un commentaire qui ne se ferme jamais ; rien n'a été changé.
failure-unterminated-remedy = le fermer : regarder le dernier $$, ' ou /* du fichier

resolve-applied = ✅ { $migration } est marquée comme appliquée dans { $service }.
resolve-rolled-back = ✅ { $migration } est marquée comme annulée dans { $service }. Elle est de nouveau en attente.
resolve-one-service = Nommez exactement un service : une migration se marque dans une seule base à la fois.
resolve-nothing = { $service } n'a rien à marquer : { $state }.

failure-nul-character = { $migration }/migration.sql contient un caractère NUL à la ligne { $line } ; rien n'a été changé.
failure-nul-character-remedy = enlever le NUL : le fichier a sans doute été enregistré en UTF-16
failure-copies-rows = { $migration }/migration.sql copie des lignes par la connexion à la ligne { $line } (COPY … FROM STDIN), ce que seul psql sait faire ; rien n’a été changé.
failure-copies-rows-remedy = écrire les lignes avec INSERT, ou exécuter le fichier avec psql et le marquer : radoub resolve { $service } --applied { $migration }
failure-never-committed = La transaction que la ligne { $line } de { $migration }/migration.sql ouvre n'est jamais validée ; rien n'a été changé.
failure-never-committed-remedy = ajouter le COMMIT, ou enlever le BEGIN : radoub exécute le fichier dans sa propre transaction

failure-delete-data = { $migration }/migration.sql, ligne { $line }, supprime des données : { $statement } (table { $table }, { $rows ->
    [unknown] lignes non comptées
   *[other] environ { $rows } lignes
}, { $size }) ; rien n'a été changé.
failure-delete-data-remedy = s'assurer que personne n'en a besoin, puis l'accepter : radoub apply { $service } --allow { $hazard }
failure-rewrite-table = { $migration }/migration.sql, ligne { $line }, réécrit une grande table que personne ne peut lire pendant ce temps : { $statement } (table { $table }, { $size }) ; rien n'a été changé.
failure-rewrite-table-remedy = le faire à une heure creuse et l'accepter : radoub apply { $service } --allow { $hazard }
failure-long-lock = { $migration }/migration.sql, ligne { $line }, interdit la table { $table } aux autres pendant environ { $seconds } s : { $statement } ; rien n'a été changé.
failure-long-lock-remedy = employer CONCURRENTLY ou NOT VALID là où PostgreSQL le permet, ou l'accepter à une heure creuse : radoub apply { $service } --allow { $hazard }
failure-journal-failed = Le journal de cette exécution ne peut pas être écrit ; rien de plus n'a été commencé ici.
failure-journal-failed-remedy = faire de la place pour le journal, puis : radoub resume
failure-already-there = { $migration }/migration.sql, ligne { $line }, crée ce qui existe déjà : { $statement } ; la base n'est pas ce que dit son histoire. Rien n'a été changé.
failure-already-there-remedy = si la base la contient en entier : radoub resolve { $service } --applied { $migration } ; pour essayer malgré tout : radoub apply { $service } --allow { $hazard }
failure-extension-unavailable = { $migration } demande l'extension { $extension }, que ce serveur n'a pas ; rien n'a été changé.
failure-extension-unavailable-remedy = installer l'extension sur le serveur, puis : radoub apply { $service }
