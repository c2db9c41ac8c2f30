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
help-arg-state-dir = Dossier des journaux (défaut : .radoub à côté de la flotte) [RADOUB_STATE_DIR]

help-check-about = Montrer l'état de la base de chaque service, d'un coup, sans rien changer
help-check-arg-services = Services à regarder (par défaut : tous)
help-check-examples = {"  "}radoub check
  {"  "}radoub check auth-service technical-service
  {"  "}radoub check --json | jq '.services[] | select(.state == "pending")'
help-plan-about = Montrer ce qu'un apply ferait et ce qu'il risquerait ; ne rien changer
help-plan-arg-services = Services à regarder (défaut : tous)
help-plan-arg-only = Seulement ces services, séparés par des virgules ; comme les nommer
help-plan-arg-except = Tous les services sauf ceux-ci, séparés par des virgules
help-plan-arg-until = Laisser ce qui vient après cette migration : un nom, son début, ou un horodatage
help-plan-arg-create-database = Créer les bases qui n'existent pas
help-plan-arg-allow = Accepter quelque chose par son nom : delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated
help-plan-arg-max-failures = Continuer dans les vagues suivantes tant que pas plus de N services ont échoué ; ensuite ne plus rien commencer (défaut : une vague va à son terme, aucune ne suit un échec)
help-plan-arg-output = Fichier où écrire le plan, pour apply --plan
help-plan-arg-markdown = Markdown, pour une demande de fusion
help-plan-arg-sql = Montrer les instructions en entier
help-plan-examples = {"  "}radoub plan
  {"  "}radoub plan --markdown > plan.md
  {"  "}radoub plan -o plan.json --allow delete-data
help-apply-about = Appliquer les migrations en attente de chaque service, chacun pour soi
help-apply-arg-services = Services à mettre à jour (défaut : tous)
help-apply-arg-only = Seulement ces services, séparés par des virgules ; comme les nommer
help-apply-arg-except = Tous les services sauf ceux-ci, séparés par des virgules
help-apply-arg-until = Laisser ce qui vient après cette migration : un nom, son début, ou un horodatage
help-apply-arg-create-database = Créer les bases qui n'existent pas
help-apply-arg-allow = Accepter quelque chose par son nom : delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated
help-apply-arg-max-failures = Continuer dans les vagues suivantes tant que pas plus de N services ont échoué ; ensuite ne plus rien commencer (défaut : une vague va à son terme, aucune ne suit un échec)
help-apply-arg-plan = Appliquer ce plan, tel que radoub plan -o l'a écrit ; refusé si quoi que ce soit a bougé depuis
help-apply-arg-report = Écrire le rapport dans ce fichier ; sa terminaison dit la forme : .json, .xml (JUnit), .md, .html, .txt ; peut être répété
help-apply-arg-wait = Secondes d'attente pendant que quelqu'un d'autre migre (par défaut : 10)
help-apply-arg-lock-timeout = Secondes qu'une instruction attend une table avant de se retirer et de réessayer (par défaut : 2)
help-apply-arg-lock-budget = Secondes de tels essais avant d'abandonner une migration, inchangée (par défaut : 60)
help-apply-examples = {"  "}radoub apply
  {"  "}radoub apply billing-service --create-database
  {"  "}radoub apply --except hr-service --until 20260212 --report run.html
  {"  "}radoub apply --plan plan.json
help-resume-about = Reprendre une exécution arrêtée, échouée ou tuée ; ce qui est appliqué est lu dans les bases
help-resume-arg-run = L'exécution : son nom, le début ou la fin de celui-ci, ou last (défaut : last)
help-resume-arg-report = Écrire le rapport dans ce fichier ; sa terminaison dit la forme : .json, .xml (JUnit), .md, .html, .txt ; peut être répété
help-resume-arg-wait = Secondes d'attente pendant que quelqu'un d'autre migre (par défaut : 10)
help-resume-arg-lock-timeout = Secondes qu'une instruction attend une table avant de se retirer et de réessayer (par défaut : 2)
help-resume-arg-lock-budget = Secondes de tels essais avant d'abandonner une migration, inchangée (par défaut : 60)
help-resume-examples = {"  "}radoub resume
  {"  "}radoub resume 20260212-182206-a1b2 --report run.html
help-history-about = Montrer les exécutions : quand, qui, ce qu'il en est advenu
help-history-arg-services = Exécutions qui ont travaillé sur ces services (défaut : toutes)
help-history-arg-last = Combien d'exécutions, les plus récentes d'abord (défaut : 20)
help-history-arg-markdown = La section du guide, en Markdown
help-history-examples = {"  "}radoub history
  {"  "}radoub history auth-service --markdown
  {"  "}radoub history --json | jq '.runs[0].migrations'
help-show-about = Montrer le rapport d'une exécution, d'après son journal
help-show-arg-run = L'exécution : son nom, le début ou la fin de celui-ci, ou last (défaut : last)
help-show-arg-format = Forme : text, json, junit, markdown ou html (défaut : text)
help-show-examples = {"  "}radoub show
  {"  "}radoub show 20260212-182206-a1b2 --format html > run.html
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
help-prisma-about = Remplacer la CLI de Prisma : mêmes options, mots décisifs et codes de sortie, pour un service
help-prisma-migrate-about = prisma migrate
help-prisma-migrate-status-about = Comparer le dossier des migrations et la base
help-prisma-migrate-deploy-about = Appliquer les migrations en attente
help-prisma-migrate-resolve-about = Marquer une migration comme appliquée ou comme annulée
help-prisma-migrate-status-arg-schema = Fichier ou dossier du schéma
help-prisma-migrate-deploy-arg-schema = Fichier ou dossier du schéma
help-prisma-migrate-resolve-arg-schema = Fichier ou dossier du schéma
help-prisma-migrate-status-arg-config = Fichier de configuration de Prisma
help-prisma-migrate-deploy-arg-config = Fichier de configuration de Prisma
help-prisma-migrate-resolve-arg-config = Fichier de configuration de Prisma
help-prisma-migrate-resolve-arg-applied = Migration que la base contient déjà
help-prisma-migrate-resolve-arg-rolled-back = Migration en échec dont il ne reste rien
help-prisma-arg-prisma = Version de Prisma à suivre, 5, 6 ou 7 (par défaut : celle que nomme le paquet) [RADOUB_PRISMA]
help-prisma-validate-about = Vérifier un schéma : toutes les erreurs d’un coup, chacune avec sa ligne et un remède
help-prisma-validate-arg-schema = Fichier ou dossier du schéma
help-prisma-validate-arg-config = Fichier de configuration de Prisma
help-prisma-validate-examples = {"  "}radoub prisma validate
  {"  "}radoub prisma validate --schema services/auth/prisma/schema.prisma --prisma 7
  {"  "}radoub prisma validate --json | jq '.errors[].message'
help-prisma-format-about = Mettre en page les fichiers d’un schéma comme le fait Prisma
help-prisma-format-arg-schema = Fichier ou dossier du schéma
help-prisma-format-arg-config = Fichier de configuration de Prisma
help-prisma-format-arg-check = Ne rien changer ; finir par 1 si un fichier n’est pas mis en page
help-prisma-format-examples = {"  "}radoub prisma format
  {"  "}radoub prisma format --check
help-prisma-migrate-diff-about = Montrer ce qui mène d’un schéma à un autre, en résumé ou en script
help-prisma-migrate-diff-arg-from-empty = Partir de rien
help-prisma-migrate-diff-arg-from-schema = Partir de ce fichier ou dossier de schéma (aussi --from-schema-datamodel)
help-prisma-migrate-diff-arg-to-empty = Arriver à rien
help-prisma-migrate-diff-arg-to-schema = Arriver à ce fichier ou dossier de schéma (aussi --to-schema-datamodel)
help-prisma-migrate-diff-arg-script = Du SQL au lieu d’un résumé
help-prisma-migrate-diff-arg-exit-code = Finir par 2 s’il y a une différence, par 1 sur une erreur
help-prisma-migrate-diff-arg-output = Fichier où écrire au lieu de la sortie standard
help-prisma-migrate-diff-arg-config = Fichier de configuration de Prisma
help-prisma-migrate-diff-arg-from-url = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-to-url = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-from-migrations = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-to-migrations = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-from-schema-datasource = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-to-schema-datasource = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-from-config-datasource = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-to-config-datasource = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-from-local-d1 = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-to-local-d1 = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-arg-shadow-database-url = Pas encore accepté : seuls les fichiers de schéma sont comparés
help-prisma-migrate-diff-examples = {"  "}radoub prisma migrate diff --from-empty --to-schema prisma/schema.prisma --script
  {"  "}radoub prisma migrate diff --from-schema old.prisma --to-schema new.prisma --exit-code
help-prisma-examples = {"  "}radoub prisma migrate deploy
  {"  "}ln -s radoub /usr/local/bin/prisma && prisma migrate status
help-reference-about = Écrire une page de la référence
help-reference-arg-page = Quelle page
help-engine-bench-about = Mesurer le temps du schéma au SQL
help-engine-bench-arg-schemas = Fichiers ou dossiers de schéma
help-engine-bench-arg-rounds = Combien de fois chacun est fait
help-replay-about = Rejouer les historiques de la flotte sur des bases temporaires
help-replay-arg-services = Services à rejouer (par défaut : tous)
help-replay-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-replay-arg-rounds = Combien de fois le faire
