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
    [one] 1 service
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
