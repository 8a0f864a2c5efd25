#!/bin/sh
# Written by `make deploy`; do not edit by hand.
# Prints the Secrets and the public keys that the manifests name, made of the files in FOLDER, which
# deploy/secrets.sh makes. Each worker gets its own key of the bus and the secrets it reads.
#
#   deploy/secrets.sh data/k8s
#   deploy/k8s/secrets.sh data/k8s | kubectl --namespace paperbus apply -f -
set -eu
folder="${1:?the folder that deploy/secrets.sh made}"
of() { # name of the Secret, then key=file
  name="$1"; shift
  for pair in "$@"; do set -- "$@" "--from-file=${pair%%=*}=$folder/${pair#*=}"; shift; done
  kubectl create secret generic "$name" --dry-run=client -o yaml "$@"
  echo ---
}
of paperbus-fetcher bus.nk=bus_fetcher metrics_key=metrics_key s3_access_key=s3_access_key s3_secret_key=s3_secret_key sentry_dsn=sentry_dsn
of paperbus-indexer bus.nk=bus_indexer embedding_api_key=embedding_api_key metrics_key=metrics_key qdrant_api_key=qdrant_api_key s3_access_key=s3_access_key s3_secret_key=s3_secret_key sentry_dsn=sentry_dsn
of paperbus-summarizer bus.nk=bus_summarizer metrics_key=metrics_key openai_api_key=openai_api_key s3_access_key=s3_access_key s3_secret_key=s3_secret_key sentry_dsn=sentry_dsn
of paperbus-gateway bus.nk=bus_gateway embedding_api_key=embedding_api_key gateway_shared_key=gateway_shared_key metrics_key=metrics_key qdrant_api_key=qdrant_api_key s3_access_key=s3_access_key s3_secret_key=s3_secret_key sentry_dsn=sentry_dsn
of paperbus-notifier bus.nk=bus_notifier metrics_key=metrics_key s3_access_key=s3_access_key s3_secret_key=s3_secret_key sentry_dsn=sentry_dsn smtp_password=smtp_password
of paperbus-operator bus.nk=bus_operator backup_s3_access_key=backup_s3_access_key backup_s3_secret_key=backup_s3_secret_key embedding_api_key=embedding_api_key gateway_shared_key=gateway_shared_key metrics_key=metrics_key openai_api_key=openai_api_key qdrant_api_key=qdrant_api_key s3_access_key=s3_access_key s3_secret_key=s3_secret_key sentry_dsn=sentry_dsn
of paperbus-stores s3_access_key=s3_access_key s3_secret_key=s3_secret_key qdrant_api_key=qdrant_api_key
kubectl create configmap paperbus-bus-keys --dry-run=client -o yaml --from-env-file="$folder/public.env"
