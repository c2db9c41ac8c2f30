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
    [one] 1 instruction
   *[other] { $count } instructions
}), notée comme appliquée
repair-writes-waiting = écrit { $migration } ({ $count ->
    [one] 1 instruction
   *[other] { $count } instructions
}), qui attend radoub apply
repair-way-back = avec down.sql, le chemin du retour{ $count ->
    [0] {""}
    [one] , qui nomme 1 perte
   *[other] , qui nomme { $count } pertes
}
repair-recorded = note comme appliquées, sans les exécuter : { $migrations }
repair-removed = lignes qui quittent _prisma_migrations, gardées dans { $folder }/_prisma_migrations.jsonl : { $migrations }
repair-retired = lignes en échec marquées comme annulées : { $migrations }
repair-restamped = somme de contrôle du fichier tel qu'il est : { $migrations }
repair-not-carried = { $count ->
    [one] 1 objet que Prisma ne voit pas manquerait sur une base vide
   *[other] { $count } objets que Prisma ne voit pas manqueraient sur une base vide
} ; --carry les écrit dans la migration :
repair-carried = { $count ->
    [one] 1 objet que Prisma ne voit pas est écrit dans la migration :
   *[other] { $count } objets que Prisma ne voit pas sont écrits dans la migration :
}
repair-by-hand = { $count ->
    [one] 1 objet manquerait sur une base vide, et aucun script ne peut l'ajouter :
   *[other] { $count } objets manqueraient sur une base vide, et aucun script ne peut les ajouter :
}
repair-not-reproduced = { $count ->
    [one] 1 objet est sorti sous une autre forme sur la base d'essai :
   *[other] { $count } objets sont sortis sous une autre forme sur la base d'essai :
}
repair-rows-skipped = { $migration } est notée sans être exécutée, et ce qu'elle fait aux lignes n'est pas fait : { $changes } (ligne)
repair-rows-forgotten = { $migration } remplit des tables, et les nouvelles bases n'auront pas ces lignes : { $changes } (ligne)
repair-schema-behind = schema.prisma ne décrit pas la base : radoub prisma db pull le récrit
repair-waits = { $migration } change la base, et n'est pas exécutée maintenant
repair-no-way-back = le retour de { $migration } a été essayé et ne ramène pas au départ : pas de down.sql
repair-proof = prouvé sur une base d'essai : { $count ->
    [one] 1 migration part de rien et arrive où il faut
   *[other] { $count } migrations partent de rien et arrivent où il faut
}{ $back ->
    [0] {""}
   *[other] {", "}aller et retour
} ({ $took })
repair-untouched = aucune instruction de migration n'est exécutée sur la base réelle
repair-ask = Faire cela ? [o/N]
repair-dry-run = Rien n'a été fait (--dry-run).
repair-declined = Rien n'a été fait.
repair-needs-yes = Rien n'a été fait : ajoutez --yes pour le faire.
repair-done = ✅ { $service } : l'historique et le registre disent maintenant ce que contient la base
