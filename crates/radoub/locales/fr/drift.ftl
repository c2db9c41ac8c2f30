# `radoub drift` : les trois côtés, la cause, la commande qui répare.
drift-heading = Dérive : schema.prisma, historique des migrations, base
drift-column-service = SERVICE
drift-column-wanted-history = SCHÉMA/HISTORIQUE
drift-column-wanted-live = SCHÉMA/BASE
drift-column-history-live = HISTORIQUE/BASE
drift-column-verdict = VERDICT

cause-in-order = ✅ Les trois concordent
cause-pending = ⚠️ Des migrations attendent d'être appliquées
cause-pending-and-forgotten = ⚠️ Des migrations attendent, et schema.prisma a encore changé depuis
cause-forgotten = ⚠️ schema.prisma a changé sans migration
cause-pushed = ⚠️ Poussée : l'historique ne donne pas cette base
cause-no-history = ⚠️ Poussée : il n'y a aucune migration
cause-broken-history = ❌ L'historique ne passe pas sur une base vide
cause-edited-by-hand = ❌ La base a été modifiée à la main
cause-all-differ = ❌ Les trois se contredisent
cause-unrecorded = ⚠️ Les trois concordent, _prisma_migrations dit autre chose
cause-failed = ❌ Une migration a échoué
cause-missing-files = ⚠️ Il manque au dossier des migrations appliquées
cause-schema-refused = ❌ Prisma refuse schema.prisma
cause-not-comparable = ❌ L'historique n'a pas pu être essayé
cause-shared = ❌ Plusieurs services partagent cette base
cause-unseen = ❌ La base n'a pas pu être examinée
cause-not-applicable = ⚠️ N/A

side-live = la base
side-schema = schema.prisma
side-history = l'historique
side-applied = les migrations appliquées

drift-sides = schema.prisma { $wantedHistory } historique, schema.prisma { $wantedLive } base, historique { $historyLive } base
drift-shared = sa base est partagée avec { $others } : chacun supprimerait ce que les autres ont créé
drift-between = de { $from } à { $to } ({ $count ->
    [one] { $count } instruction
   *[other] { $count } instructions
}) :
drift-only = seulement dans { $side } : { $kind } { $names }
drift-different = { $kind } { $name } :
drift-more = … et { $count } de plus
drift-kind-table = { $count ->
    [one] table
   *[other] { $count } tables :
}
drift-kind-enum = { $count ->
    [one] enum
   *[other] { $count } enums :
}
drift-kind-extension = { $count ->
    [one] extension
   *[other] { $count } extensions :
}
drift-kind-namespace = { $count ->
    [one] schéma
   *[other] { $count } schémas :
}
drift-part-column = colonne
drift-part-primary-key = clé primaire
drift-part-unique = index unique
drift-part-index = index
drift-part-foreign-key = clé étrangère
drift-part-label = valeur
drift-part-setting = réglage
drift-difference-type = type { $from } → { $to }
drift-difference-arity = { $from } → { $to }
drift-difference-default = défaut { $from } → { $to }
drift-difference-sequence = séquence { $from } → { $to }
drift-difference-name = nom { $from } → { $to }
drift-difference-definition = { $from } → { $to }
drift-phantoms = { $count ->
    [one] { $count } différence ne vient que de la façon d'écrire de Prisma ; elle est laissée de côté
   *[other] { $count } différences ne viennent que de la façon d'écrire de Prisma ; elles sont laissées de côté
}
drift-replay-nothing = aucune migration à rejouer
drift-replay-ends = { $count ->
    [one] sa migration passe
   *[other] ses { $count } migrations passent
} sur une base vide ({ $took })
drift-replay-stops = l'historique s'arrête à la migration { $place } sur { $count }, { $migration } :
drift-no-lock-file = migration_lock.toml manque : prisma migrate diff refuse un tel historique ; radoub adopt l'écrit
drift-summary = { $histories } { $histories ->
    [one] service sur { $services } a des migrations
   *[other] services sur { $services } ont des migrations
}, { $migrations } en tout : { $run } { $run ->
    [one] historique passe sur une base vide
   *[other] historiques passent sur une base vide
}, { $stop } { $stop ->
    [one] s'arrête
   *[other] s'arrêtent
} ; { $whole } { $whole ->
    [one] service sur { $services } est décrit par son historique
   *[other] services sur { $services } sont décrits par leur historique
} ; { $unlocked } { $unlocked ->
    [one] n'a pas de migration_lock.toml
   *[other] n'ont pas de migration_lock.toml
}.
drift-unmanaged = { $count ->
    [one] { $count } objet
   *[other] { $count } objets
} de la base que Prisma ne voit pas :
drift-unmanaged-none = rien dans la base que Prisma ne voie pas
drift-part-changes = { $part } : { $differences }
drift-unmanaged-on = { $kind } { $name } sur { $table }
drift-same-side = Un côté ne se compare pas à lui-même : { $side } est nommé deux fois.
drift-same-side-remedy = en nommer deux parmi : live, schema, history, applied
drift-side-unknown = { $service } : { $side } reste inconnu.
drift-verdict-in-order = ✅ SCHÉMA, HISTORIQUE ET BASE CONCORDENT PARTOUT
drift-verdict-need = ⚠️ { $count ->
    [one] { $count } SERVICE SUR { $total } DEMANDE ATTENTION
   *[other] { $count } SERVICES SUR { $total } DEMANDENT ATTENTION
}

repair-apply = radoub apply { $service }
repair-apply-first = radoub apply { $service }, puis : radoub drift { $service }
repair-new = radoub new NOM --service { $service }
repair-keep-or-drop = radoub adopt { $service } --wins live (schema.prisma reçoit ce qui lui manque) ou radoub new NOM --service { $service } (la base le perd)
repair-adopt = radoub adopt { $service }
repair-adopt-choosing = radoub adopt { $service } --wins live (la base a raison) ou --wins schema (schema.prisma a raison)
repair-keep-or-undo = radoub adopt { $service } --wins live (garder ce qui a été fait à la main) ou --wins schema (le défaire)
repair-adopt-allowing = radoub adopt { $service } --allow { $odd }
repair-resolve = radoub resolve { $service }
repair-mend-script = corriger { $migration }/migration.sql, jamais appliquée, puis : radoub drift { $service }
repair-mend-schema = corriger schema.prisma, puis : radoub drift { $service }
repair-mend-scratch = donner à radoub une base d'essai : SHADOW_DATABASE_URL, un rôle qui peut créer des bases, ou PostgreSQL installé ici
repair-part-databases = donner à chaque service sa propre base, ou son propre schéma

unmanaged-extension = extension
unmanaged-collation = collation
unmanaged-domain = domaine
unmanaged-composite-type = type composite
unmanaged-range-type = type intervalle
unmanaged-sequence = séquence
unmanaged-function = fonction
unmanaged-procedure = procédure
unmanaged-aggregate = agrégat
unmanaged-operator = opérateur
unmanaged-cast = conversion
unmanaged-text-search = objet de recherche plein texte
unmanaged-view = vue
unmanaged-materialized-view = vue matérialisée
unmanaged-view-index = index
unmanaged-foreign-table = table distante
unmanaged-partitioning = partitionnement de
unmanaged-partition = partition
unmanaged-inheritance = héritage de
unmanaged-column-detail = détail de la colonne
unmanaged-identity = identité de la colonne
unmanaged-generated-column = colonne calculée
unmanaged-check = contrainte de vérification
unmanaged-exclusion = contrainte d'exclusion
unmanaged-constraint-detail = détail de la contrainte
unmanaged-partial-index = index partiel
unmanaged-expression-index = index sur expression
unmanaged-index-detail = détail de l'index
unmanaged-statistics = statistiques étendues
unmanaged-rule = règle
unmanaged-trigger = déclencheur
unmanaged-event-trigger = déclencheur d'événement
unmanaged-row-security = sécurité par ligne de
unmanaged-policy = politique
unmanaged-table-detail = détail de la table
unmanaged-comment = commentaire sur
unmanaged-operator-class = classe d'opérateurs
unmanaged-foreign-key = clé étrangère
unmanaged-other-index = index

reference-causes = ## Causes d'une dérive
    {""}
    Ce que `radoub drift` et `radoub check --deep` trouvent entre schema.prisma, historique et base. La plus lourde de tous les services est le code de sortie.
