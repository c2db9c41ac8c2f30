# `radoub rollback` : l'échelle.
rollback-one-service = Nommez exactement un service.
rollback-impossible = Ce chemin de retour n'existe pas ; rien n'a été changé.
rollback-impossible-remedy = ceux qui existent : radoub rollback { $service }
rollback-nothing = { $service } : rien n'a été appliqué qu'on puisse annuler
rollback-further = plus loin en arrière : nommez la migration qui reste la dernière, --to MIGRATION
rollback-heading = { $service } : à annuler : { $migrations }
rollback-uncommitted = { $migration } a échoué et rien n'en a été validé : la base est comme avant
rollback-committed = rien de validé : non, { $count ->
    [one] { $count } migration est appliquée
   *[other] { $count } migrations sont appliquées
}
rollback-down = down.sql : { $count ->
    [one] { $count } migration est reprise
   *[other] { $count } migrations sont reprises
}, l'historique avec ; tout le reste demeure
rollback-down-lacking = down.sql : absent, ou pas en une transaction, pour { $migrations }
rollback-down-step = { $migration } est reprise par son down.sql
rollback-down-loses-nothing = aucune donnée n'est perdue
rollback-loss-column = perdu : { $count ->
    [one] { $count } valeur
   *[other] { $count } valeurs
} de { $table }.{ $column }
rollback-loss-rows = perdu : { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
} de { $table }
rollback-loss-unknown = ce que { $act } ({ $table }) de { $migration } supprime ne peut être dit d'avance
rollback-down-ask = Reprendre ?
rollback-not-agreed-loss = rien n'a été fait ; pour accepter la perte par son nom : --yes --allow-delete-data
rollback-undone = ✅ { $migration } est reprise dans { $service } ; elle est de nouveau en attente.
rollback-next = ramener aussi le code (git revert, docker compose up -d { $service }), sinon le prochain apply l'appliquera de nouveau
rollback-code = code seul : le code d'avant fonctionne avec ce schéma ; aucune donnée n'est touchée
rollback-code-breaks = code seul : le code d'avant buterait sur :
rollback-against-break-code = { $migration } : { $act } { $what }
rollback-against-may-fail = { $migration } : { $act } { $what } exige ce que l'ancien code ne donne peut-être pas
rollback-against-unforeseeable = { $migration } : ce que fait { $act } { $what } ne peut se lire dans son texte
rollback-restore = restaurer ce service depuis { $backup } ({ $at })
rollback-restore-loses = perdu : ce qui a été écrit depuis dans { $count ->
    [one] { $count } table
   *[other] { $count } tables
}
rollback-restore-lacking = restaurer : il n'y a pas de sauvegarde vérifiée d'avant
rollback-set = restaurer tout l'ensemble { $set } : { $services }
rollback-set-left = de l'ensemble { $set } dont il a été restauré, pas encore restauré : { $services }
rollback-set-lacking = restaurer tout un ensemble : cette sauvegarde n'en a pas

failure-way-back-failed = down.sql de { $migration } a échoué ; elle est comme avant : { $reason }
failure-way-back-failed-remedy = corriger down.sql, ou prendre un autre chemin : radoub rollback { $service }
failure-way-back-stopped = arrêté avant que { $migration } soit reprise : elle est comme avant, et ce qui est déjà repris le reste
failure-way-back-stopped-remedy = pour continuer : radoub rollback { $service }

help-rollback-about = Montrer les chemins de retour du dernier changement d'un service, du moindre mal au pire, ou en prendre un
help-rollback-arg-service = Le service
help-rollback-arg-rung = Le chemin à prendre : down (son down.sql), restore (sa sauvegarde) ou set (toutes celles de l'ensemble)
help-rollback-arg-to = Migration qui reste la dernière (par défaut : comme à la dernière sauvegarde vérifiée)
help-rollback-arg-disconnect = Couper les sessions des autres au moment de l'échange
help-rollback-arg-wait = Secondes d'attente des autres (par défaut : 30)
help-rollback-arg-allow-delete-data = Accepter que down.sql supprime des données
help-rollback-arg-yes = Ne pas demander
help-rollback-examples = {"  "}radoub rollback technical-service
  {"  "}radoub rollback technical-service --rung down
  {"  "}radoub rollback technical-service --rung restore --disconnect
