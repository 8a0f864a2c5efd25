#!/bin/sh
# Written by `make deploy`; do not edit by hand.
# Makes the keys of the bus and the secrets that are not there yet, one file each, readable by their
# owner only. Doing it again changes nothing. Needs `paperbus` (make setup) or Docker with our image.
set -eu
folder="${1:?a folder, such as data/compose/secrets}"
umask 077
mkdir -p "$folder/keys"

# Hexadecimal: no sign in it means something to a shell, to YAML or in an address.
random() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
for name in s3_access_key s3_secret_key qdrant_api_key gateway_shared_key grafana_password; do
  [ -s "$folder/$name" ] || random > "$folder/$name"
done
# What nobody else can choose: write the value into the file, and restart what reads it.
for name in backup_s3_access_key backup_s3_secret_key embedding_api_key metrics_key openai_api_key sentry_dsn smtp_password; do
  [ -e "$folder/$name" ] || : > "$folder/$name"
done

keys() {
  if [ -x .venv/bin/paperbus ]; then .venv/bin/paperbus topology keys --dir "$folder/keys"
  elif command -v paperbus > /dev/null; then paperbus topology keys --dir "$folder/keys"
  else
    docker run --rm --network none --user "$(id -u):$(id -g)" -v "$(cd "$folder/keys" && pwd):/keys" \
      "ghcr.io/paperbus/paperbus-cli:0.1.0" paperbus topology keys --dir /keys
  fi
}
# The public halves are no secrets; the server takes them from its environment.
keys > "$folder/public.env"
for user in fetcher indexer summarizer gateway notifier operator; do
  cp "$folder/keys/$user.nk" "$folder/bus_$user"
done
