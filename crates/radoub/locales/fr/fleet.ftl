# Découverte, `radoub services`, `radoub init`, la référence engendrée.
services-column-service = Service
services-column-database = Base de Données
services-column-status = Status
services-found = ✅
services-problem = ❌
services-no-database = –
services-unpinned = (version non figée)
services-fact-folder = dossier     {""}
services-fact-schema = schéma      {""}
services-fact-migrations = migrations  {""}
services-fact-url = base        {""}
services-fact-endpoint = joint par   {""}
services-fact-prisma = Prisma      {""}

init-written = ✅ { $path } est écrit, avec { $count ->
    [one] { $count } service
   *[other] { $count } services
}. La découverte suffit : le fichier ne change rien tant que vous ne l'éditez pas.
init-exists = { $path } existe déjà ; il est resté tel quel.
init-exists-remedy = radoub init --force le réécrit ; radoub init --print le montre
init-failed = { $path } n'a pas pu être écrit.

reference-commands = # Commandes

    Engendré par `cargo xtask gen` depuis la commande elle-même. Codes de sortie : 0 tout est en ordre, 1 quelque chose demande une personne ou un `apply`, 2 radoub n'a pas pu faire son travail.
reference-states = # États d'un service

    Engendré par `cargo xtask gen`. L'état le plus grave de tous les services est le code de sortie de `radoub check`.
reference-failures = # Échecs

    Engendré par `cargo xtask gen`. `code` est celui de `--json` ; le code de Prisma est à côté quand Prisma en a un.

discover-nothing = { $path } ne contient ni fichier Compose ni schéma Prisma. Cherchés :
discover-nothing-remedy = aller dans le dossier du projet, ou le nommer : radoub -C DOSSIER
discover-unreadable = { $path } est illisible.
discover-yaml = { $place } : ce n'est pas du YAML : { $problem }
discover-yaml-remedy = corriger la ligne ; c'est souvent l'indentation, ou un deux-points sans blanc derrière
discover-env = { $place } : { $problem }
discover-env-remedy = écrire NOM=valeur, une par ligne
discover-shape = { $place } : { $key } doit être { $expected }, pas { $found }.
discover-circle = { $place } : { $chain } tourne en rond.
discover-extends = { $place } : étend le service { $service }, que { $file } n'a pas.
discover-include = { $place } : le service { $service } est aussi défini dans { $other }.
discover-variables = Les fichiers Compose demandent des variables absentes.
discover-variables-remedy = définir { $names } dans l'environnement ou dans .env
discover-variable-missing = { $place } : { $variable } n'est pas définie{ $message ->
    [blank] {""}
   *[other] {" "}: { $message }
}{ $more ->
    [0] {""}
    [one] {" "}(et { $more } autre endroit)
   *[other] {" "}(et { $more } autres endroits)
}
discover-variable-invalid = { $place } : { $key } contient un $ qui ne commence aucune variable ; écrire $$ pour un dollar
discover-toml = { $place } : { $problem }
discover-toml-service = { $place } : il n'y a pas de service { $service } ici.
discover-toml-version = { $place } : la version { $version } de ce fichier est inconnue ; ce radoub lit la version 1.
discover-toml-both = { $place } : { $service } a à la fois { $first } et { $second } ; donner l'un des deux.
discover-toml-lacks = { $place } : il manque à { $entry } : { $key }.
discover-toml-unfit-address = { $place } : { $key } de { $entry } n'est pas l'adresse d'une personne.
discover-toml-unfit-address-remedy = écrire { $key } ainsi : "nom@example.org", ou "Un nom <nom@example.org>"
discover-toml-unfit-in-the-clear = { $place } : { $entry } passerait en clair sur le réseau.
discover-toml-unfit-in-the-clear-remedy = { $key } = "starttls", ou "always" ; "never" est réservé à un serveur de courrier de cette machine
discover-toml-unfit-stray = { $place } : { $key } n'a pas sa place dans { $entry }.
discover-toml-name = { $place } : un autre service s'appelle déjà { $service }.
discover-did-you-mean = vouliez-vous dire { $name } ?

warning-variable-missing = { $variable } est exigée et n'est définie nulle part : { $asked-at }{ $count ->
    [one] {""}
   *[other] {" "}(parmi { $count } endroits)
} la demande ; définissez-la dans { $file }
warning-variable-unset = { $file }:{ $line } : { $variable } n'est pas définie et compte pour vide ({ $count ->
    [one] { $count } endroit
   *[other] { $count } endroits
})
warning-package-unreadable = { $file }:{ $line } : illisible comme JSON : { $problem }
warning-config-not-static = { $file }:{ $line } : { $problem }
warning-port-unreadable = { $file }:{ $line } : un port de { $service } est illisible
warning-compose-files-passed-over = { $file } est utilisé ; { $files } à côté sont laissés
warning-schema-extra-file = { $file } est à côté de { $schema } sans en faire partie
warning-env-file-missing = { $file }:{ $line } : l'env_file { $path } de { $service } n'est pas là
warning-url-guessed = aucun schéma ne nomme d'URL ; { $variable } a été prise
warning-schema-mistake = { $file }:{ $line } : { $problem }
warning-schema-folder-unnamed = { $file } est un dossier de schéma dont il faut parler à Prisma
warning-migrations-stray-file = { $file } est directement dans le dossier des migrations : Prisma l'ignore
warning-lock-file-missing = { $file } manque à côté de { $migrations } migrations : `migrate diff` les refusera
warning-file-unreadable = { $file } est illisible : { $problem }
warning-config-variable-unset = { $file }:{ $line } : { $variable } n'est pas définie
discover-toml-hazard = { $place } : il n'y a pas de danger { $hazard }
discover-toml-circle = { $place } : ces services s'attendent l'un l'autre : { $chain }
discover-toml-circle-remedy = enlever un `after`, ou changer une `wave`
