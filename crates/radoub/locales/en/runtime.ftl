# The container engine, and what containers print.
runtime-host = The container engine's address cannot be used
runtime-host-remedy = Give a socket, named pipe or plain TCP address in DOCKER_HOST, or run radoub on the engine's machine
runtime-unreachable = The container engine does not answer
runtime-unreachable-remedy = Start Docker, or give the engine's address in DOCKER_HOST; databases can be worked on without it
runtime-silent = The container engine keeps silent
runtime-silent-remedy = Look whether Docker still works (docker ps); --timeout gives it longer
runtime-refused = The container engine refused
runtime-refused-remedy = Look at the container with docker inspect
runtime-no-container = A service is not running
runtime-no-container-remedy = Start it: docker compose up -d
logs-no-container = The Compose project { $project } has no container of these services
logs-no-container-remedy = Start them (docker compose up -d), or name the project: --project-name
logs-no-errors = No line speaks of an error

help-logs-about = Show what the containers of services print
help-logs-arg-services = Services to read (default: all)
help-logs-arg-tail = Only that many lines from the end of each (default: 50, all with --since)
help-logs-arg-since = Only lines of that time: 30s, 10m, 2h, 1d
help-logs-arg-errors = Only lines that speak of an error
help-logs-arg-follow = Wait for more until Ctrl-C
help-logs-examples = {"  "}radoub logs auth-service --tail 100 --errors
  {"  "}radoub logs --since 10m
  {"  "}radoub logs billing-service --follow
