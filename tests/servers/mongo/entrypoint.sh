#!/bin/sh
# What the variables of mongo's image mean, for FerretDB: the account is made when there is no data yet.
set -eu
user=${MONGO_INITDB_ROOT_USERNAME:-} password=${MONGO_INITDB_ROOT_PASSWORD:-}
[ -z "${MONGO_INITDB_ROOT_PASSWORD_FILE:-}" ] || password=$(cat "$MONGO_INITDB_ROOT_PASSWORD_FILE")
unset MONGO_INITDB_ROOT_PASSWORD
if [ -n "$user" ] && [ -n "$password" ]; then
  export FERRETDB_TEST_ENABLE_NEW_AUTH=true
  [ -e /data/db/admin.sqlite ] || export FERRETDB_SETUP_DATABASE=admin FERRETDB_SETUP_USERNAME="$user" FERRETDB_SETUP_PASSWORD="$password"
fi
exec ferretdb --handler=sqlite --sqlite-url=file:/data/db/ --state-dir=/data/db --listen-addr=:27017 --debug-addr=- --telemetry=disable "$@"
