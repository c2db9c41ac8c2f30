# Textes d'aide. La clé dit la place : help-COMMANDE-arg-ARGUMENT.
help-usage = Usage :
help-commands = Commandes
help-arguments = Arguments
help-options = Options
help-shared-options = Options de toutes les commandes
help-examples = Exemples :
help-arg-help = Montrer cette aide
help-arg-version = Montrer la version
help-about = Tient une flotte de services, chacun avec sa base PostgreSQL sous Prisma Migrate, à son schéma. Sans commande : radoub check.
help-arg-dir = Dossier du projet (par défaut : où vous êtes)
help-arg-files = Fichier Compose ; répétable (par défaut : comme docker compose les trouve)
help-arg-profiles = Profil Compose à activer ; répétable
help-arg-project-name = Nom du projet Compose
help-arg-env-files = Fichier d'environnement à la place de .env ; répétable
help-arg-config = Le fichier de flotte (par défaut : radoub.toml du dossier du projet) [RADOUB_CONFIG]
help-arg-json = Un document JSON au lieu de texte
help-arg-plain = Des lignes au lieu d'un tableau vivant, comme quand la sortie est redirigée
help-arg-lang = Langue, fr ou en (par défaut : celle du système) [RADOUB_LANG]
help-arg-jobs = Services traités à la fois (par défaut : 64) [RADOUB_JOBS]
help-arg-per-server = Services traités à la fois sur un même serveur (par défaut : 8) [RADOUB_PER_SERVER]
help-arg-timeout = Secondes laissées à un serveur pour répondre (par défaut : 5, ou connect_timeout de l'URL) [RADOUB_TIMEOUT]

help-check-about = Montrer l'état de la base de chaque service, d'un coup, sans rien changer
help-check-arg-services = Services à regarder (par défaut : tous)
help-check-examples = {"  "}radoub check
  {"  "}radoub check auth-service technical-service
  {"  "}radoub check --json | jq '.services[] | select(.state == "pending")'
help-apply-about = Appliquer les migrations en attente de chaque service, chacun pour soi
help-apply-arg-services = Services à mettre à jour (par défaut : tous)
help-apply-arg-create-database = Créer les bases qui n'existent pas
help-apply-arg-allow = Accepter une bizarrerie, par son nom : edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated
help-apply-arg-wait = Secondes d'attente pendant que quelqu'un d'autre migre (par défaut : 10)
help-apply-arg-lock-timeout = Secondes qu'une instruction attend une table avant de se retirer et de réessayer (par défaut : 2)
help-apply-arg-lock-budget = Secondes de tels essais avant d'abandonner une migration, inchangée (par défaut : 60)
help-apply-examples = {"  "}radoub apply
  {"  "}radoub apply billing-service --create-database
  {"  "}radoub apply --allow missing
help-resolve-about = Marquer une migration d'un service comme appliquée ou comme annulée
help-resolve-arg-service = Le service
help-resolve-arg-applied = Migration que la base contient déjà
help-resolve-arg-rolled-back = Migration en échec dont il ne reste rien
help-resolve-arg-wait = Secondes d'attente pendant que quelqu'un d'autre migre (par défaut : 10)
help-resolve-examples = {"  "}radoub resolve auth-service --rolled-back 20260212000000_auditlog_level
  {"  "}radoub resolve hr-service --applied 20260101000000_baseline
help-services-about = Lister les services, leurs bases, et où chaque fait a été trouvé
help-services-arg-services = Services à lister (par défaut : tous)
help-services-arg-markdown = Le tableau du guide, en Markdown
help-services-examples = {"  "}radoub services
  {"  "}radoub services --markdown
help-init-about = Écrire un radoub.toml commenté de ce qui a été découvert ; il n'est pas nécessaire
help-init-arg-force = Écrire par-dessus un fichier existant
help-init-arg-print = Le montrer au lieu de l'écrire
help-init-examples = {"  "}radoub init --print
help-demo-about = Jouer le « Problème 1 » du guide sur une flotte à part : casser, regarder, réparer, regarder
help-demo-arg-server = Où vivent ses bases : embedded (dans ce processus) ou local (binaires PostgreSQL de ce système)
help-demo-arg-keep = Garder ensuite le dossier de la flotte
help-demo-examples = {"  "}radoub demo
  {"  "}radoub demo --server local
help-reference-about = Écrire une page de la référence
help-reference-arg-page = Quelle page
help-engine-bench-about = Mesurer le temps du schéma au SQL
help-engine-bench-arg-schemas = Fichiers ou dossiers de schéma
help-engine-bench-arg-rounds = Combien de fois chacun est fait
help-replay-about = Rejouer les historiques de la flotte sur des bases temporaires
help-replay-arg-services = Services à rejouer (par défaut : tous)
help-replay-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-replay-arg-rounds = Combien de fois le faire
