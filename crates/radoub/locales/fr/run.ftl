# Une exécution : pendant qu'elle a lieu, son rapport, `resume`, `history` et `show`.
run-wave = ── vague { $wave } sur { $total } : { $services }
run-stopping = Arrêt au prochain point sûr : ce qui est en cours va à son terme, rien de nouveau ne commence. Encore une fois pour l'annuler sur le serveur.
run-stopping-now = Annulation sur le serveur : ce qui est en cours est défait.
run-waiting-for-server = ⏳ attente du serveur : { $reason }
run-backing-up = sauvegarde en cours
run-backed-up = 💾 { $backup } ({ $took })
run-counting = décompte de ses tables
run-counted = 🔢 { $tables ->
    [one] { $tables } table comptée
   *[other] { $tables } tables comptées
}, { $rows } lignes ({ $took }){ $left ->
    [0] {""}
    [one] {" "}; { $left } table laissée de côté
   *[other] {" "}; { $left } tables laissées de côté
}
run-not-counted = tables non comparées : { $reason }
run-compared = { $tables ->
    [one] { $tables } table comparée
   *[other] { $tables } tables comparées
} à ce qu'elles étaient, { $count ->
    [0] aucune différence
    [one] { $count } différence
   *[other] { $count } différences
}
run-building = construction de son image
run-built = 🔨 image construite ({ $took })
run-restarting = redémarrage
run-restarted = ↻ redémarré en { $took }
run-doubted = ⚠ { $what }
run-well = de nouveau en état { $after } après l'ordre
run-verifying = vérification du service
run-verified = { $verdict ->
    [pass] ✅ se porte bien ({ $took })
   *[other] ❔ rien d'anormal, mais tout n'a pas pu être interrogé ({ $took })
}
run-held-back = { $because ->
    [stopped] pas commencé : l'exécution a été arrêtée
    [journal] pas commencé : le journal ne peut pas être écrit
   *[failures] pas commencé : un service précédent a échoué
}
apply-taken = { $user } sur { $host } (processus { $pid }) travaille sur { $services } depuis le { $since } ; rien n'a été commencé.
apply-taken-remedy = attendre la fin, ou réessayer avec --wait SECONDES
apply-taken-waiting = attente de { $user } sur { $host } (processus { $pid }), au travail sur { $services } depuis le { $since } (exécution { $run })
apply-outcome-held-back = ⚠️ { $because ->
    [stopped] Pas commencé : l'exécution a été arrêtée
    [journal] Pas commencé : le journal ne peut pas être écrit
   *[failures] Pas commencé : un service précédent a échoué
}
apply-outcome-unfinished = ⏳ Pas à son terme
apply-outcome-unfinished-after = ⏳ Pas à son terme, après { $count ->
    [one] { $count } migration appliquée
   *[other] { $count } migrations appliquées
} ({ $took })

error-journal = Le journal ne peut pas être écrit : { $path }
error-journal-remedy = faire de la place, ou nommer un autre dossier avec --state-dir ; ce qui est commencé se reprend par : radoub resume
error-write = { $path } ne peut pas être écrit.

report-title = Rapport d'une exécution
report-project = Flotte
report-run = Exécution
report-by = Par
report-began = Début
report-took = Durée
report-verdict = Résultat
report-next = Suite
report-resume = radoub resume { $run }
report-service = Service
report-wave = Vague
report-before = Avant
report-after = Après
report-result = Résultat
report-backup = sauvegarde : { $backup }
report-rebuilt = image reconstruite
report-restarted = { $well ->
    [none] redémarré en { $took }
   *[other] redémarré en { $took }, de nouveau en état { $well } après l'ordre
}
report-restarts = Redémarrages
report-verified = { $verdict ->
    [pass] vérifié : se porte bien
    [fail] vérifié : quelque chose ne va pas
    [unknown] pas vérifié : on ne sait pas comment il va
   *[other] vérifié : rien d'anormal, mais tout n'a pas pu être interrogé
}
report-log-tail = les dernières lignes du journal de { $container } :
report-outcome-restored = ↩️ Revenu à { $backup } ({ $took })
report-outcome-undone = ↩️ { $count ->
    [one] { $count } migration annulée
   *[other] { $count } migrations annulées
} ({ $took })
report-undone = { $migration } annulée ({ $took })
report-verdict-returned = ↩️ CE QUI ÉTAIT DEMANDÉ EST COMME AVANT
report-wrong = Ce qui n'a pas marché

resume-heading = Reprise de { $run }
resume-nothing = ✅ Aucune exécution n'attend d'être reprise.
resume-all-returned = tout ce qui devait revenir en arrière l'est déjà ; le journal est mené à son terme
resume-all-applied = tout ce qui était prévu est déjà appliqué ; le journal est mené à son terme

history-heading = Migrations Appliquées Récemment
history-none = Aucune exécution dans le journal.
history-when = Quand
history-command = Commande
history-services = Services
history-migrations = Migrations
history-migration = Migration
history-description = Description
history-impact = Impact
history-impact-none = aucun sur ce qui tourne
history-status = Status
history-and-more = et { $count } de plus
history-status-applied = ✅ Appliquée
history-status-failed = ❌ Échouée
history-status-unfinished = ⏳ Pas à son terme
history-status-undone = ↩️ Annulée
history-status-not-undone = ❌ À annuler, et toujours là
history-restored = ↩️ Restauré depuis { $backup }
history-outcome-done = ✅ terminée
history-outcome-failed = ❌ { $count ->
    [one] { $count } service en échec
   *[other] { $count } services en échec
}
history-outcome-stopped = ⚠️ arrêtée
history-outcome-journal-failed = ❌ journal plein
history-outcome-running = ▶ en cours
history-outcome-killed = ❌ tuée ; radoub resume
history-outcome-broken = ❌ illisible

show-unknown = Il n'y a pas d'exécution { $run }.
show-unknown-remedy = radoub history
show-torn = La fin de ce journal a été déchirée par un arrêt brutal ; ce qui était écrit avant est entier.
show-does-not-follow = Le journal de l'exécution précédente n'est plus ce qu'il était : il a été modifié depuis.
show-broken = { $path }, ligne { $line } : cet enregistrement n'est pas celui qui a été écrit.
show-other-plan = { $path } n'est pas le plan avec lequel l'exécution a commencé.
show-empty = { $path } est vide : l'exécution n'a jamais commencé.
show-plan = Le plan de { $run } ne peut pas être lu.

ago-seconds = il y a { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}
ago-minutes = il y a { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
ago-hours = il y a { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
ago-days = il y a { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}

failure-script-changed = { $migration }/migration.sql a été modifiée depuis que le plan de cette exécution a été fait ; elle n'est pas reprise.
failure-script-changed-remedy = radoub apply { $service }
failure-script-gone = { $migration } a disparu du dossier depuis que le plan de cette exécution a été fait.
failure-script-gone-remedy = récupérer le dossier, puis : radoub resume
failure-server-replaced = Ce n'est pas le serveur ou la base du début de l'exécution ({ $what } : { $was } → { $is }) ; rien n'a été changé.
failure-server-replaced-remedy = corriger l'adresse, ou regarder de nouveau : radoub check { $service }
