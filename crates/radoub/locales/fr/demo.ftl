# `radoub demo`.
demo-intro = La flotte du guide, dans un dossier temporaire, sur { $server }. Rien de vous n'est touché.
demo-server-embedded = un PostgreSQL à l'intérieur de ce processus
demo-server-local = le PostgreSQL de ce système
demo-step = ── { $number }. { $title }
demo-step-prepare = Préparer : { $count } bases, deux services en retard, comme au « Problème 1 » du guide
demo-step-check = Regarder : radoub check
demo-step-apply = Réparer : radoub apply
demo-no-backup = (Sur votre flotte, une sauvegarde vérifiée passe d'abord ; le serveur de ce processus n'accepte qu'une connexion à la fois, trop peu pour elle.)
demo-step-again = Regarder encore : radoub check
demo-ready = prêt en { $took }
demo-end = Terminé en { $took }. Le dossier et les bases ont disparu. Sur votre flotte : radoub check
demo-kept = La flotte reste dans { $path } ; ses bases ont disparu avec ce processus.
demo-failed = Le PostgreSQL de la démonstration n'a pas pu démarrer.
demo-failed-remedy = radoub demo --server local utilise les binaires PostgreSQL de ce système
