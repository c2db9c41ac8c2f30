# `radoub demo`.
demo-intro = The guide's fleet, in a temporary folder, on { $server }. Nothing of yours is touched.
demo-server-embedded = a PostgreSQL inside this process
demo-server-local = the PostgreSQL of this system
demo-step = ── { $number }. { $title }
demo-step-prepare = Prepare: { $count } databases, two services behind, as in the guide's “Problème 1”
demo-step-check = Look: radoub check
demo-step-apply = Mend: radoub apply
demo-no-backup = (On your own fleet a proven backup comes first; the server inside this process takes one connection at a time, too few for one.)
demo-step-again = Look again: radoub check
demo-ready = ready in { $took }
demo-end = Done in { $took }. The folder and the databases are gone. On your own fleet: radoub check
demo-kept = The fleet stays in { $path }; its databases are gone with this process.
demo-failed = The demo's PostgreSQL could not be started.
demo-failed-remedy = radoub demo --server local uses the PostgreSQL binaries of this system
