# Ce qui est annoncé des exécutions à ceux qui ne sont pas devant le terminal.
notify-start = ▶ { $project } : une exécution commence sur { $services ->
    [one] { $services } service
   *[other] { $services } services
}
notify-work = À appliquer
notify-migrations = { $count ->
    [one] { $count } migration
   *[other] { $count } migrations
}
notify-gate-service = ❌ { $project } : { $service } ne fonctionne pas sur sa base
notify-gate-wave = ❌ { $project } : la vague { $wave } sur { $total } n'est pas passée
notify-result = { $outcome ->
    [done] ✅ { $project } : l'exécution est terminée
    [stopped] ⚠️ { $project } : l'exécution a été arrêtée
    [journal-failed] ❌ { $project } : l'exécution s'est arrêtée, son journal n'a pas pu être écrit
   *[failed] ❌ { $project } : l'exécution a échoué
}
notify-test = 📨 { $project } : un message pour essayer si les messages arrivent
notify-counts = Services
notify-count = { $count } { $outcome ->
    [applied] { $count ->
        [one] appliqué
       *[other] appliqués
    }
    [nothing] sans rien à faire
    [refused] { $count ->
        [one] refusé
       *[other] refusés
    }
    [failed] en échec
    [held-back] non { $count ->
        [one] commencé
       *[other] commencés
    }
    [unfinished] pas à leur terme
   *[not-applicable] non concernés
}
notify-more = … et { $count } de plus
notify-next-rollback = radoub rollback { $service }
notify-next-verify = radoub verify { $service }
notify-next-show = radoub show { $run }
notify-next-all = radoub verify

notify-secret = { $from } n'a rien donné : { $reason }
notify-address = ce qui est configuré n'est pas une adresse
notify-late = pas de réponse à temps
notify-refused = refusé avec { $code }
notify-connection = { $reason }
notify-waiting = annonce aux autres …
notify-undelivered = Non annoncé à { $to } ({ $moment }) : { $reason }. L'exécution n'en est pas changée.
notify-undelivered-remedy = essayer : radoub notify --test
notify-nobody = Personne n'est averti des exécutions : radoub.toml n'a pas de [[notify]].
notify-nobody-remedy = [[notify]] avec kind = "slack" et url_env = "SLACK_WEBHOOK_URL" ; aussi webhook, teams, email
notify-delivered = ✅ { $to } : a répondu { $code } en { $took }{ $tries ->
    [one] {""}
   *[other] , à l'essai { $tries }
}
notify-failed = ❌ { $to } : { $reason }

help-notify-about = Montrer qui est averti des exécutions, comme [[notify]] de radoub.toml le dit
help-notify-arg-test = Envoyer à chacun un message, et dire ce que chacun a répondu
help-notify-examples = {"  "}radoub notify
  {"  "}radoub notify --test
