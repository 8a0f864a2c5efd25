#!/bin/sh
# SeaweedFS with the keys of the object store, which it cannot read from files by itself.
set -eu
umask 077
access="$(cat /run/secrets/s3_access_key)"
secret="$(cat /run/secrets/s3_secret_key)"
cat > /tmp/s3.json <<JSON
{"identities": [{"name": "paperbus",
  "credentials": [{"accessKey": "$access", "secretKey": "$secret"}],
  "actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}
JSON
# Only S3 is for others; master, volume and filer talk to each other on loopback.
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=127.0.0.1 -master.telemetry=false \
  -master.volumeSizeLimitMB=1024 -volume.max=0 -volume.preStopSeconds=1 \
  -filer -filer.localSocket=/tmp/filer.sock \
  -s3 -s3.port=9000 -s3.ip.bind=0.0.0.0 -s3.config=/tmp/s3.json -s3.iam=false -s3.localSocket=
