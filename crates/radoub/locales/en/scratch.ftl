scratch-ground-shadow = the shadow database
scratch-ground-server = the service's own server
scratch-ground-local = a temporary server of this machine
scratch-ground-embedded = the embedded PostgreSQL
scratch-used = Replayed on { $ground } ({ $server }, PostgreSQL { $version }).
scratch-passed = Not on { $ground }: { $reason }
scratch-other-major = The scratch server is PostgreSQL { $scratch }, the service's own is { $service }: what one accepts the other may refuse.
scratch-template-tables = New databases at { $server } are not empty, their template holds { $tables }: such tables look like part of the history.
