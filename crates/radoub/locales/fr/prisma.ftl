# Aide de `radoub prisma`. Ce que disent ses commandes est dans les mots de Prisma.

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
help-prisma-examples = {"  "}radoub prisma migrate deploy
  {"  "}ln -s radoub /usr/local/bin/prisma && prisma migrate status
help-prisma-db-about = prisma db
help-prisma-db-execute-about = Exécuter un script sur une base, sans l’inscrire nulle part
help-prisma-db-execute-arg-files = Script à exécuter
help-prisma-db-execute-arg-stdin = Exécuter ce qui arrive sur l’entrée standard
help-prisma-db-execute-arg-url = Base où l’exécuter (5 et 6)
help-prisma-db-execute-arg-schema = Schéma dont la source de données nomme la base (5 et 6)
help-prisma-db-execute-arg-config = Fichier de configuration de Prisma
help-prisma-db-execute-examples = {"  "}radoub prisma db execute --file ./script.sql --schema prisma/schema.prisma
  {"  "}echo 'TRUNCATE TABLE dev;' | radoub prisma db execute --stdin --url "$DATABASE_URL"
help-prisma-db-seed-about = Lancer la commande de remplissage configurée
help-prisma-db-seed-arg-config = Fichier de configuration de Prisma
help-prisma-db-seed-arg-arguments = Mots pour cette commande
help-prisma-db-seed-examples = {"  "}radoub prisma db seed
  {"  "}radoub prisma db seed -- --environment test
help-prisma-db-pull-about = Écrire le schéma d’après la base, en gardant les noms que le schéma donne
help-prisma-db-pull-arg-force = Oublier les modèles du schéma existant
help-prisma-db-pull-arg-print = Afficher le schéma au lieu de l’écrire
help-prisma-db-pull-arg-schemas = Schémas PostgreSQL à regarder à la place de ceux de la source de données
help-prisma-db-pull-arg-url = Base à regarder à la place de celle qui est configurée
help-prisma-db-pull-arg-schema = Fichier ou dossier de schéma
help-prisma-db-pull-arg-config = Fichier de configuration Prisma
help-prisma-db-pull-arg-composite-type-depth = Sans effet sur PostgreSQL
help-prisma-db-pull-arg-local-d1 = Pas pour PostgreSQL
help-prisma-db-pull-examples = {"  "}radoub prisma db pull
  {"  "}radoub prisma db pull --print > tire.prisma
  {"  "}radoub prisma db pull --force --schema services/auth/prisma/schema.prisma
help-prisma-migrate-diff-about = Montrer ce qui mène d’un schéma à un autre, en résumé ou en script
help-prisma-migrate-diff-arg-from-empty = Partir de rien
help-prisma-migrate-diff-arg-to-empty = Arriver à rien
help-prisma-migrate-diff-arg-from-schema = Partir de ce fichier ou dossier de schéma
help-prisma-migrate-diff-arg-to-schema = Arriver à ce fichier ou dossier de schéma
help-prisma-migrate-diff-arg-from-schema-datamodel = La même chose sous son nom de 5 et 6
help-prisma-migrate-diff-arg-to-schema-datamodel = La même chose sous son nom de 5 et 6
help-prisma-migrate-diff-arg-from-schema-datasource = Partir de la base que nomme ce schéma (5 et 6)
help-prisma-migrate-diff-arg-to-schema-datasource = Arriver à la base que nomme ce schéma (5 et 6)
help-prisma-migrate-diff-arg-from-url = Partir de cette base (5 et 6)
help-prisma-migrate-diff-arg-to-url = Arriver à cette base (5 et 6)
help-prisma-migrate-diff-arg-from-config-datasource = Partir de la base du fichier de configuration de Prisma
help-prisma-migrate-diff-arg-to-config-datasource = Arriver à la base du fichier de configuration de Prisma
help-prisma-migrate-diff-arg-from-migrations = Partir de ce que les migrations de ce dossier font d’une base vide
help-prisma-migrate-diff-arg-to-migrations = Arriver à ce que les migrations de ce dossier font d’une base vide
help-prisma-migrate-diff-arg-from-local-d1 = Refusé : radoub ne parle qu’à PostgreSQL
help-prisma-migrate-diff-arg-to-local-d1 = Refusé : radoub ne parle qu’à PostgreSQL
help-prisma-migrate-diff-arg-shadow-database-url = Base où exécuter les migrations, vidée d’abord (par défaut : une base temporaire ; 5 et 6)
help-prisma-migrate-diff-arg-script = Du SQL au lieu d’un résumé
help-prisma-migrate-diff-arg-exit-code = Finir par 2 s’il y a une différence, par 1 sur une erreur
help-prisma-migrate-diff-arg-output = Fichier où écrire au lieu de la sortie standard
help-prisma-migrate-diff-arg-config = Fichier de configuration de Prisma
help-prisma-migrate-diff-examples = {"  "}radoub prisma migrate diff --from-empty --to-schema prisma/schema.prisma --script
  {"  "}radoub prisma migrate diff --from-migrations prisma/migrations --to-schema prisma/schema.prisma --exit-code
  {"  "}radoub prisma migrate diff --from-url "$DATABASE_URL" --to-schema-datamodel prisma/schema.prisma
help-prisma-migrate-dev-about = Écrire la prochaine migration d’une base de développement et l’appliquer
help-prisma-migrate-dev-arg-name = Nom de la migration
help-prisma-migrate-dev-arg-create-only = L’écrire sans l’appliquer
help-prisma-migrate-dev-arg-skip-generate = Ne pas lancer les générateurs (5 et 6)
help-prisma-migrate-dev-arg-skip-seed = Ne pas lancer le remplissage après une remise à zéro (5 et 6)
help-prisma-migrate-dev-arg-url = Base à utiliser au lieu de celle qui est configurée (7)
help-prisma-migrate-dev-arg-schema = Fichier ou dossier du schéma
help-prisma-migrate-dev-arg-config = Fichier de configuration de Prisma
help-prisma-migrate-dev-examples = {"  "}radoub prisma migrate dev --name add_orders
  {"  "}radoub prisma migrate dev --create-only --name split_address
help-prisma-migrate-reset-about = Vider la base et la rebâtir d’après ses migrations ; toutes les données sont perdues
help-prisma-migrate-reset-arg-force = Ne pas demander (aussi -f)
help-prisma-migrate-reset-arg-skip-generate = Ne pas lancer les générateurs (5 et 6)
help-prisma-migrate-reset-arg-skip-seed = Ne pas lancer le remplissage (5 et 6)
help-prisma-migrate-reset-arg-schema = Fichier ou dossier du schéma
help-prisma-migrate-reset-arg-config = Fichier de configuration de Prisma
help-prisma-migrate-reset-examples = {"  "}radoub prisma migrate reset
  {"  "}radoub prisma migrate reset --force --skip-seed
help-prisma-db-push-about = Rendre la base conforme au schéma, sans migration
help-prisma-db-push-arg-accept-data-loss = Le faire même si des données peuvent être perdues
help-prisma-db-push-arg-force-reset = Vider d’abord la base ; toutes les données sont perdues
help-prisma-db-push-arg-skip-generate = Ne pas lancer les générateurs (5 et 6)
help-prisma-db-push-arg-url = Base à utiliser au lieu de celle qui est configurée (7)
help-prisma-db-push-arg-schema = Fichier ou dossier du schéma
help-prisma-db-push-arg-config = Fichier de configuration de Prisma
help-prisma-db-push-examples = {"  "}radoub prisma db push
  {"  "}radoub prisma db push --accept-data-loss --skip-generate
