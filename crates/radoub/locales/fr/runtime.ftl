# Le moteur de conteneurs, et ce que les conteneurs écrivent.
logs-no-container = Le projet Compose { $project } n'a aucun conteneur de ces services
logs-no-container-remedy = Démarrez-les (docker compose up -d), ou nommez le projet : --project-name
logs-no-errors = Aucune ligne ne parle d'erreur

help-logs-about = Montrer ce que les services écrivent, dans leurs conteneurs ou par leur commande `logs` de radoub.toml
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
gate-started-again = { $container } a redémarré pendant qu'il était observé
gate-vanished = { $container } a disparu ; il était là un instant plus tôt
gate-unwell = le contrôle de santé de { $container } dit : { $health }
gate-engine-away = les conteneurs n'ont pas pu être examinés : { $reason }
gate-answers = { $address } a répondu { $status } en { $took }
gate-refuses = { $address } a répondu { $status } en { $took }
gate-unexpected = { $address } a répondu { $status }, et devrait répondre { $wanted }
gate-slow = { $address } a répondu { $status } en { $took }, et a droit à { $within }
gate-silent = { $address } ne répond pas : { $reason }
gate-readable = { $tables ->
    [0] aucune table à interroger
    [one] { $tables } table interrogée, toutes ses colonnes sont lisibles
   *[other] { $tables } tables interrogées, toutes leurs colonnes sont lisibles
}
gate-unreadable = { $count ->
    [0] la table { $table } est illisible
    [one] il manque à la table { $table } la colonne { $columns }
   *[other] il manque à la table { $table } les colonnes { $columns }
}
gate-schema-refused = schema.prisma contient { $mistakes ->
    [one] { $mistakes } erreur
   *[other] { $mistakes } erreurs
}, ses tables n'ont donc pas pu être interrogées : radoub prisma validate
gate-schema-away = schema.prisma est illisible : { $reason }
verify-mark-pass = ✅
verify-mark-inconclusive = ❔
verify-mark-fail = ❌
verify-mark-notice = ℹ️
verify-logs-clean = aucune nouvelle erreur dans ses journaux
verify-log-error = nouvelle erreur dans le journal de { $container }{ $count ->
    [one] {""}
   *[other] {" "}({ $count } fois)
} :
verify-data-sound = données saines : pas d'orphelins, pas de séquence en retard, assertions tenues
verify-data-unanswered = les données n'ont pas pu être interrogées : { $reason }
verify-orphans = { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
} de { $table } ne renvoient à rien ({ $key })
verify-sequence-behind = la séquence { $sequence } donnera { $next }, et { $column } contient déjà { $largest } : la prochaine insertion échouera
verify-assertion-violated = { $file } n'est pas tenue : { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
}, la première : { $first }
verify-assertion-refused = { $file } n'a pas pu être interrogée : { $said }
verify-not-remembered = rien n'est retenu de ce service, donc rien n'est comparé
verify-not-counted = ses tables n'ont pas pu être comptées :
verify-remembered = retenu : { $tables ->
    [one] { $tables } table
   *[other] { $tables } tables
}, { $rows } lignes{ $left ->
    [0] {""}
    [one] {" "}; { $left } table laissée de côté
   *[other] {" "}; { $left } tables laissées de côté
}
verify-remembered-in = Retenu dans { $path } ; pour comparer : radoub verify --since last
error-memory = { $path } ne peut pas servir de point de comparaison.
error-memory-nothing = Rien n'est retenu dans { $path }.
error-memory-remedy = retenir d'abord l'état présent : radoub verify --remember
compared-title = { $service } : avant et après
compared-same = { $tables ->
    [one] { $tables } table contient
   *[other] { $tables } tables contiennent
} ce qu'elles contenaient le { $since } : { $rows } lignes, mêmes clés, mêmes valeurs
compared-difference = { $change ->
    [gone] { $table } a disparu, avec { $count ->
        [one] { $count } ligne
       *[other] { $count } lignes
    }
    [lost] { $table } a perdu { $count ->
        [one] { $count } ligne
       *[other] { $count } lignes
    }
    [gained] { $table } a { $count ->
        [one] { $count } ligne
       *[other] { $count } lignes
    } de plus
    [replaced] des lignes de { $table } ont disparu et autant d'autres sont venues
   *[changed] { $table } a d'autres valeurs dans { $columns }
}
compared-sentence = { $what } : { $why }{ $blind ->
    [yes] {" "}; si les autres lignes ont encore leurs valeurs ne peut se dire
   *[no] {""}
}
compared-of = { $table } : { $what }
compared-cause = { $cause ->
    [migration] la migration { $migration } le dit
    [code] peut-être par le code qu'exécute la migration { $migration }
    [use] écrit entre-temps par ceux qui s'en servent ({ $inserted ->
        [one] { $inserted } insérée
       *[other] { $inserted } insérées
    }, { $updated ->
        [one] { $updated } modifiée
       *[other] { $updated } modifiées
    }, { $deleted ->
        [one] { $deleted } supprimée
       *[other] { $deleted } supprimées
    })
   *[nobody] { $counted ->
        [yes] aucune migration ne le dit, et nul ne sait qui l'a fait ({ $inserted ->
        [one] { $inserted } insérée
       *[other] { $inserted } insérées
    }, { $updated ->
        [one] { $updated } modifiée
       *[other] { $updated } modifiées
    }, { $deleted ->
        [one] { $deleted } supprimée
       *[other] { $deleted } supprimées
    } entre-temps)
       *[no] aucune migration ne le dit, et nul ne sait qui l'a fait
    }
}
compared-left-out = { $table } ({ $size }) n'est pas comparée : { $because ->
    [unreadable] le rôle ne peut pas la lire en entier
    [budget] le temps du décompte était écoulé ; [verify] census_seconds dans radoub.toml en donne plus
    [locked] quelqu'un la gardait verrouillée
   *[refused] { $said }
}
compared-times = route de santé : { $now }
compared-times-both = { $slower ->
    [yes] la route de santé est plus lente que sa dispersion ne l'explique : { $now }, avant { $before }
   *[no] route de santé : { $now }, avant { $before }
}
compared-spread = médiane { $median }, la moitié de { $answers } réponses entre { $low } et { $high }
compared-samples = { $table }, quelques lignes :
compared-row = ligne
compared-column = colonne
compared-before = avant
compared-after = après
compared-row-gone = (disparue)
compared-row-same = (inchangée)
compared-samples-same = { $count ->
    [one] la ligne retenue est inchangée
   *[other] les { $count } lignes retenues sont inchangées
}
verify-checklist = Checklist
verify-box-logs = Logs des services (pas d'erreurs Prisma)
verify-box-endpoints = Endpoints principaux
verify-box-data = Intégrité des données
verify-box-interface = Interface utilisateur (à vérifier par une personne)
verify-box-performance = Performances (temps de réponse)
verify-end-pass = Tout ce que radoub peut interroger va bien
verify-end-inconclusive = Rien ne va mal, mais quelque chose n'a pas pu être interrogé
verify-end-fail = Quelque chose ne va pas
# La seule action suivante, selon ce qui ne va pas ; à défaut, le remède de l'échec.
verify-next = regarder ce qui reste ouvert, puis retenir l'état présent : radoub verify { $service } --remember
verify-next-service-down = radoub logs { $service } --errors
verify-next-service-loops = radoub logs { $service } --errors
verify-next-service-started-again = radoub logs { $service } --errors
verify-next-service-vanished = docker compose up -d, puis : radoub verify { $service }
verify-next-service-unwell = radoub logs { $service } --errors
verify-next-route-refuses = radoub logs { $service } --errors
verify-next-route-unexpected = radoub logs { $service } --errors
verify-next-route-slow = radoub logs { $service } --errors
verify-next-route-silent = radoub logs { $service } --errors
verify-next-new-errors = radoub logs { $service } --errors | radoub doctor --explain -
verify-next-table-unreadable = radoub drift { $service }
verify-next-rows-lost = radoub rollback { $service }
verify-next-values-changed = radoub rollback { $service }
verify-next-orphans = donner à ces lignes leur parent ou les supprimer, puis : radoub verify { $service }
verify-next-sequence-behind = l'avancer avec setval, puis : radoub verify { $service }
verify-next-assertion-fails = corriger les données ou ce qui leur est demandé, puis : radoub verify { $service }
symptom-missing-column = la colonne { $name } manque : cherchez la migration qui l'apporte (radoub check)
symptom-missing-table = la table { $name } manque : cherchez la migration qui l'apporte (radoub check)
symptom-missing-database = la base { $name } manque : radoub apply --create-database
restart-done = { $well ->
    [none] { $service } redémarré en { $took }
   *[other] { $service } redémarré en { $took }, de nouveau en état { $well } après l'ordre
}
restart-left = pas redémarrés, parce que le précédent ne va pas bien : { $services }

start-unread = { $service } lance { $script } au démarrage ({ $place }), qui n'a pas pu être lu : ce qu'il fait à la base est inconnu

help-verify-about = Montrer si les services fonctionnent : conteneurs, routes de santé, tables, nouvelles erreurs, données saines
help-verify-arg-services = Services à vérifier (par défaut : tous)
help-verify-arg-wait = Secondes laissées à un service pour aller bien (par défaut : 60, ou `health_seconds` de [verify] dans radoub.toml)
help-verify-arg-quiet = Secondes au bout desquelles il est regardé une seconde fois (par défaut : non)
help-verify-arg-no-containers = Laisser de côté conteneurs et journaux : seulement les bases
help-verify-arg-markdown = La checklist seule, en Markdown, et ce que --since a trouvé
help-verify-arg-remember = Compter les lignes de chaque table et sommer ses colonnes, et le retenir dans le dossier d'état
help-verify-arg-since = Comparer les tables à ce qui a été retenu : `last`, ou un fichier de --remember
help-verify-examples = {"  "}radoub verify auth-service technical-service
  {"  "}radoub verify --remember
  {"  "}radoub verify --since last
  {"  "}radoub verify --quiet 30
  {"  "}radoub verify --json | jq '.services[] | select(.verdict != "pass")'
help-restart-about = Redémarrer des services l'un après l'autre, et regarder chacun avant le suivant
help-restart-arg-services = Services à redémarrer
help-restart-arg-wait = Secondes laissées à un service pour aller bien (par défaut : 60, ou `health_seconds` de [verify] dans radoub.toml)
help-restart-arg-quiet = Secondes au bout desquelles il est regardé une seconde fois (par défaut : 5, ou `quiet_seconds` de [verify] dans radoub.toml ; 0 pour un seul regard)
help-restart-arg-allow = Danger accepté, pour un service qui pousse son schéma au démarrage : push-at-start
help-restart-arg-rebuild = Reconstruire les images des services à redémarrer
help-restart-arg-no-rebuild = Les redémarrer avec les images qui sont là
help-restart-examples = {"  "}radoub restart auth-service
  {"  "}radoub restart auth-service billing-service --quiet 30

failure-push-at-start = { $service } exécute { $statement } à chaque démarrage ({ $place }) : un redémarrage changerait ses tables sans passer par l'historique ; rien n'a été changé.
failure-push-at-start-remedy = retirer cette commande du démarrage et laisser radoub apply s'en charger, ou l'accepter : radoub { $verb } { $service } --allow { $hazard }{ $verb ->
    [restart] {""}
   *[apply] {" "}; sans redémarrage : --no-restart
}
failure-build-failed = L'image de { $service } n'a pas pu être construite.
failure-build-failed-remedy = réparer sa construction, ou le redémarrer tel quel : --no-rebuild, ou rebuild = false dans radoub.toml
failure-restart-failed = { $service } n'a pas pu être redémarré. Ses migrations sont appliquées.
failure-restart-failed-remedy = { $command ->
    [none] regarder le moteur (docker ps), puis : radoub resume
   *[other] essayer la commande de radoub.toml à la main, dans le dossier du service, jusqu'à ce qu'elle réussisse ({ $command }), puis : radoub resume
}
failure-engine-address = { $kind ->
    [tls] { $host } demande TLS (DOCKER_TLS_VERIFY), que radoub ne parle pas à un moteur de conteneurs.
   *[scheme] { $host } n'est ni un socket, ni un tube nommé, ni une adresse TCP simple : radoub ne peut pas joindre ce moteur de conteneurs.
}
failure-engine-address-remedy = donner un socket, un tube nommé ou une adresse TCP simple dans DOCKER_HOST, ou lancer radoub sur la machine du moteur
failure-engine-unreachable = Aucun moteur de conteneurs ne répond à { $host } : { $reason }
failure-engine-unreachable-remedy = démarrer Docker, ou donner l'adresse du moteur dans DOCKER_HOST ; les bases se traitent sans lui
failure-engine-silent = Le moteur de conteneurs à { $host } n'a pas répondu en { $seconds } s.
failure-engine-silent-remedy = vérifier que Docker fonctionne encore (docker ps) ; --timeout lui laisse plus de temps
failure-engine-refused = Le moteur de conteneurs a refusé : { $reason }
failure-engine-refused-remedy = regarder le conteneur avec docker inspect
failure-not-restartable = { $service } n'a aucun conteneur, ni dans radoub.toml de commande qui le redémarre.
failure-not-restartable-remedy = le démarrer (docker compose up -d { $service }), ou nommer la commande : [service.{ $service }] restart = ["programme", "argument"]
failure-compose-missing = Ni `docker compose` ni `docker-compose` ne se trouvent sur cette machine.
failure-compose-missing-remedy = installer Docker Compose, ou lancer radoub là où il se trouve
failure-command-not-started = { $command } n'a pas pu être lancé : { $reason }
failure-command-not-started-remedy = vérifier que le programme est là et peut être exécuté
failure-command-failed = { $command } a échoué ({ $status }){ $count ->
    [0] {""}
   *[other] {" "}: { $reason }
}
failure-command-failed-remedy = l'essayer à la main, dans le dossier du service
failure-command-late = { $command } n'a pas pris fin en { $seconds } s, et a été arrêté.
failure-command-late-remedy = veiller à ce qu'il prenne fin de lui-même : ce qu'il lance doit continuer sans lui
failure-service-down = { $container } ne tourne pas après son redémarrage : { $state }{ $code ->
    [none] {""}
   *[other] , son programme s'est terminé avec { $code }
}.
failure-service-down-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-service-loops = { $container } redémarre sans cesse ({ $count }).
failure-service-loops-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-service-started-again = { $container } a redémarré pendant qu'il était observé.
failure-service-started-again-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-service-vanished = { $container } était là et a disparu.
failure-service-vanished-remedy = docker compose up -d, puis : radoub verify { $service }
failure-containers-unseen = Ses conteneurs n'ont pas pu être regardés, on ne sait donc pas comment il va.
failure-containers-unseen-remedy = regarder le moteur (docker ps), puis : radoub verify { $service }
failure-no-container = Il n'a pas de conteneur.
failure-no-container-remedy = docker compose up -d, puis : radoub verify { $service }
failure-log-unread = Le journal de { $container } n'a pas pu être lu, ses erreurs ne sont donc pas connues.
failure-log-unread-remedy = radoub logs { $service }
failure-data-unasked = Ses données n'ont pas pu être interrogées : { $reason }
failure-data-unasked-remedy = radoub doctor { $service }
failure-tables-unknown = schema.prisma contient { $count ->
    [one] { $count } erreur
   *[other] { $count } erreurs
}, on ne sait donc pas quelles tables interroger.
failure-tables-unknown-remedy = radoub prisma validate
failure-service-unwell = Le contrôle de santé de { $container } n'est pas satisfait : { $state }.
failure-service-unwell-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-route-refuses = { $address } répond { $status }.
failure-route-refuses-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-route-unexpected = { $address } répond { $status }, et devrait répondre { $wanted }.
failure-route-unexpected-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
failure-route-slow = { $address } met { $found } ms à répondre, et a droit à { $wanted } ms.
failure-route-slow-remedy = radoub logs { $service } --errors ; pour revenir en arrière : radoub rollback { $service }
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
failure-rows-lost = Des lignes de { $table } ont disparu ({ $count }), ce qu'aucune migration ne dit et que rien n'explique.
failure-rows-lost-remedy = regarder avant que rien d'autre n'y écrive ; pour revenir en arrière : radoub rollback { $service }
failure-values-changed = { $table } a d'autres valeurs dans { $columns }, ce qu'aucune migration ne dit et que rien n'explique.
failure-values-changed-remedy = regarder avant que rien d'autre n'y écrive ; pour revenir en arrière : radoub rollback { $service }
failure-orphans = Des lignes de { $table } renvoient à des lignes qui n'existent pas ({ $count }, { $constraint }), ce qui n'était pas le cas avant.
failure-orphans-remedy = radoub verify { $service } ; pour revenir en arrière : radoub rollback { $service }
failure-sequence-behind = La séquence { $name } donnera { $is }, et { $columns } contient déjà { $found }, ce qui n'était pas le cas avant : la prochaine insertion échouera.
failure-sequence-behind-remedy = l'avancer avec setval ; pour revenir en arrière : radoub rollback { $service }
failure-assertion-fails = Ce qui doit tenir ne tient plus : { $name } ({ $reason })
failure-assertion-fails-remedy = radoub verify { $service } ; pour revenir en arrière : radoub rollback { $service }
