# `radoub plan` : ce qui est prévu, et ce qui a bougé depuis.
plan-title = Plan pour { $project }
plan-wave = VAGUE { $wave } SUR { $total }
plan-place = { $database } sur { $server }, PostgreSQL { $version }
plan-create-database = la base est d'abord créée
plan-rebuild = 🔨 d'abord : son image est reconstruite
plan-rebuild-old = 🔨 d'abord : son image est plus ancienne que son schéma ou ses migrations, elle est reconstruite
plan-back-up = 💾 avant : une sauvegarde, relue
plan-restart = ↻ après : il est redémarré
plan-probe = 🔎 après : ses tables sont interrogées comme le service les interroge
plan-verify = 🔎 après : route de santé, tables et journaux sont vérifiés, et les données comparées à ce qu'elles étaient
plan-like = comme pour { $service }, qui est dans le même état
plan-whole = d'un bloc, dans une transaction
plan-stepwise = instruction par instruction, avec reprise
plan-runs-in-part = dans sa propre transaction
plan-runs-alone = hors transaction
plan-took-before = a pris { $took } auparavant
plan-guess = environ { $took }, d'après les tailles
plan-table = { $table } : { $size }
plan-table-rows = { $table } : environ { $rows } lignes, { $size }
plan-lock = { $lock } sur { $table }
plan-lock-dependents = { $lock } sur ce qui en dépend
plan-line = ligne
plan-hazards = À accepter
plan-hazard = ⚠️ doit être accepté : --allow { $hazard } (instruction { $number })
plan-written = le plan est dans { $path } ; pour l'appliquer : radoub apply --plan { $path }
plan-verdict-nothing = ✅ RIEN À APPLIQUER
plan-verdict-work = { $count ->
    [one] { $count } SERVICE A DU TRAVAIL
   *[other] { $count } SERVICES ONT DU TRAVAIL
}
plan-verdict-refused = ❌ { $refused ->
    [one] { $refused } SERVICE DEMANDE D'ABORD ATTENTION
   *[other] { $refused } SERVICES DEMANDENT D'ABORD ATTENTION
}, { $count ->
    [one] { $count } A DU TRAVAIL
   *[other] { $count } ONT DU TRAVAIL
}
plan-until-unknown = Aucun service n'a de migration { $migration }.
plan-until-unknown-remedy = donner un nom, le début d'un nom, ou un horodatage : radoub check
plan-file-unreadable = { $path } n'est pas un plan que ce radoub sait lire.
plan-moved = Ce plan a été fait pour autre chose ; rien n'a été changé. Ce qui a bougé :
plan-moved-remedy = regarder de nouveau : radoub plan -o FICHIER

moved-not-planned = il n'est pas dans le plan, et aucune base du plan n'est dans son état
moved-other-work = cette version de radoub ferait un autre travail que ce que dit le plan
moved-state = l'état était { $was } et il est { $is }
moved-file-edited = { $migration }/migration.sql a été modifié
moved-file-added = { $migration } est arrivée dans le dossier
moved-file-removed = { $migration } a disparu du dossier
moved-ledger-added = il y a maintenant un registre
moved-ledger-removed = le registre a disparu
moved-row-added = le registre a une nouvelle ligne : { $migration }, { $state }
moved-row-removed = le registre a perdu une ligne : { $migration }
moved-row-changed = la ligne de { $migration } dans le registre n'est plus la même
moved-server = { $fact ->
    [address] une autre adresse
    [database] une autre base
    [oid] une autre base du même nom
    [version] une autre version de PostgreSQL
    [system-identifier] un autre serveur, initialisé à part
    [timeline] une autre ligne de temps : une copie a été promue
    [wal-position] un autre serveur : son journal est plus court, une copie plus ancienne
   *[data-directory] un autre serveur : une copie dans un autre dossier
} : { $was } → { $is }
moved-schema-added = nouveau dans la base : { $what } ({ $is })
moved-schema-removed = disparu de la base : { $what }
moved-schema-changed = changé dans la base : { $what } ({ $was } → { $is })

work-rows = dure selon ses lignes
work-scan = lit la table
work-index-build = construit un index
work-rewrite = réécrit la table
work-unknown = durée inconnue

risk-delete-data = supprime des données
risk-rewrite-table = réécrit la table, que personne ne peut lire pendant ce temps
risk-long-lock = interdit la table aux autres pendant son travail
risk-break-code = le code en service peut encore la nommer
risk-may-fail = échoue si les données ne sont pas comme elle l'exige
risk-unforeseeable = exécute du code de la base, qui peut tout faire

act-create-table = Création table `{ $name }`
act-drop-table = Suppression table `{ $name }`
act-rename-table = Renommage table `{ $name }` en `{ $to }`
act-alter-table = Modification table `{ $table }`
act-add-column = Ajout colonne `{ $name }` à table `{ $table }`
act-drop-column = Suppression colonne `{ $name }` de table `{ $table }`
act-rename-column = Renommage colonne `{ $name }` de table `{ $table }` en `{ $to }`
act-change-type = Changement type colonne `{ $name }` de table `{ $table }` en { $to }
act-set-not-null = Valeur exigée dans colonne `{ $name }` de table `{ $table }`
act-drop-not-null = Valeur facultative dans colonne `{ $name }` de table `{ $table }`
act-set-default = Valeur par défaut colonne `{ $name }` de table `{ $table }`
act-drop-default = Suppression valeur par défaut colonne `{ $name }` de table `{ $table }`
act-alter-column = Modification colonne `{ $name }` de table `{ $table }`
act-add-primary-key = Ajout clé primaire à table `{ $table }`
act-add-foreign-key = Lien de table `{ $table }` vers table `{ $to }`
act-add-unique = Ajout contrainte d'unicité à table `{ $table }`
act-add-check = Ajout contrôle à table `{ $table }`
act-add-exclusion = Ajout contrainte d'exclusion à table `{ $table }`
act-validate-constraint = Validation contrainte `{ $name }` de table `{ $table }`
act-drop-constraint = Suppression contrainte `{ $name }` de table `{ $table }`
act-rename-constraint = Renommage contrainte `{ $name }` de table `{ $table }` en `{ $to }`
act-attach-partition = Rattachement partition `{ $name }` à table `{ $table }`
act-detach-partition = Détachement partition `{ $name }` de table `{ $table }`
act-create-index = Création index sur table `{ $table }`
act-create-unique-index = Création index unique sur table `{ $table }`
act-drop-index = Suppression index `{ $name }`
act-rename-index = Renommage index `{ $name }` en `{ $to }`
act-reindex = Reconstruction `{ $name }`
act-create-type = Création type `{ $name }`
act-add-label = Ajout valeur `{ $name }` à type `{ $to }`
act-rename-label = Renommage valeur `{ $name }` de type `{ $to }`
act-alter-type = Modification type `{ $name }`
act-drop-type = Suppression type `{ $name }`
act-create-object = Création { $to } `{ $name }`
act-alter-object = Modification { $to } `{ $name }`
act-drop-object = Suppression { $to } `{ $name }`
act-refresh-view = Rafraîchissement vue `{ $name }`
act-insert-rows = Ajout lignes à table `{ $name }`
act-update-rows = Mise à jour lignes de table `{ $name }`
act-delete-rows = Suppression lignes de table `{ $name }`
act-truncate = Vidage table `{ $name }`
act-lock-table = Verrouillage table `{ $name }`
act-maintain = { $name } { $table }
act-run-code = Exécution de code de la base
