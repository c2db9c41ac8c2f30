# Réparations : adopt, baseline, squash, new, resolve.
repair-heading-adopt = Adoption de ce que contiennent les bases
repair-heading-baseline = Points de départ
repair-heading-squash = Regroupement
repair-nothing = rien à faire
repair-aside = { $count ->
    [one] sa migration quitte l'historique : { $migrations }
   *[other] { $count } migrations quittent l'historique : { $migrations }
}, gardées dans { $folder }
repair-writes = écrit { $migration } ({ $count ->
    [one] { $count } instruction
   *[other] { $count } instructions
}), notée comme appliquée
repair-writes-waiting = écrit { $migration } ({ $count ->
    [one] { $count } instruction
   *[other] { $count } instructions
}), qui attend radoub apply
repair-way-back = avec down.sql, le chemin du retour{ $count ->
    [0] {""}
    [one] , qui nomme { $count } perte
   *[other] , qui nomme { $count } pertes
}
repair-recorded = note comme appliquées, sans les exécuter : { $migrations }
repair-removed = lignes qui quittent _prisma_migrations, gardées dans { $folder }/_prisma_migrations.jsonl : { $migrations }
repair-retired = lignes en échec marquées comme annulées : { $migrations }
repair-restamped = somme de contrôle du fichier tel qu'il est : { $migrations }
repair-lock-file = écrit le migration_lock.toml qui manque
repair-not-carried = { $count ->
    [one] { $count } objet que Prisma ne voit pas manquerait sur une base vide
   *[other] { $count } objets que Prisma ne voit pas manqueraient sur une base vide
} ; --carry les écrit dans la migration :
repair-carried = { $count ->
    [one] { $count } objet que Prisma ne voit pas est écrit dans la migration :
   *[other] { $count } objets que Prisma ne voit pas sont écrits dans la migration :
}
repair-by-hand = { $count ->
    [one] { $count } objet manquerait sur une base vide, et aucun script ne peut l'ajouter :
   *[other] { $count } objets manqueraient sur une base vide, et aucun script ne peut les ajouter :
}
repair-not-reproduced = { $count ->
    [one] { $count } objet est sorti sous une autre forme sur la base d'essai :
   *[other] { $count } objets sont sortis sous une autre forme sur la base d'essai :
}
repair-rows-skipped = { $migration } est notée sans être exécutée, et ce qu'elle fait aux lignes n'est pas fait : { $changes }
repair-rows-forgotten = { $migration } remplit des tables, et les nouvelles bases n'auront pas ces lignes : { $changes }
repair-row-change = { $what } (ligne { $line })
repair-schema = { $count ->
    [one] récrit { $files } d'après la base
   *[other] récrit { $count } fichiers du schéma d'après la base : { $files }
}
repair-schema-behind = schema.prisma ne décrit pas la base : radoub prisma db pull le récrit
repair-waits = { $migration } change la base, et n'est pas exécutée maintenant
repair-no-way-back = le retour de { $migration } a été essayé et ne ramène pas au départ : pas de down.sql
repair-proof = prouvé sur une base d'essai : { $count ->
    [one] { $count } migration part de rien et arrive où il faut
   *[other] { $count } migrations partent de rien et arrivent où il faut
}{ $back ->
    [0] {""}
   *[other] {", "}aller et retour
} ({ $took })
repair-untouched = aucune instruction de migration n'est exécutée sur la base réelle
repair-ask = Faire cela ?
repair-dry-run = Rien n'a été fait (--dry-run).
repair-declined = Rien n'a été fait.
repair-needs-yes = Rien n'a été fait : ajoutez --yes pour le faire.
repair-done = ✅ { $service } : l'historique et le registre disent maintenant ce que contient la base

failure-schema-refused = Prisma refuse le schéma : { $place } { $message }
failure-disagree = La base et schema.prisma se contredisent sur { $count ->
    [one] { $count } objet
   *[other] { $count } objets
} : quelqu'un doit dire lequel a raison.
failure-needs-consent = { $odd ->
    [edited] Modifiée depuis son application
    [missing] Appliquée, et absente du dossier
   *[other] Elle change des lignes, et ne le ferait plus
} : { $migrations }.
failure-needs-consent-remedy = { $odd ->
    [edited] remettre le fichier, ou l'accepter tel qu'il est : --allow edited
    [missing] récupérer le dossier, ou accepter de l'oublier : --allow missing
   *[other] la garder dans l'historique, ou accepter de se passer de ses lignes : --allow rows
}
failure-other-remedy = Ce n'est pas `{ $verb }` qui aide ici.
failure-not-managed-here = { $service } n'a pas de base sous Prisma Migrate qui puisse être regardée.
failure-shared-database = La base est partagée avec { $others } : l'historique de l'un supprimerait ce que les autres ont créé.
failure-shared-database-remedy = donner à chaque service sa propre base, ou son propre schéma
failure-nothing-to-squash = { $migration } est la première migration : il n'y a rien avant elle.
failure-cannot-carry = L'historique crée { $kind } { $name }, qu'aucun script ne peut ajouter à ce qu'écrit Prisma{ $count ->
    [one] .
   *[other] {" "}(parmi { $count }).
}
failure-cannot-carry-remedy = ne regrouper que ce qui précède
failure-proof-stops = La migration { $migration } qui serait écrite ne passe pas sur une base vide.
failure-proof-stops-remedy = s'il lui manque une extension, une fonction ou un type : --carry
failure-proof-differs = Le nouvel historique n'arriverait pas où il faut : { $count ->
    [one] { $count } objet diffère
   *[other] { $count } objets diffèrent
} ({ $objects }). Rien n'a été écrit.
failure-moved-since = { $service } a changé depuis qu'on l'a regardé : fichiers, registre ou base. Rien n'a été écrit.
failure-moved-since-remedy = regarder à nouveau : radoub drift { $service }
failure-unwritable = { $path } ne peut pas être écrit : { $reason }.
failure-unwritable-remedy = vérifier les droits sur le dossier ; rien n'a été changé

new-one-service = `new` travaille sur un service : le nommer avec --service.
new-nothing = rien à écrire : l'historique aboutit à schema.prisma
new-reset = vide { $database } : toutes ses données sont perdues
new-pending = applique d'abord : { $migrations }
new-writes = écrit { $migration } et l'applique
new-writes-only = écrit { $migration }, à retoucher puis à appliquer avec radoub apply
new-generate = client généré : { $command } ({ $took })
new-restart = redémarré : { $command } ({ $took })
new-errand-failed = Ceci n'a pas marché : { $command }
failure-other-database = --reset nomme { $named }, et la base est { $database } : rien n'a été vidé.
failure-other-database-remedy = --reset { $database } la vide

resolve-none = Aucune migration de { $service } n'a échoué.
resolve-effect-present = ✅ présent
resolve-effect-absent = ○ absent
resolve-effect-unlike = ⚠️ en partie
resolve-effect-rows = ? lignes
resolve-effect-none = – sans trace
resolve-effect-stops = ? pas essayé
resolve-answer-rolled-back = il n'en reste rien : { $migration } peut être marquée comme annulée, et réappliquée
resolve-answer-applied = tout y est : { $migration } peut être marquée comme appliquée
resolve-answer-rows-unknown = le schéma a tout, et on ne voit pas si les lignes ont été changées : les regarder, puis la marquer avec --applied { $migration } ou --rolled-back { $migration }
resolve-answer-half = une partie y est : la défaire, ou faire le reste à la main, puis la marquer avec --rolled-back { $migration } ou --applied { $migration }
resolve-answer-unknown = on ne peut pas dire ce qu'elle est devenue
resolve-undo = ceci défait ce qui y est :
failure-carries-on = { $migration } n'est pas perdue : radoub apply la reprend là où elle s'est arrêtée.
failure-carries-on-remedy = radoub apply { $service }
failure-unexecutable = Les lignes présentes empêchent cela : { $reason }
failure-unexecutable-remedy = l'écrire avec --create-only, la retoucher, puis : radoub apply { $service }
