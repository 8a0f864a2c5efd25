#!/bin/sh
# Written by `make deploy`; do not edit by hand.
# Makes what compose.yaml needs and is not there yet: .env, folders, keys of the bus, secrets.
# Doing it again changes nothing.
set -eu
cd "$(dirname "$0")/../.."
umask 077
touch .env
# The folder that was chosen once stays: its keys are those in .env.
data="${PAPERBUS_DATA:-$(sed -n 's/^PAPERBUS_DATA=//p' .env)}"
data="${data:-./data/compose}"
for folder in nats qdrant minio seaweedfs prometheus alertmanager grafana ollama backups; do
  mkdir -p "$data/$folder"
done
sh deploy/secrets.sh "$data/secrets"

set_once() { grep -q "^$1=" .env || printf '%s=%s\n' "$1" "$2" >> .env; }
set_once COMPOSE_PROFILES core,minio,observability
# The containers run as whoever made the folders; started by root, as a number that is nobody's.
uid="$(id -u)" gid="$(id -g)"
if [ "$uid" = 0 ]; then
  uid=10001 gid=10001
  chown -R "$uid:$gid" "$data"
fi
set_once PAPERBUS_UID "$uid"
set_once PAPERBUS_GID "$gid"
set_once PAPERBUS_DATA "$data"
set_once OTEL_EXPORTER_OTLP_ENDPOINT http://otel-collector:4318
set_once LOG_FORMAT json
# The public halves of the keys: no secrets. They follow the keys, so they are written anew.
kept="$(grep -v '^PAPERBUS_NKEY_' .env)"
printf '%s\n%s\n' "$kept" "$(cat "$data/secrets/public.env")" > .env.new
mv .env.new .env
echo "ready: docker compose up -d --build"
echo "the page: http://127.0.0.1:8080, signing in with $data/secrets/gateway_shared_key"
