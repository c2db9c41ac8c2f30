scratch-ground-shadow = la base fantôme
scratch-ground-server = le serveur du service
scratch-ground-local = un serveur temporaire de cette machine
scratch-ground-embedded = le PostgreSQL embarqué
scratch-used = Rejoué sur { $ground } ({ $server }, PostgreSQL { $version }).
scratch-passed = Pas sur { $ground } : { $reason }
scratch-other-major = Le serveur temporaire est un PostgreSQL { $scratch }, celui du service un { $service } : l'un peut refuser ce que l'autre accepte.
scratch-template-tables = Les nouvelles bases de { $server } ne sont pas vides, leur modèle contient { $tables } : ces tables semblent faire partie de l'historique.
