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
