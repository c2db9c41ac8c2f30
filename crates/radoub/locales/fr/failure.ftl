# Une phrase par sorte d'échec, et le geste qui aide quand il y en a un.
failure-url-not-set = Pas d'URL de base : { $variable } n'est définie nulle part.
failure-url-not-set-remedy = définir { $variable } dans l'environnement, le .env ou le fichier Compose, ou url dans radoub.toml
failure-url-empty = L'URL de la base est vide : { $variable } n'a pas de valeur.
failure-url-empty-remedy = donner une valeur à { $variable }
failure-url-invalid = L'URL de la base est invalide : { $reason }.
failure-url-invalid-remedy = corriger l'URL : postgresql://utilisateur:motdepasse@hôte:port/base
failure-not-published = { $host }:{ $port } est un nom interne au réseau Compose et ne publie aucun port sur cette machine.
failure-not-published-remedy = le publier dans le fichier Compose, ports: ["127.0.0.1:15432:{ $port }"] sous { $host }, ou mettre url dans radoub.toml
failure-url-source-failed = { $source } n'a pas donné d'URL de base : { $reason }.
failure-url-source-failed-remedy = vérifier url_file, url_env ou url_command dans radoub.toml
failure-unknown-host = L'hôte { $host } est inconnu d'ici.
failure-unknown-host-remedy = dans Compose le serveur porte un autre nom : publier son port, ou mettre url dans radoub.toml
failure-connection-refused = Rien ne répond à { $server }.
failure-connection-refused-remedy = démarrer le serveur (docker compose up -d postgres), ou vérifier le port
failure-connection-timed-out = { $server } n'a pas répondu en { $seconds } s.
failure-connection-timed-out-remedy = vérifier le serveur et le réseau ; --timeout attend plus longtemps
failure-not-postgres = Ce qui répond à { $server } n'est pas PostgreSQL.
failure-not-postgres-remedy = vérifier l'hôte et le port de l'URL
failure-server-not-ready = Le serveur { $server } démarre, s'arrête ou se rétablit.
failure-server-not-ready-remedy = attendre quelques secondes, puis : radoub check { $service }
failure-authentication-failed = Le serveur { $server } refuse le mot de passe de { $user }.
failure-authentication-failed-remedy = vérifier l'utilisateur et le mot de passe de l'URL
failure-database-missing = La base { $database } n'existe pas sur { $server }.
failure-database-missing-remedy = radoub apply { $service } --create-database
failure-access-denied = { $user } n'a pas ce droit dans { $database }.
failure-access-denied-remedy = donner à { $user } les droits sur { $database }, ou l'URL du propriétaire dans directUrl
failure-too-many-connections = Le serveur { $server } n'a plus de connexion libre.
failure-too-many-connections-remedy = fermer les clients inactifs, augmenter max_connections, ou baisser --per-server
failure-tls = Pas de connexion sûre à { $server } : { $reason }.
failure-tls-remedy = vérifier sslmode, sslcert et le certificat du serveur
failure-connection-lost = La connexion à { $server } a été perdue.
failure-connection-lost-remedy = regarder le journal du serveur, puis : radoub check { $service }
failure-read-only = Le serveur { $server } est en lecture seule.
failure-read-only-remedy = donner l'adresse du primaire : ceci est un réplica, ou default_transaction_read_only est actif
failure-pooler = Un pooler en mode transaction précède { $server } : un verrou pris à travers lui ne protégerait rien.
failure-pooler-remedy = donner l'adresse directe dans directUrl du schéma, ou dans url de radoub.toml
failure-lock-held = Le processus { $pid } ({ $application }, { $client }) tient le verrou de migration depuis le { $since }.
failure-lock-held-remedy = attendre la fin, ou utiliser --wait ; rien n'a été changé
failure-lock-timeout = { $migration } n'a pas eu ses verrous en { $attempts } essais. { $stays ->
    [nothing] Rien n'en a été changé.
   *[other] { $stays } de ses { $statements } instructions sont validées et restent.
} En travers : { $blockers }
failure-lock-timeout-remedy = terminer la session bloquante, ou réessayer plus tard : radoub apply { $service }
failure-not-empty = La base { $database } contient des tables ({ $tables }) et pas de _prisma_migrations (P3005).
failure-not-empty-remedy = radoub adopt { $service }
failure-failed-migrations = { $migration } a échoué auparavant ; rien de nouveau ne s'applique avant sa résolution (P3009).
failure-failed-migrations-remedy = radoub resolve { $service }
failure-script-failed = { $migration } a échoué. { $stays ->
    [nothing] Rien n'en a été changé ; on peut la relancer.
   *[other] { $stays } de ses { $statements } instructions sont validées et restent ; radoub apply reprend à partir de là.
}
failure-script-failed-remedy = { $stays ->
    [nothing] corriger { $file }, puis : radoub apply { $service }
   *[other] corriger ce sur quoi elle bute, puis : radoub apply { $service } ; ou défaire ses premières instructions, corriger { $file }, puis : radoub resolve { $service } --rolled-back { $migration }
}
failure-script-missing = { $migration } n'a pas de migration.sql (P3015).
failure-script-missing-remedy = remettre { $migration }/migration.sql, ou supprimer le dossier
failure-other-provider = migration_lock.toml nomme { $found } au lieu de postgresql (P3019).
failure-other-provider-remedy = mettre provider = "postgresql" dans migration_lock.toml
failure-already-applied = { $migration } est déjà marquée comme appliquée (P3008).
failure-already-applied-remedy = rien à faire : radoub check { $service }
failure-unknown-migration = Il n'y a pas de migration { $migration } avec un migration.sql dans { $folder } (P3017).
failure-unknown-migration-remedy = donner le nom entier du dossier, comme 20201207184859_initial_migration
failure-never-applied = { $migration } n'a jamais été appliquée (P3011).
failure-never-applied-remedy = donner le nom entier du dossier ; radoub check { $service } liste celles en échec
failure-not-failed = { $migration } n'est pas en échec (P3012).
failure-not-failed-remedy = seule une migration en échec peut être marquée comme annulée
failure-changed-since = { $migration } était à moitié appliquée, et son fichier a changé depuis.
failure-changed-since-remedy = remettre le fichier comme il était et lancer radoub apply { $service }, ou défaire ses premières instructions et lancer radoub resolve { $service } --rolled-back { $migration }
failure-outcome-unknown = Impossible de dire si l'instruction { $statement } de { $migration } a été faite avant la fin de l'exécution précédente.
failure-outcome-unknown-remedy = regarder la base, puis : radoub resolve { $service } --applied { $migration }, ou --rolled-back
failure-moved = Le registre a changé depuis qu'il a été regardé : { $reason }.
failure-moved-remedy = radoub apply { $service }
failure-unreadable = { $path } est illisible : { $reason }.
failure-unreadable-remedy = vérifier que le fichier existe et que vous pouvez le lire
failure-scratch-denied = { $user } n'a pas le droit de créer des bases sur { $server } (P3014).
failure-scratch-denied-remedy = ALTER ROLE { $user } CREATEDB, définissez shadowDatabaseUrl, ou utilisez --scratch local
failure-no-scratch = Aucune base temporaire n'est possible pour cela (P3014).
failure-no-scratch-remedy = donnez CREATEDB au rôle, définissez shadowDatabaseUrl, ou installez les programmes serveur de PostgreSQL sur cette machine
failure-reaches-outside = { $migration } touche à plus que sa base ({ $statement }, ligne { $line }) ; elle n'est donc pas exécutée sur le serveur du service.
failure-reaches-outside-remedy = --scratch server l'y exécute malgré tout
failure-shadow-unusable = La base fantôme { $database } sur { $server } est inutilisable.
failure-shadow-unusable-remedy = corrigez shadowDatabaseUrl, créez la base, ou utilisez --scratch server ou --scratch local
failure-shadow-is-url = La base fantôme { $database } sur { $server } est la base du service lui-même : elle serait vidée. Rien n'a été modifié.
failure-shadow-is-url-remedy = donnez une autre base à shadowDatabaseUrl, ou retirez-le
failure-shadow-of-fleet = La base fantôme { $database } sur { $server } est la base du service { $owner } : elle serait vidée. Rien n'a été modifié.
failure-shadow-of-fleet-remedy = donnez une autre base à shadowDatabaseUrl, ou retirez-le
failure-shadow-in-use = La base fantôme { $database } sur { $server } contient des migrations appliquées ({ $namespace }._prisma_migrations) ; elle sert donc à quelqu'un, et elle serait vidée. Rien n'a été modifié.
failure-shadow-in-use-remedy = donnez à shadowDatabaseUrl une base qui ne sert à rien d'autre ; si c'est le cas de celle-ci, supprimez sa table _prisma_migrations
failure-shadow-filled = La base fantôme { $database } sur { $server } contient des données dans { $table }, peut-être l'unique exemplaire : elle est laissée telle quelle.
failure-shadow-filled-remedy = donnez à shadowDatabaseUrl une base qui ne sert à rien d'autre, ou retirez-le ; si personne n'a besoin de ce que contient celle-ci, videz-la vous-même
failure-shadow-busy = Un autre radoub occupe la base fantôme { $database } sur { $server } depuis { $seconds } s.
failure-shadow-busy-remedy = attendez qu'il ait fini, ou utilisez --scratch server ou --scratch local
failure-reset-failed = La base { $database } sur { $server } n'a pas pu être vidée (P3016) : { $statement }.
failure-reset-failed-remedy = rendez { $user } propriétaire du schéma et de son contenu
failure-local-missing = Cette machine n'a pas les programmes serveur de PostgreSQL (initdb, pg_ctl, postgres).
failure-local-missing-remedy = installez le paquet postgresql, ou ajoutez le dossier des programmes à PATH
failure-local-failed = Aucun serveur PostgreSQL temporaire n'a pu être lancé : { $reason }.
failure-local-failed-remedy = vérifiez le dossier temporaire et l'espace disponible
failure-embedded-missing = Ce radoub a été construit sans le PostgreSQL embarqué.
failure-embedded-failed = Le PostgreSQL embarqué n'a pas pu être lancé : { $reason }.
failure-replay-failed = { $migration } ne s'exécute pas sur une base vide (P3006).
failure-replay-failed-remedy = corrigez { $file } ; si elle est déjà appliquée partout, radoub adopt { $service } refait un historique qui s'exécute
failure-extension-missing = { $migration } (ligne { $line }) demande l'extension { $extension }, que le serveur temporaire { $server } n'a pas (P3006).
failure-extension-missing-remedy = installez l'extension sur ce serveur, ou utilisez une base fantôme sur un serveur qui l'a
failure-shadow-init-failed = Le texte de initShadowDb ne s'exécute pas sur { $server } (P3006).
failure-shadow-init-failed-remedy = corrigez migrations.initShadowDb dans prisma.config
failure-left-behind = { $what } n'a pas pu être supprimé : { $reason }.
failure-left-behind-remedy = supprimez-le à la main, ou laissez faire la prochaine exécution
failure-interrupted = { $stays ->
    [nothing] Arrêté avant { $migration } : rien n'en est fait.
   *[other] Arrêté dans { $migration } : { $stays } de ses { $statements } instructions sont validées et restent.
}
failure-interrupted-remedy = radoub resume
failure-server = Le serveur a refusé : { $reason }.
failure-leaves-scope = La clé étrangère { $constraint } de { $table } désigne { $target }, dans un schéma que la source de données ne cite pas (P4002).
failure-leaves-scope-remedy = ajouter ce schéma à `schemas` de la source de données, ou supprimer la clé
