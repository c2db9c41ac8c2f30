# Le moteur de conteneurs, et ce que les conteneurs écrivent.
runtime-host = L'adresse du moteur de conteneurs est inutilisable
runtime-host-remedy = Donnez un socket, un tube nommé ou une adresse TCP simple dans DOCKER_HOST, ou lancez radoub sur la machine du moteur
runtime-unreachable = Le moteur de conteneurs ne répond pas
runtime-unreachable-remedy = Démarrez Docker, ou donnez l'adresse du moteur dans DOCKER_HOST ; les bases se traitent sans lui
runtime-silent = Le moteur de conteneurs reste muet
runtime-silent-remedy = Vérifiez que Docker fonctionne encore (docker ps) ; --timeout lui laisse plus de temps
runtime-refused = Le moteur de conteneurs a refusé
runtime-refused-remedy = Regardez le conteneur avec docker inspect
runtime-no-container = Un service ne tourne pas
runtime-no-container-remedy = Démarrez-le : docker compose up -d
logs-no-container = Le projet Compose { $project } n'a aucun conteneur de ces services
logs-no-container-remedy = Démarrez-les (docker compose up -d), ou nommez le projet : --project-name
logs-no-errors = Aucune ligne ne parle d'erreur

help-logs-about = Montrer ce que les conteneurs des services écrivent
help-logs-arg-services = Services à lire (par défaut : tous)
help-logs-arg-tail = Seulement ce nombre de lignes depuis la fin de chacun (par défaut : 50, toutes avec --since)
help-logs-arg-since = Seulement les lignes de cette durée : 30s, 10m, 2h, 1d
help-logs-arg-errors = Seulement les lignes qui parlent d'erreur
help-logs-arg-follow = Attendre la suite jusqu'à Ctrl-C
help-logs-examples = {"  "}radoub logs auth-service --tail 100 --errors
  {"  "}radoub logs --since 10m
  {"  "}radoub logs billing-service --follow

# Ce que `verify` et `restart` ont trouvé.
gate-runs = { $checked ->
    [yes] { $container } tourne, et son contrôle de santé est satisfait
   *[no] { $container } tourne (sans contrôle de santé)
}
gate-no-container = aucun conteneur : docker compose up -d
gate-stands = { $container } ne tourne pas : { $state }{ $code ->
    [none] {""}
   *[other] , son programme s'est terminé avec { $code }
}{ $memory ->
    [yes] {" "}faute de mémoire
   *[no] {""}
}
gate-loops = { $container } redémarre en boucle : { $restarts ->
    [one] une fois
   *[other] { $restarts } fois
} jusqu'ici
gate-unwell = le contrôle de santé de { $container } dit : { $health }
gate-engine-away = les conteneurs n'ont pas pu être regardés : { $reason }
gate-answers = { $address } a répondu { $status } en { $took }
gate-refuses = { $address } a répondu { $status } en { $took }
gate-silent = { $address } ne répond pas : { $reason }
gate-readable = { $tables ->
    [0] aucune table à interroger
    [one] 1 table interrogée, toutes ses colonnes sont lisibles
   *[other] { $tables } tables interrogées, toutes leurs colonnes sont lisibles
}
gate-unreadable = { $count ->
    [0] la table { $table } est illisible
    [one] il manque à la table { $table } la colonne { $columns }
   *[other] il manque à la table { $table } les colonnes { $columns }
}
gate-schema-refused = schema.prisma contient { $mistakes ->
    [one] 1 erreur
   *[other] { $mistakes } erreurs
}, ses tables n'ont donc pas pu être interrogées : radoub prisma validate
gate-schema-away = schema.prisma est illisible : { $reason }
verify-mark-pass = ✅
verify-mark-inconclusive = ❔
verify-mark-fail = ❌
verify-logs-clean = aucune nouvelle erreur dans ses journaux
verify-log-error = nouvelle erreur dans le journal de { $container }{ $count ->
    [one] {""}
   *[other] {" "}({ $count } fois)
} :
verify-data-sound = données saines : pas d'orphelins, pas de séquence en retard, assertions tenues
verify-data-unanswered = les données n'ont pas pu être interrogées : { $reason }
verify-orphans = { $rows ->
    [one] 1 ligne
   *[other] { $rows } lignes
} de { $table } ne renvoient à rien ({ $key })
verify-sequence-behind = la séquence { $sequence } donnera { $next }, et { $column } contient déjà { $largest } : la prochaine insertion échouera
verify-assertion-violated = { $file } n'est pas tenue : { $rows ->
    [one] 1 ligne
   *[other] { $rows } lignes
}, la première : { $first }
verify-assertion-refused = { $file } n'a pas pu être interrogée : { $said }
verify-checklist = Checklist
verify-box-logs = Logs des services (pas d'erreurs Prisma)
verify-box-endpoints = Endpoints principaux
verify-box-data = Intégrité des données
verify-box-interface = Interface utilisateur (à vérifier par une personne)
verify-box-performance = Performances (temps de réponse)
verify-end-pass = Tout ce que radoub peut interroger va bien
verify-end-inconclusive = Rien ne va mal, mais quelque chose n'a pas pu être interrogé
verify-end-fail = Quelque chose ne va pas
symptom-missing-column = la colonne { $name } manque : cherchez la migration qui l'apporte (radoub check)
symptom-missing-table = la table { $name } manque : cherchez la migration qui l'apporte (radoub check)
symptom-missing-database = la base { $name } manque : radoub apply --create-database
restart-done = { $service } redémarré, absent pendant { $took }
restart-left = pas redémarrés, parce que le précédent ne va pas bien : { $services }

help-verify-about = Montrer si les services fonctionnent : conteneurs, routes de santé, tables, nouvelles erreurs, données saines
help-verify-arg-services = Services à vérifier (par défaut : tous)
help-verify-arg-wait = Secondes laissées à un service pour aller bien (par défaut : 60)
help-verify-arg-quiet = Secondes au bout desquelles il est regardé une seconde fois (par défaut : non)
help-verify-arg-no-containers = Laisser de côté conteneurs et journaux : seulement les bases
help-verify-arg-markdown = Seulement la checklist, en Markdown
help-verify-examples = {"  "}radoub verify auth-service technical-service
  {"  "}radoub verify --quiet 30
  {"  "}radoub verify --json | jq '.services[] | select(.verdict != "pass")'
help-restart-about = Redémarrer des services l'un après l'autre, et regarder chacun avant le suivant
help-restart-arg-services = Services à redémarrer
help-restart-arg-wait = Secondes laissées à un service pour aller bien (par défaut : 60)
help-restart-arg-quiet = Secondes au bout desquelles il est regardé une seconde fois (par défaut : 5)
help-restart-examples = {"  "}radoub restart auth-service
  {"  "}radoub restart auth-service billing-service --quiet 30

failure-push-at-start = { $service } exécute { $statement } à chaque démarrage ({ $place }) : un redémarrage changerait ses tables sans passer par l'historique ; rien n'a été changé.
failure-push-at-start-remedy = retirer cette commande du démarrage et laisser radoub apply s'en charger, ou l'accepter : radoub apply { $service } --allow { $hazard } ; sans redémarrage : --no-restart
failure-restart-failed = Les conteneurs de { $service } n'ont pas pu être redémarrés : { $reason }. Ses migrations sont appliquées.
failure-restart-failed-remedy = regarder le moteur (docker ps), puis : radoub resume
failure-service-down = { $container } ne tourne pas après son redémarrage : { $state }{ $code ->
    [none] {""}
   *[other] , son programme s'est terminé avec { $code }
}.
failure-service-down-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-service-loops = { $container } redémarre sans cesse ({ $count }).
failure-service-loops-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-service-unwell = Le contrôle de santé de { $container } n'est pas satisfait : { $state }.
failure-service-unwell-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-route-refuses = { $address } répond { $status }.
failure-route-refuses-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-route-silent = { $address } ne répond pas : { $reason }
failure-route-silent-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-table-unreadable = La table { $table } ne peut pas être lue comme le service la lit{ $count ->
    [0] {""}
    [one] {" "}: la colonne { $columns } manque
   *[other] {" "}: les colonnes { $columns } manquent
}. { $reason }
failure-table-unreadable-remedy = radoub drift { $service } montre ce qui diffère entre schema.prisma et la base ; pour revenir en arrière : radoub rollback { $service }
failure-new-errors = Le journal de { $container } montre des erreurs qui n'y étaient pas ({ $count }) : { $line }
failure-new-errors-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
