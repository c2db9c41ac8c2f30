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
