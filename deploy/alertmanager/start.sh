#!/bin/sh
# Puts the settings into alertmanager.yml and starts Alertmanager with the arguments given.
# Runs in the image's own shell (busybox), with a root that cannot be written: TMPDIR must be.
set -eu
from="$(dirname "$0")/alertmanager.yml"
made="${TMPDIR:-/tmp}/alertmanager.yml"

mailed=no
[ -n "${OPERATORS_MAIL:-}" ] && [ -n "${SMTP_HOST:-}" ] && mailed=yes
[ $mailed = yes ] || echo "alerts are shown but not mailed: OPERATORS_MAIL and SMTP_HOST say where to" >&2

value() { printf '%s' "$1" | sed "s/[\\\\&|]/\\\\&/g; s/'/''/g"; }
sed \
  -e "s|@SMTP_HOST@|$(value "${SMTP_HOST:-localhost}")|" \
  -e "s|@SMTP_PORT@|$(value "${SMTP_PORT:-587}")|" \
  -e "s|@SMTP_FROM@|$(value "${SMTP_FROM:-paperbus@localhost}")|" \
  -e "s|@SMTP_USER@|$(value "${SMTP_USER:-}")|" \
  -e "s|@OPERATORS_MAIL@|$(value "${OPERATORS_MAIL:-}")|" \
  "$from" > "$made"
[ $mailed = yes ] || sed -i '/# mail$/d' "$made"
[ "${SMTP_TLS:-starttls}" != none ] || sed -i 's/smtp_require_tls: true/smtp_require_tls: false/' "$made"

exec "${ALERTMANAGER:-/bin/alertmanager}" --config.file="$made" "$@"
