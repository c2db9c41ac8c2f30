# Phrases communes à toutes les commandes.
mark-warning = ⚠️
mark-error = ❌

error-arguments = La ligne de commande n'a pas été comprise.
error-service-unknown = Aucun service nommé { $service } ici. Connus : { $known }.
error-output = Le résultat n'a pas pu être écrit.
error-interrupted = Interrompu. Ce qui était terminé le reste ; ce qui ne l'était pas n'a rien changé.
error-folder = Le dossier { $path } est inutilisable.
error-not-built-in = Ce radoub a été construit sans le PostgreSQL embarqué. Utilisez `radoub demo --server local`.
yes = oui
no = non
unknown = inconnu
labelled = { $label } : { $text }
