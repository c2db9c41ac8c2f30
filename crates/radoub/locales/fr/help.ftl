# Textes d'aide. La clé dit la place : help-COMMANDE-arg-ARGUMENT.
help-usage = Usage :
help-commands = Commandes{" "}
help-arguments = Arguments{" "}
help-options = Options{" "}
help-shared-options = Options de toutes les commandes{" "}
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
help-check-arg-deep = Dire aussi de chaque service si schema.prisma, historique et base concordent ; demande des bases d'essai, et plus de temps
help-check-arg-watch = Regarder de nouveau toutes les tant de secondes (5 sans précision) et marquer ce qui a changé, jusqu'à Ctrl-C ; sans terminal, une ligne par changement
help-check-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-check-examples = {"  "}radoub check
  {"  "}radoub check --deep
  {"  "}radoub check --watch 10
  {"  "}radoub check auth-service technical-service
  {"  "}radoub check --json | jq '.services[] | select(.state == "pending")'
help-plan-about = Montrer ce qu'un apply ferait et ce qu'il risquerait ; ne rien changer
help-plan-arg-services = Services à regarder (défaut : tous)
help-plan-arg-only = Seulement ces services, séparés par des virgules ; comme les nommer
help-plan-arg-except = Tous les services sauf ceux-ci, séparés par des virgules
help-plan-arg-until = Laisser ce qui vient après cette migration : un nom, son début, ou un horodatage
help-plan-arg-create-database = Créer les bases qui n'existent pas
help-plan-arg-allow = Accepter quelque chose par son nom : delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated, push-at-start
help-plan-arg-max-failures = Continuer dans les vagues suivantes tant que pas plus de N services ont échoué ; ensuite ne plus rien commencer (défaut : une vague va à son terme, aucune ne suit un échec)
help-plan-arg-no-backup = Appliquer sans sauvegarde : pas d'autre retour en arrière que le vôtre
help-plan-arg-no-restart = Ne pas redémarrer les services dont la base a changé
help-plan-arg-rebuild = Reconstruire les images des services à redémarrer
help-plan-arg-no-rebuild = Les redémarrer avec les images qui sont là
help-plan-arg-verify = Vérifier ensuite tous les services, aussi ceux qui ne redémarrent pas : route de santé, tables, journaux
help-plan-arg-no-verify = Ne pas vérifier les services redémarrés
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
help-apply-arg-allow = Accepter quelque chose par son nom : delete-data, rewrite-table, long-lock, drift, edited, missing, duplicated, not-utf8, byte-order-mark, empty-file, unterminated, push-at-start
help-apply-arg-max-failures = Continuer dans les vagues suivantes tant que pas plus de N services ont échoué ; ensuite ne plus rien commencer (défaut : une vague va à son terme, aucune ne suit un échec)
help-apply-arg-no-backup = Appliquer sans sauvegarde : pas d'autre retour en arrière que le vôtre
help-apply-arg-no-restart = Ne pas redémarrer les services dont la base a changé
help-apply-arg-rebuild = Reconstruire les images des services à redémarrer
help-apply-arg-no-rebuild = Les redémarrer avec les images qui sont là
help-apply-arg-verify = Vérifier ensuite tous les services, aussi ceux qui ne redémarrent pas : route de santé, tables, journaux
help-apply-arg-no-verify = Ne pas vérifier les services redémarrés
help-apply-arg-plan = Appliquer ce plan, tel que radoub plan -o l'a écrit ; refusé si quoi que ce soit a bougé depuis
help-apply-arg-report = Écrire le rapport dans ce fichier ; sa terminaison dit la forme : .json, .xml (JUnit), .md, .html, .txt ; peut être répété
help-apply-arg-wait = Secondes d'attente pendant que quelqu'un d'autre migre (par défaut : 10)
help-apply-arg-lock-timeout = Secondes qu'une instruction attend une table avant de se retirer et de réessayer (par défaut : 2)
help-apply-arg-lock-budget = Secondes de tels essais avant d'abandonner une migration, inchangée (par défaut : 60)
help-apply-arg-statement-timeout = Secondes que peut durer une instruction de migration avant d'être annulée et défaite (par défaut : celles du serveur)
help-apply-arg-health-timeout = Secondes laissées à un service redémarré pour se porter bien (par défaut : 60, ou `health_seconds` de [verify] dans radoub.toml)
help-apply-arg-quiet-period = Secondes avant de le regarder une seconde fois (par défaut : 5, ou `quiet_seconds` de [verify] dans radoub.toml ; 0 pour un seul regard)
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
help-resume-arg-statement-timeout = Secondes que peut durer une instruction de migration avant d'être annulée et défaite (par défaut : celles du serveur)
help-resume-arg-health-timeout = Secondes laissées à un service redémarré pour se porter bien (par défaut : 60, ou `health_seconds` de [verify] dans radoub.toml)
help-resume-arg-quiet-period = Secondes avant de le regarder une seconde fois (par défaut : 5, ou `quiet_seconds` de [verify] dans radoub.toml ; 0 pour un seul regard)
help-resume-arg-yes = Ne pas demander avant de reprendre une restauration ou un retour en arrière
help-resume-arg-allow-delete-data = Accepter que down.sql supprime des données, quand un retour en arrière est repris
help-resume-arg-disconnect = Pour une restauration : couper les sessions des autres au moment de l'échange
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
help-drift-about = Montrer lesquels de schema.prisma, de l'historique et de la base concordent, ce qui diffère, pourquoi, et la commande qui répare
help-drift-arg-services = Services à regarder (par défaut : tous)
help-drift-arg-replay = Dire de chaque historique s'il passe sur une base vide, et où il s'arrête ; même si la base est injoignable
help-drift-arg-all = Tous les objets et toutes les parties qui diffèrent, pas seulement les premiers
help-drift-arg-unmanaged = Lister aussi ce que la base contient et que Prisma ne voit pas : vues, déclencheurs, contraintes, index partiels, …
help-drift-arg-sql = Afficher à la place le SQL qui mène d'un côté à l'autre (par défaut entre les deux dont l'écart explique le verdict)
help-drift-arg-from = Côté de départ : live, schema, history ou applied, ce que laissent les migrations appliquées
help-drift-arg-to = Côté d'arrivée, de même
help-drift-arg-reverse = Dans l'autre sens
help-drift-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-drift-examples = {"  "}radoub drift
  {"  "}radoub drift --replay billing-service
  {"  "}radoub drift billing-service --sql
  {"  "}radoub drift billing-service --sql --from history --to live
  {"  "}radoub drift --json | jq '.services[] | select(.cause != "in-order") | .repair'
help-new-about = Écrire la migration que demande un schema.prisma modifié, l'appliquer à la base de développement, générer le client et redémarrer le service là où radoub.toml dit comment
help-new-arg-name = De quoi parle la migration : add_role
help-new-arg-service = Le service (par défaut : le seul)
help-new-arg-create-only = L'écrire sans rien appliquer
help-new-arg-reset = Vider d'abord cette base et tout réappliquer ; son nom doit être tapé
help-new-arg-dry-run = Montrer le plan et sa preuve, et ne rien faire
help-new-arg-yes = Faire ce que dit le plan sans demander
help-new-arg-allow = Accepter quelque chose en le nommant : delete-data
help-new-arg-sql = Montrer les scripts dans le plan
help-new-arg-wait = Secondes à attendre pendant que quelqu'un d'autre migre (par défaut : 10)
help-new-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-new-examples = {"  "}radoub new add_role --service technical-service
  {"  "}radoub new add_role --service technical-service --create-only
  {"  "}radoub new start_over --service hr-service --reset parabellum_hr
help-adopt-about = Garder ce que contient une base : écrire la migration qui manque à l'historique, ou un point de départ, et la noter comme appliquée ; aucune ligne n'est touchée
help-adopt-arg-services = Services à adopter
help-adopt-arg-all = Tous les services qui en ont besoin
help-adopt-arg-wins = Qui a raison quand la base et schema.prisma se contredisent : live, et schema.prisma est récrit, ou schema
help-adopt-arg-carry = Écrire aussi dans la migration ce que Prisma ne voit pas : vues, fonctions, déclencheurs, contraintes, index partiels, …
help-adopt-arg-dry-run = Montrer le plan et sa preuve, et ne rien faire
help-adopt-arg-yes = Faire ce que dit le plan sans demander
help-adopt-arg-sql = Montrer les scripts dans le plan
help-adopt-arg-name = Comment appeler la migration (par défaut : adopt, baseline)
help-adopt-arg-allow = Accepter quelque chose de bizarre, par son nom : edited, missing, rows
help-adopt-arg-wait = Secondes à attendre pendant que quelqu'un d'autre migre (par défaut : 10)
help-adopt-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-adopt-examples = {"  "}radoub adopt billing-service --dry-run
  {"  "}radoub adopt billing-service
  {"  "}radoub adopt --all --yes
  {"  "}radoub adopt hr-service --wins live --carry
help-baseline-about = Remplacer un historique par une seule migration qui crée toute la base, notée comme appliquée ; l'ancien est gardé à côté
help-baseline-arg-services = Services qui reçoivent un point de départ
help-baseline-arg-wins = Qui a raison quand la base et schema.prisma se contredisent : live, et schema.prisma est récrit, ou schema
help-baseline-arg-carry = Écrire aussi dans la migration ce que Prisma ne voit pas : vues, fonctions, déclencheurs, contraintes, index partiels, …
help-baseline-arg-dry-run = Montrer le plan et sa preuve, et ne rien faire
help-baseline-arg-yes = Faire ce que dit le plan sans demander
help-baseline-arg-sql = Montrer les scripts dans le plan
help-baseline-arg-name = Comment appeler la migration (par défaut : adopt, baseline)
help-baseline-arg-allow = Accepter quelque chose de bizarre, par son nom : edited, missing, rows
help-baseline-arg-wait = Secondes à attendre pendant que quelqu'un d'autre migre (par défaut : 10)
help-baseline-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-baseline-examples = {"  "}radoub baseline hr-service --dry-run --sql
  {"  "}radoub baseline hr-service --carry --yes
help-squash-about = Faire une seule migration des premières d'un historique ; elle aboutit au même catalogue, et les anciennes sont gardées à côté
help-squash-arg-service = Le service
help-squash-arg-until = Dernière migration à regrouper
help-squash-arg-dry-run = Montrer le plan et sa preuve, et ne rien faire
help-squash-arg-yes = Faire ce que dit le plan sans demander
help-squash-arg-sql = Montrer les scripts dans le plan
help-squash-arg-name = Comment appeler la migration (par défaut : adopt, baseline)
help-squash-arg-allow = Accepter quelque chose de bizarre, par son nom : edited, missing, rows
help-squash-arg-wait = Secondes à attendre pendant que quelqu'un d'autre migre (par défaut : 10)
help-squash-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-squash-examples = {"  "}radoub squash auth-service --until 20260101000000_roles --dry-run
  {"  "}radoub squash auth-service --until 20260101000000_roles --yes
help-resolve-about = Marquer une migration d'un service comme appliquée ou annulée ; sans le dire, regarder la base et le déduire
help-resolve-arg-service = Le service
help-resolve-arg-applied = Migration que la base contient déjà
help-resolve-arg-rolled-back = Migration en échec dont il ne reste rien
help-resolve-arg-dry-run = Montrer le plan et sa preuve, et ne rien faire
help-resolve-arg-yes = Faire ce que dit le plan sans demander
help-resolve-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-resolve-arg-wait = Secondes d'attente pendant que quelqu'un d'autre migre (par défaut : 10)
help-resolve-examples = {"  "}radoub resolve auth-service
  {"  "}radoub resolve auth-service --rolled-back 20260212000000_auditlog_level
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
help-engine-bench-arg-pairs = Prendre les schémas deux par deux, et mesurer le passage de chaque premier au second
help-engine-bench-arg-rounds = Combien de fois chacun est fait
help-replay-about = Rejouer les historiques de la flotte sur des bases temporaires
help-replay-arg-services = Services à rejouer (par défaut : tous)
help-replay-arg-scratch = Où sont les bases temporaires : server, local ou embedded (RADOUB_SCRATCH ; par défaut, le premier possible)
help-replay-arg-rounds = Combien de fois le faire
help-replay-arg-script = Comparer l'état final à rien et au schéma, sous forme de scripts
