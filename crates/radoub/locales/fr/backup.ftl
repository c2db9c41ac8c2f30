# `radoub backup`, `radoub backups` et `radoub restore`.
age-seconds = il y a { $count } s
age-minutes = il y a { $count } min
age-hours = il y a { $count } h
age-days = il y a { $count } jours

backup-heading = Sauvegarde des Bases
backup-started = extraction de { $size }
backup-moving = { $plain } extraits, { $stored } enregistrés, { $returned } relus
backup-written = enregistrée sous { $backup }
backup-proven = relue, restaurée à part, toutes les lignes y sont
backup-stored = copiée dans son second dépôt
backup-outcome-proven = ✅ { $backup } : { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} dans { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
}, { $size }, vérifiée ({ $took })
backup-outcome-unproven = ⚠️ { $backup } : { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} dans { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
}, { $size }, non vérifiée ({ $took })
backup-outcome-failed = ❌ Pas de sauvegarde
backup-verdict-kept = ✅ { $count ->
    [one] { $count } SAUVEGARDE
   *[other] { $count } SAUVEGARDES
} DANS { $folder }
backup-verdict-wrong = ❌ { $count ->
    [one] { $count } SAUVEGARDE DEMANDE ATTENTION
   *[other] { $count } SAUVEGARDES DEMANDENT ATTENTION
}
backup-unknown = Pas de sauvegarde { $backup } ici, ou plusieurs commencent ainsi.
backup-unknown-remedy = radoub backups en donne la liste
backup-fetched = ✅ { $backup } est de retour dans { $folder } ; la vérifier : radoub backup verify { $backup }

backups-unreadable = Le dossier des sauvegardes { $path } est illisible.
backups-unreadable-one = { $path } ressemble à une sauvegarde et ne peut être lu : { $reason }
backups-none = Aucune sauvegarde dans { $folder }.
backups-column-backup = SAUVEGARDE
backups-column-age = ÂGE
backups-column-size = TAILLE
backups-column-rows = LIGNES
backups-column-state = ÉTAT
backups-verified = ✅ vérifiée le { $at }
backups-unverified = ⚠️ non vérifiée
backups-encrypted = chiffrée
backups-stored = aussi dans { $place }
backups-elsewhere = ☁️ seulement dans { $place }

verify-proven = ✅ { $backup } : { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} dans { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
} restaurées à part et comptées ({ $took })
verify-failed = ❌ { $backup } ne permet pas de revenir :
verify-nothing = Toutes les sauvegardes sont déjà vérifiées.

prune-removed = { $backup } du { $at } supprimée ({ $size })
prune-would = { $backup } du { $at } serait supprimée ({ $size })
prune-failed = ❌ { $backup } du { $at } ({ $size }) n'a pas été supprimée :
prune-verdict = { $count ->
    [0] Rien à supprimer
    [one] { $count } sauvegarde, { $size }
   *[other] { $count } sauvegardes, { $size }
} : restent les { $keep } plus récentes de chaque service, celles des { $days } derniers jours, et la dernière vérifiée.
prune-replaced = { $database } ({ $service }, { $size }), remplacée le { $at }
prune-replaced-ask = Supprimer définitivement { $count ->
    [one] cette base remplacée
   *[other] ces { $count } bases remplacées
} ?
prune-replaced-none = Il ne reste aucune base remplacée.
prune-replaced-kept = Rien n'a été supprimé. Pour supprimer : radoub backup prune --replaced --yes
prune-replaced-dropped = { $count ->
    [one] { $count } base remplacée supprimée.
   *[other] { $count } bases remplacées supprimées.
}

restore-prospect = { $service } : { $database } revient à { $backup } ({ $at }, { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
}, { $size })
restore-unverified = ⚠️ cette sauvegarde n'a jamais été vérifiée ; ses lignes sont comptées avant tout échange
restore-also = la même base sert à { $services }
restore-into-nothing = il n'y a pas de base { $database } actuellement : rien n'est remplacé
restore-loses-nothing = rien n'a été écrit depuis, autant qu'on puisse le voir
restore-loses = écrit depuis la sauvegarde, et perdu avec elle ({ $count ->
    [one] { $count } table
   *[other] { $count } tables
}) :
restore-more = … et encore { $count ->
    [one] { $count } table
   *[other] { $count } tables
}
restore-loss-table = { $table } : { $now ->
    [one] { $now } ligne
   *[other] { $now } lignes
}, et la sauvegarde n'a pas cette table
restore-loss-back = { $table } : disparue, { $then ->
    [one] { $then } ligne revient
   *[other] { $then } lignes reviennent
}
restore-loss-rows = { $table } : { $now } lignes maintenant, { $then } dans la sauvegarde
restore-loss-writes = (+{ $inserted } insérées, { $updated } modifiées, { $deleted } supprimées)
restore-ask = Remplacer { $count ->
    [one] cette base
   *[other] ces { $count } bases
} ? Chaque base remplacée reste de côté.
restore-not-agreed = rien n'a été fait ; pour accepter sans question : --yes
restore-done-before = ✅ { $service } a déjà été restauré depuis { $backup }, et rien n'a été écrit depuis. Recommencer quand même : --force
restore-resumed = reprise de ce qu'une restauration précédente avait rempli
restore-filling = remplissage d'une nouvelle base : { $done } sur { $total }
restore-checked = nouvelle base remplie, toutes les lignes y sont
restore-waiting = attente que plus personne ne soit connecté : { $sessions }
restore-swapped = échangée ; l'ancienne base s'appelle maintenant { $aside }
restore-swapped-in = mise en place
restore-outcome = ✅ { $service } est revenu à { $backup } ({ $took })
restore-outcome-failed = ❌ { $service } est comme il était :
restore-aside = la base remplacée est gardée sous { $aside } ; quand elle ne servira plus : radoub backup prune --replaced
restore-undressed = non repris : { $what }
restore-set-unknown = Pas d'ensemble de sauvegardes { $set }. Les derniers :
restore-one-service = Nommez exactement un service, ou --set pour un ensemble entier.
restore-of-another = { $backup } est une sauvegarde de { $other }, pas de { $service }.

failure-pg-dump-missing = Aucun pg_dump trouvé pour un serveur de version { $server }{ $container ->
    [none] {""}
   *[other] , ni sur cette machine ni dans le conteneur { $container }
}.
failure-pg-dump-missing-remedy = installer postgresql-client-{ $server }, démarrer le conteneur du serveur, ou nommer le dossier : [backup] programs dans radoub.toml
failure-pg-dump-too-old = pg_dump { $found } ({ $path }) est trop ancien pour un serveur de version { $server }{ $container ->
    [none] {""}
   *[other] , et le conteneur { $container } ne tourne pas ou n'en a pas qui convienne
}.
failure-pg-dump-too-old-remedy = installer postgresql-client-{ $server }, démarrer le conteneur du serveur, ou nommer le dossier : [backup] programs dans radoub.toml
failure-container-missing = Le conteneur { $container } ne tourne pas, ou n'a pas de pg_dump pour un serveur de version { $server }.
failure-container-missing-remedy = docker compose up -d { $container }, ou [backup] via = "host" dans radoub.toml
failure-dump-failed = pg_dump de { $database } a échoué : { $reason }
failure-pour-failed = { $backup } n'a pas pu être restaurée dans { $database } : { $reason }
failure-pour-failed-remedy = des lignes qui violent leurs propres règles ne se restaurent pas : radoub verify { $service } nomme les orphelines ; les corriger, puis réessayer
failure-no-space = Le disque est plein : { $path } n'a pas pu être écrit. Rien n'a été changé, et rien d'inachevé ne reste.
failure-no-space-remedy = libérer de la place, supprimer d'anciennes sauvegardes (radoub backup prune), ou régler [backup] dir dans radoub.toml
failure-backup-key = La clé des sauvegardes est inutilisable : { $reason }.
failure-backup-key-remedy = regarder recipients, identity_… et passphrase_… sous [backup] dans radoub.toml
failure-wrong-key = La clé configurée n'ouvre pas { $backup }.
failure-wrong-key-remedy = donner la clé secrète de ses destinataires : [backup] identity_file, identity_env ou identity_command
failure-backup-damaged = { $backup } est abîmée : { $reason }.
failure-backup-damaged-remedy = en prendre une nouvelle : radoub backup { $service }
failure-backup-differs = { $backup } est revenue avec { $found ->
    [none] aucune table { $table }
   *[other] { $found } lignes dans { $table }
} au lieu de { $wanted } lignes.
failure-backup-differs-remedy = en prendre une nouvelle : radoub backup { $service }
failure-backup-unknown = Il n'y a pas de sauvegarde { $backup }.
failure-backup-unknown-remedy = radoub backups
failure-backup-missing = Il n'y a pas de sauvegarde de { $service }.
failure-backup-missing-remedy = radoub backup { $service }
failure-backup-unproven = Il n'y a pas de sauvegarde vérifiée de { $service } assez récente.
failure-backup-unproven-remedy = radoub backup { $service }
failure-store-failed = { $place } n'a pas pris la sauvegarde : { $reason }. La copie de cette machine est là.
failure-store-failed-remedy = regarder [backup.store] dans radoub.toml
failure-service-gone = La flotte n'a plus de service { $service }.
failure-service-gone-remedy = désigner le dossier qui l'a (-C), ou restaurer à la main : pg_restore
failure-stopped = Interrompu ; rien n'a été changé.
failure-database-busy = { $database } est utilisée par { $count } sessions ({ $sessions }) ; elle n'a pas été remplacée.
failure-database-busy-remedy = arrêter le service et relancer la même commande, ou couper ses sessions : --disconnect. La nouvelle base est remplie et attend.
failure-may-not-end = { $user } ne peut pas couper les sessions des autres dans { $database } ; elle n'a pas été remplacée.
failure-may-not-end-remedy = arrêter le service, ou en superutilisateur : GRANT pg_signal_backend TO "{ $user }"
failure-restore-runs = Un autre radoub restaure { $database }.
failure-restore-runs-remedy = attendre la fin
failure-nothing-to-undo = Il n'y a rien à annuler dans { $service }.

help-backup-about = Sauvegarder chaque base, et le prouver : relue, restaurée à part, chaque table comptée
help-backup-arg-services = Services à sauvegarder (par défaut : tous)
help-backup-arg-no-verify = Ne pas relire les sauvegardes ; un apply ne s'y fiera pas
help-backup-arg-set = Nom de l'ensemble auquel ces sauvegardes appartiennent (par défaut : jour et heure)
help-backup-examples = {"  "}radoub backup
  {"  "}radoub backup billing-service hr-service
  {"  "}radoub backup verify billing-service_20261125_213000
  {"  "}radoub backup prune --keep 7 --keep-days 30 --dry-run
help-backup-verify-about = Relire des sauvegardes, les restaurer à part, compter chaque table, et noter le résultat
help-backup-verify-arg-backups = Sauvegardes, ou un début qui n'en désigne qu'une
help-backup-verify-arg-all = Toutes celles qui ne sont pas encore vérifiées
help-backup-verify-examples = {"  "}radoub backup verify billing-service_20261125_213000
  {"  "}radoub backup verify --all
help-backup-prune-about = Supprimer d'anciennes sauvegardes, ou des bases remplacées par une restauration ; la dernière vérifiée reste
help-backup-prune-arg-services = Services dont on regarde les sauvegardes (par défaut : tous)
help-backup-prune-arg-keep = Combien il en reste au moins par service (par défaut : keep de radoub.toml, ou 7)
help-backup-prune-arg-keep-days = Combien de jours une sauvegarde reste au moins (par défaut : keep_days de radoub.toml, ou 30)
help-backup-prune-arg-replaced = Les bases remplacées par une restauration, au lieu des sauvegardes
help-backup-prune-arg-dry-run = Dire seulement ce qui partirait
help-backup-prune-arg-yes = Ne pas demander
help-backup-prune-examples = {"  "}radoub backup prune --dry-run
  {"  "}radoub backup prune --replaced
help-backup-fetch-about = Rapporter une sauvegarde du second dépôt
help-backup-fetch-arg-backup = La sauvegarde ; radoub backups --stored en donne la liste
help-backup-fetch-examples = {"  "}radoub backup fetch billing-service_20261125_213000
help-backups-about = Lister les sauvegardes, la plus récente d'abord : âge, taille, lignes, vérifiée ou non
help-backups-arg-services = Services dont on liste les sauvegardes (par défaut : tous)
help-backups-arg-stored = Interroger aussi le second dépôt, pour celles qui ne sont que là
help-backups-examples = {"  "}radoub backups
  {"  "}radoub backups billing-service --json
help-restore-about = Ramener un service à une sauvegarde : dans une nouvelle base, comptée, puis échangée ; l'ancienne reste de côté
help-restore-arg-service = Le service
help-restore-arg-backup = La sauvegarde, ou un début qui n'en désigne qu'une (par défaut : la dernière vérifiée)
help-restore-arg-set = Tous les services de cet ensemble d'un coup, ou parmi eux celui qui est nommé
help-restore-arg-disconnect = Couper les sessions des autres au moment de l'échange
help-restore-arg-wait = Secondes d'attente que plus personne ne soit connecté (par défaut : 30)
help-restore-arg-dry-run = Dire seulement ce qui serait perdu
help-restore-arg-force = Restaurer même si cela a déjà été fait depuis cette sauvegarde
help-restore-arg-yes = Ne pas demander
help-restore-examples = {"  "}radoub restore billing-service --dry-run
  {"  "}radoub restore billing-service billing-service_20261125_213000 --disconnect
  {"  "}radoub restore --set 20261125_213000 --yes
